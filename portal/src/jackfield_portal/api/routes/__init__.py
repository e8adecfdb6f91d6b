"""The routes of the API, one module for each idea; each is thin and calls the service that the portal calls."""

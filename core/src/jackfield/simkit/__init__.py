"""A kit from which a simulator is mostly data and routes."""

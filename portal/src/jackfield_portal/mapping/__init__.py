"""User mappings: which CRM user is which agent; suggested, chosen, saved in batches and undone."""

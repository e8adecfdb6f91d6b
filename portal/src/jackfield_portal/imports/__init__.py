"""User imports: a CRM's users are staged, compared, guarded and applied in one transaction."""

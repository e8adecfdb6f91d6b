"""REST: what the portal can do, for other programs, by the same services."""

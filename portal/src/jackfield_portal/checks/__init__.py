"""Systems checks: each run is kept step by step, and seen while it runs."""

"""Makes the distribution of a new connector: ``jackfield new``."""

"""What Jackfield costs beside the least that the same work can cost, measured side by side: ``make bench``."""

"""What is measured, a module for each part; ``run`` of each takes a Bench and gives Findings."""

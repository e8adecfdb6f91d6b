"""Organizations, the people who administer them, and the agents whose calls are logged."""

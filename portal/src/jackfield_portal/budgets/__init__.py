"""Request budgets over all processes and machines: one ledger in the database that they share."""

"""The contract suite: every clause that a connector promises, as tests that its author switches on."""

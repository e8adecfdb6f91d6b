"""The contract tests, a module for each section of the contract."""

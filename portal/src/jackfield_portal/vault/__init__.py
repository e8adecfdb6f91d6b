"""Secrets at rest: encrypted, bound to the place they belong to, under keys that can be changed."""

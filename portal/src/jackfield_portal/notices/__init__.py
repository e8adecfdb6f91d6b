"""Notices: what an organization's people should hear of, in the portal by a bell and by e-mail."""

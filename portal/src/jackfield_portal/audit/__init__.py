"""Who did what, when and from where: kept for administrators, never changed, never with a secret."""

"""Connections to CRM platforms: their settings, states and cards."""

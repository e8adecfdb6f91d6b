"""Drills: real processes in bad weather, with what was seen written down. ``make drills``; see docs/bad-weather.md."""

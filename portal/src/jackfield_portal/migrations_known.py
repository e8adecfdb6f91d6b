"""Whose a database is, told by the migrations that were applied to it."""

from __future__ import annotations

from django.db.migrations.loader import MigrationLoader

__all__ = ["is_foreign", "is_newer", "known"]


def known() -> set[tuple[str, str]]:
    """The migrations of this version, as pairs of app and name."""
    return set(MigrationLoader(None).disk_migrations or ())


def is_foreign(applied: set[tuple[str, str]]) -> bool:
    """Whether another program has made the database; an empty one is nobody's."""
    return bool(applied) and not any(app == "organizations" for app, _name in applied)


def is_newer(applied: set[tuple[str, str]]) -> bool:
    """Whether a newer version has changed the database."""
    return not applied <= known()

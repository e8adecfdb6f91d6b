"""The database before it is used: refused where it is not ours, brought up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["prepare"]


def prepare() -> Path | None:
    """Make the database, or bring it up to date; the copy that was made of a file before a change, or None.

    Needs Django to be set up. Programs that start at once wait for one another. Raises PortalError, and changes
    nothing, for a database that is not Jackfield's, that a newer version has written, or that cannot be reached.
    """
    if connection.vendor == "postgresql":
        from jackfield_portal.database_server import prepare as prepare_server

        prepare_server()
        return None
    from jackfield_portal.database_file import prepare as prepare_file

    return prepare_file()

"""The database before it is used: refused where it is not ours, brought up to date."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.db import connection

from jackfield_portal.migrations_known import known

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["prepare", "problem"]


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


def problem() -> str | None:
    """Why the database can't serve this version now, in one sentence without a name or a secret; None where it can.

    Opens a connection of its own: neither a full pool nor a transaction is in the way. May take some seconds.
    """
    if connection.vendor == "postgresql":
        from jackfield_portal.database_server import applied
    else:
        from jackfield_portal.database_file import applied
    done = applied()
    if isinstance(done, str):
        return done
    return None if _needed() <= done else "The database lacks changes that this version needs."


@cache
def _needed() -> set[tuple[str, str]]:
    return known()

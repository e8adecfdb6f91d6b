"""All that a database holds, as text, whichever database it is."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.utils.connection import ConnectionProxy

__all__ = ["rows", "written"]


def rows(connection: BaseDatabaseWrapper | ConnectionProxy) -> Iterator[str]:
    """A line for each row, with the name of its table; those of the current transaction, too."""
    if isinstance(connection.connection, sqlite3.Connection):
        yield from (line for line in connection.connection.iterdump() if "INSERT" in line)
        return
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - a name out of the database
            yield from (f"INSERT INTO {table} {row}" for (row,) in cursor.fetchall())


def written(connection: BaseDatabaseWrapper | ConnectionProxy) -> object:
    """Equal to what it was before where nothing has been written since; a database that does not count says never."""
    raw = connection.connection
    return raw.total_changes if isinstance(raw, sqlite3.Connection) else object()

"""Plain statements in this thread's database session, for work on whole sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection as database

from jackfield_portal.imports.models import ImportRun

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

__all__ = ["asked", "done", "key", "moment"]


def done(statement: str, *values: Any) -> int:
    """Carry out a statement; how many rows it was about."""
    with database.cursor() as cursor:
        cursor.execute(statement, values or None)
        return int(cursor.rowcount)


def asked(question: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows that a question gives."""
    with database.cursor() as cursor:
        cursor.execute(question, values or None)
        return list(cursor.fetchall())


def key(value: UUID) -> Any:
    """An id as the database keeps it."""
    return ImportRun._meta.pk.get_db_prep_value(value, database)  # noqa: SLF001 - documented by Django all the same


def moment(value: datetime | None) -> Any:
    """A moment as the database keeps it."""
    return None if value is None else database.ops.adapt_datetimefield_value(value)

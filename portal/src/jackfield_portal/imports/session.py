"""Plain statements in this thread's database session, for work on whole sets."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection as database

from jackfield_portal.columnwise import insert
from jackfield_portal.imports.models import ImportRun

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

__all__ = ["add", "asked", "done", "key", "moment"]


def add(runs: Sequence[ImportRun]) -> int:
    """Insert runs that are alike but for their ids, connections apart; one that there may not be is passed over.

    How many have been inserted.
    """
    if not runs:
        return 0
    fields = ImportRun._meta.concrete_fields  # noqa: SLF001 - documented by Django all the same
    alike = {field.attname: [field.pre_save(runs[0], add=True)] * len(runs) for field in fields}
    own = {"id": [run.pk for run in runs], "connection_id": [run.connection_id for run in runs]}
    return insert(ImportRun, {**alike, **own}, pass_over=True)


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
    return value if _knows_ids() else value.hex


@cache
def _knows_ids() -> bool:
    return bool(database.features.has_native_uuid_field)


def moment(value: datetime | None) -> Any:
    """A moment as the database keeps it."""
    return None if value is None else database.ops.adapt_datetimefield_value(value)

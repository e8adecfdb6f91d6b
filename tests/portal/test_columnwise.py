"""Many rows in one statement are what a model's objects would have been."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db import connection as database

from jackfield_portal.audit.models import Entry
from jackfield_portal.columnwise import insert, update
from jackfield_portal.imports.models import ImportRun, RunState
from jackfield_portal.said import said

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def columns(*rows: ImportRun) -> dict[str, list[Any]]:
    """The rows, column by column."""
    names = [field.attname for field in ImportRun._meta.concrete_fields]
    return {name: [getattr(row, name) for row in rows] for name in names}


def run(connection: Connection, **values: Any) -> ImportRun:
    """A run that is not in the database."""
    return ImportRun(connection=connection, created=NOW, **values)


def test_what_is_inserted_is_read_again(connection: Connection) -> None:
    """Ids, moments, nothing, texts and numbers, alike in all rows or not."""
    told = said("%(gone)d of the %(known)d users known so far are missing.", gone=1, known=2)
    first = run(connection, state=RunState.HELD, hold_reason=told, total=5, finished=NOW, done=7, preview=True)
    second = run(connection, state=RunState.FAILED, error_message="x" * 5_000, attempt=3)
    assert insert(ImportRun, columns(first, second)) == 2
    for row in (first, second):
        read = columns(ImportRun.objects.get(pk=row.pk))
        assert read == columns(row)


def test_structures_are_kept_and_what_is_left_out_is_the_databases(connection: Connection) -> None:
    """A column of JSON; the key of a row that counts them comes by itself."""
    entry = Entry(organization_id=connection.organization_id, at=NOW, connection_id=uuid4(), action="x")
    texts = [field.attname for field in Entry._meta.concrete_fields if field.attname not in {"id", "detail"}]
    given = {name: [getattr(entry, name)] * 2 for name in texts}
    details = [{"counts": [1, 2], "said": "“ä”", "none": None}, {}]
    assert insert(Entry, {**given, "detail": details}) == 2
    found = Entry.objects.filter(action="x").order_by("pk")
    assert [(row.at, row.connection_id, row.detail) for row in found] == [
        (NOW, entry.connection_id, detail) for detail in details
    ]


def test_a_row_that_there_may_not_be_is_passed_over_or_refused(connection: Connection) -> None:
    """One import of a connection is under way at most."""
    first, second = (run(connection, state=RunState.RUNNING) for _ in range(2))
    assert insert(ImportRun, columns(first, second), pass_over=True) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(ImportRun, columns(run(connection, state=RunState.RUNNING)))
    assert list(ImportRun.objects.all()) == [first]


def test_what_is_written_is_read_again(connection: Connection) -> None:
    """Only the rows that the keys tell, and of them only these columns; what all have in common, and what differs."""
    told = said("%(gone)d of the %(known)d users known so far are missing.", gone=1, known=2)
    rows = [run(connection, state=RunState.FAILED, total=9) for _ in range(3)]
    insert(ImportRun, columns(*rows))
    new = {"id": [rows[2].pk, rows[0].pk, uuid4()], "state": ["held"] * 3, "finished": [NOW, None, NOW]}
    assert update(ImportRun, {**new, "hold_reason": ["", told, ""], "new": [1, 2, 3], "total": [None] * 3}) == 2
    names = ("state", "new", "total", "finished", "hold_reason")
    assert [ImportRun.objects.values_list(*names).get(pk=row.pk) for row in rows] == [
        (RunState.HELD, 2, None, None, told),
        (RunState.FAILED, 0, 9, None, ""),
        (RunState.HELD, 1, None, NOW, ""),
    ]


def test_too_long_a_text_is_cut_by_nobody(connection: Connection) -> None:
    """PostgreSQL refuses it, in a column of alike values and in any other; SQLite takes it whole."""
    for states in (["x" * 13], ["x" * 13, "y"]):
        rows = [run(connection) for _ in states]
        given = {**columns(*rows), "state": states}
        if database.vendor == "postgresql":
            with pytest.raises(DataError), transaction.atomic():
                insert(ImportRun, given)
        else:
            insert(ImportRun, given)
            assert set(ImportRun.objects.values_list("state", flat=True)) >= set(states)


def test_nothing_is_nothing(django_assert_num_queries: Any) -> None:
    """No row, no statement."""
    with django_assert_num_queries(0):
        assert insert(ImportRun, columns()) == 0
        assert update(ImportRun, {"id": [], "state": []}) == 0

"""Imports that failed by what passes are tried again by themselves; others are not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from jackfield.errors import error
from jackfield_portal.imports import services
from jackfield_portal.imports.models import ImportRun
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Job

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db


def waiting() -> list[timedelta]:
    """How long the retries that wait will wait, to the minute."""
    found = Job.objects.filter(name="imports.retry", state="queued").values_list("not_before", flat=True)
    return [timedelta(minutes=round((at - timezone.now()).total_seconds() / 60)) for at in found]


def hurry() -> None:
    """Let the time of waiting pass."""
    Job.objects.filter(state="queued").update(not_before=None)
    jobs.run_pending()


def fail(connection: Connection, ledger: Any, code: str) -> None:
    """An import that fails."""
    ledger.BOOK.pages = [error(code)]
    services.start(connection)
    jobs.run_pending()


def test_what_passes_is_tried_again(connection: Connection, ledger: Any) -> None:
    """A CRM that was gone for a while: the next try is made a minute later, and succeeds."""
    fail(connection, ledger, "throttled")
    assert waiting() == [timedelta(minutes=1)]
    ledger.BOOK.pages = [[ledger.person(1)]]
    hurry()
    assert ([run.state for run in ImportRun.objects.all()], waiting()) == (["applied", "failed"], [])


def test_waits_grow_and_end(connection: Connection, ledger: Any) -> None:
    """Each wait is longer than the one before; together they outlast an hour; then it waits for the next night."""
    fail(connection, ledger, "throttled")
    waits = []
    while told := waiting():
        waits += told
        hurry()
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]


@pytest.mark.parametrize("code", ["forbidden", "credentials_refused", "wrong_shape"])
def test_what_somebody_must_mend_is_not_tried_again(connection: Connection, ledger: Any, code: str) -> None:
    """Settings, permissions and broken CRMs are not mended by waiting."""
    fail(connection, ledger, code)
    assert (ImportRun.objects.get().state, waiting()) == ("failed", [])


def test_somebody_was_quicker(connection: Connection, ledger: Any) -> None:
    """Where an import was started by hand meanwhile, the retry does nothing."""
    fail(connection, ledger, "throttled")
    ledger.BOOK.pages = [[ledger.person(1)]]
    services.start(connection)
    hurry()
    assert [run.state for run in ImportRun.objects.all()] == ["applied", "failed"]

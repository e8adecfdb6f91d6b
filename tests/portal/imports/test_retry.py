"""Imports that failed by what passes are tried again by themselves; others are not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from jackfield.errors import error
from jackfield_portal.imports import services
from jackfield_portal.imports.models import ImportRun, Origin
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs import work, workers
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


def workers_die(run: ImportRun) -> None:
    """Ten workers die over the run, the last of them in its midst; the watch finds what they have left."""
    ImportRun.objects.filter(pk=run.pk).update(state="running", attempt=work.DEATHS, done=1)
    Job.objects.filter(id=services.job_id(run)).update(state="running", worker="dead", interrupted=work.DEATHS - 1)
    workers.revive()
    jobs.run_pending()


def test_an_import_that_was_interrupted_again_and_again_is_taken_up(connection: Connection, ledger: Any) -> None:
    """It ends in words, and another begins by itself a minute later; nobody has to wait for the night."""
    ledger.BOOK.pages = [[ledger.person(1)]]
    workers_die(run := services.start(connection))
    run.refresh_from_db()
    assert (run.state, run.error_code, waiting()) == ("failed", "interrupted", [timedelta(minutes=1)])
    hurry()
    ended = ImportRun.objects.first()
    assert ended is not None and (ended.state, ended.origin, ImportRun.objects.count()) == ("applied", Origin.RETRY, 2)


def test_it_is_taken_up_once(connection: Connection, ledger: Any) -> None:
    """What kills all workers again ends there: it may be the import itself."""
    workers_die(services.start(connection, preview=True))
    Job.objects.filter(state="queued").update(not_before=None)
    for job in Job.objects.filter(name="imports.retry"):
        jobs.tasks()[job.name](work.Running(job), **job.ids)
        job.delete()
    again = ImportRun.objects.first()
    assert again is not None and (again.state, again.preview) == ("queued", True)
    workers_die(again)
    assert (list(ImportRun.objects.values_list("state", flat=True)), waiting()) == (["failed"] * 2, [])


def test_one_that_somebody_began_meanwhile_stays_the_only_one(connection: Connection, ledger: Any) -> None:
    """Taking up never means two imports of a connection side by side."""
    workers_die(services.start(connection))
    ledger.BOOK.pages = [[ledger.person(1)]]
    services.start(connection)
    hurry()
    assert list(ImportRun.objects.values_list("state", flat=True)) == ["applied", "failed"]

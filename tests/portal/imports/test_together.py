"""Imports that wait, carried out together by one worker: each ends as it would have ended alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from jackfield.errors import error
from jackfield_portal.connections import services as connections
from jackfield_portal.imports import many, services, tasks
from jackfield_portal.imports.models import CrmUser, ImportRun, Origin, RunState
from jackfield_portal.imports.together import run_together, start_together
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs import work, workers
from jackfield_portal.jobs.models import Job, JobState
from tests.portal.imports.books import known_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Membership, Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(ledger: Any, organization: Organization) -> list[Connection]:
    """Three live connections; the CRM of each lists the same six users."""
    made = []
    for _ in range(3):
        connection = connections.add(organization, "ledger")
        saved = connections.save_settings(connection, {"server": "https://ledger.example.com/"})
        connections.promote(saved.version, None)
        connection.refresh_from_db()
        made.append(connection)
    ledger.BOOK.pages, ledger.BOOK.total = [[ledger.person(n) for n in range(5)], [ledger.person(5)]], 6
    return made


def batch(function: Callable[..., Any], name: str) -> None:
    """Have all waiting jobs of this name done together, as a worker does."""
    workers.beat("me")
    tries = [(job.id, job.attempt) for job in Job.objects.filter(name=name, state=JobState.QUEUED)]
    work.do_together([work.Running(job) for job in work.claim(tries, "me")], function)


def another(run: ImportRun) -> None:
    """Somebody else takes the run over."""
    ImportRun.objects.filter(pk=run.pk).update(attempt=2)


def wanted(connections: list[Connection]) -> list[ImportRun]:
    """Runs that are to be begun."""
    return [ImportRun(connection=each, origin=Origin.SCHEDULE) for each in connections]


def states(model: Any = ImportRun) -> list[str]:
    """Where the runs stand, or the jobs of imports."""
    found = model.objects.filter(name=services.JOB) if model is Job else model.objects.all()
    return sorted(found.values_list("state", flat=True))


def test_all_are_imported_and_their_jobs_done(three: list[Connection]) -> None:
    """Each run says what a run says, and so does each job."""
    start_together(wanted(three))
    batch(tasks.run_imports, services.JOB)
    told = set(ImportRun.objects.values_list("state", "new", "done", "total", "attempt"))
    assert (told, CrmUser.objects.count()) == ({(RunState.APPLIED, 6, 6, 6, 1)}, 18)
    assert states(Job) == [JobState.DONE] * 3


def test_begun_together_is_begun_once(three: list[Connection]) -> None:
    """Those that are busy, paused or drafts are left out; a list that waits for a word gives way."""
    services.start(three[0])
    three[1].state = "paused"
    ImportRun.objects.create(connection=three[2], state=RunState.HELD)
    assert [run.connection_id for run in start_together(wanted(three))] == [three[2].pk]
    assert (states(), Job.objects.count()) == ([RunState.DISCARDED, RunState.QUEUED, RunState.QUEUED], 2)
    assert start_together(wanted(three)) == []


def test_whoever_presses_import_waits_for_no_batch(three: list[Connection], administrator: Membership) -> None:
    """An import that somebody has asked for is done by itself, one that was due with the others."""
    services.start(three[0], administrator.user)
    services.start(three[1])
    assert sorted(Job.objects.values_list("alone", flat=True)) == [False, True]


def test_a_large_account_is_done_alone(monkeypatch: pytest.MonkeyPatch, three: list[Connection]) -> None:
    """More users than are held in memory hold up nobody: their job is put back, and ends by itself."""
    monkeypatch.setattr(many, "SMALL", 4)
    start_together(wanted(three))
    batch(tasks.run_imports, services.JOB)
    assert set(Job.objects.values_list("state", "alone")) == {(JobState.QUEUED, True)}
    jobs.run_pending()
    assert (states(), states(Job), CrmUser.objects.count()) == ([RunState.APPLIED] * 3, [JobState.DONE] * 3, 18)


def test_one_that_cannot_be_applied_spoils_no_other(ledger: Any, three: list[Connection]) -> None:
    """Two users of one id are refused by the database for all runs of a transaction: then each is done by itself."""
    ledger.BOOK.pages = [[ledger.person(1), ledger.person(1, id="u1\x00")]]
    start_together(wanted(three))
    batch(tasks.run_imports, services.JOB)
    assert (states(Job), CrmUser.objects.count()) == ([JobState.QUEUED] * 3, 0)
    jobs.run_pending()
    assert (states(), states(Job)) == ([RunState.FAILED] * 3, [JobState.DONE] * 3)


def test_cancelled_while_it_waits_or_is_read(monkeypatch: pytest.MonkeyPatch, three: list[Connection]) -> None:
    """What is stopped before its list is applied stays stopped, and so its job."""
    runs = start_together(wanted(three))
    services.cancel(runs[0])
    monkeypatch.setattr(jobs.Running, "stir", lambda _job: services.cancel(runs[1]))
    batch(tasks.run_imports, services.JOB)
    assert states() == [RunState.APPLIED, RunState.CANCELLED, RunState.CANCELLED]
    assert states(Job) == [JobState.CANCELLED, JobState.CANCELLED, JobState.DONE]


def test_taken_over_meanwhile_is_left_to_the_other(three: list[Connection]) -> None:
    """A worker that was thought dead applies nothing of the runs that another has begun anew."""
    runs = start_together(wanted(three))
    ended = run_together([run.pk for run in runs], lambda: another(runs[0]))
    assert (ended[runs[0].pk].state, ended[runs[0].pk].attempt) == (RunState.RUNNING, 2)
    assert set(CrmUser.objects.values_list("connection", flat=True)) == {three[1].pk, three[2].pk}


def test_what_passes_is_tried_again(ledger: Any, three: list[Connection]) -> None:
    """A CRM that was gone for all of them: another import of each is begun a minute later, all together."""
    ledger.BOOK.pages = [error("throttled")]
    start_together(wanted(three))
    batch(tasks.run_imports, services.JOB)
    waiting = Job.objects.filter(name="imports.retry", state=JobState.QUEUED, not_before__gt=timezone.now())
    assert (states(), states(Job), waiting.count()) == ([RunState.FAILED] * 3, [JobState.DONE] * 3, 3)
    ledger.BOOK.pages = [[ledger.person(1)]]
    batch(tasks.retries, "imports.retry")
    batch(tasks.run_imports, services.JOB)
    assert states() == [RunState.APPLIED] * 3 + [RunState.FAILED] * 3


def test_due_at_night_are_begun_together(three: list[Connection]) -> None:
    """The nightly jobs of connections in use, whose first import was confirmed, begin their imports."""
    for connection in three[:2]:
        known_user(connection, 1)
    ids = [*(str(connection.pk) for connection in three), "00000000-0000-0000-0000-000000000000"]
    jobs.enqueue_many("imports.nightly", {f"nightly-{pk}": {"connection": pk} for pk in ids})
    batch(tasks.nightlies, "imports.nightly")
    assert (states(), states(Job)) == ([RunState.QUEUED] * 2, [JobState.QUEUED] * 2)


def test_database_that_fails_means_again(monkeypatch: pytest.MonkeyPatch, three: list[Connection]) -> None:
    """Where the database is busy or full, nothing is changed, and all are done once more."""

    def full(*_: Any) -> None:
        raise OperationalError("database or disk is full")

    start_together(wanted(three))
    with monkeypatch.context() as broken:
        broken.setattr(many.comparing, "apply", full)
        batch(tasks.run_imports, services.JOB)
    assert (states(Job), states(), CrmUser.objects.count()) == ([JobState.QUEUED] * 3, [RunState.RUNNING] * 3, 0)
    batch(tasks.run_imports, services.JOB)
    assert (states(Job), states(), CrmUser.objects.count()) == ([JobState.DONE] * 3, [RunState.APPLIED] * 3, 18)


def test_whose_job_is_anothers_is_not_begun(three: list[Connection]) -> None:
    """A worker that stood still between taking its jobs and beginning their runs leaves alone what is not its own."""
    runs = start_together(wanted(three))
    workers.beat("me")
    given = [work.Running(job) for job in work.claim([(services.job_id(run), 0) for run in runs], "me")]
    Job.objects.filter(id=services.job_id(runs[0])).update(worker="another", attempt=2)
    work.do_together(given, tasks.run_imports)
    runs[0].refresh_from_db()
    assert (runs[0].state, runs[0].attempt, states().count(RunState.APPLIED)) == (RunState.QUEUED, 0, 2)

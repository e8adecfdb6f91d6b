"""The jobs that import: one run, its start by the deployment's or the connection's own schedule, and another try.

Most can be done together with others of their kind: thousands of organizations are due at night.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils import timezone

from jackfield.errors import Kind
from jackfield_portal.connections.models import Connection
from jackfield_portal.connections.recurring import recurring
from jackfield_portal.connections.standing import at_rest
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import rhythms, services
from jackfield_portal.imports.models import ACTIVE_STATES, ImportRun, Origin, RunState
from jackfield_portal.imports.together import run_together, start_together
from jackfield_portal.jobs.services import Alone, Cancelled, enqueue_later, held, schedule, task, together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jackfield_portal.jobs.services import Running

_RETRY = "imports.retry"
_GIVEN_UP = "imports.given_up"
_TIDY = "imports.tidy"
#: Waits before the next tries; together they outlast an hour in which the CRM answers nothing but "too many".
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
#: Failures that lie further back are another story.
_SAME_TROUBLE = timedelta(hours=6)
#: Runs that one worker does side by side, and imports that are begun at once.
_RUNS: Final = 250
_STARTS: Final = 500


@task(services.JOB, given_up=_GIVEN_UP)
def run_import(job: Running, *, run: str) -> None:
    """Carry out a run; a new one is begun later where it failed by what passes."""
    _follow(services.run(run, job.progress, job.hold))


@together(services.JOB, most=_RUNS)
def run_imports(given: Sequence[Running]) -> Mapping[str, BaseException]:
    """Carry out runs side by side."""
    by_run = {UUID(job.ids["run"]): job.id for job in given}
    ended = run_together(list(by_run), given[0].stir, lambda: {UUID(job.ids["run"]) for job in held(given)})
    went_wrong: dict[str, BaseException] = {}
    for run in ended.values():
        _follow(run)
        if run.state == RunState.CANCELLED:
            went_wrong[by_run[run.pk]] = Cancelled()
        elif run.active:
            went_wrong[by_run[run.pk]] = Alone()
    return went_wrong


@task(rhythms.USUAL)
def nightly(_job: Running, *, connection: str) -> None:
    """Begin an import, unless the connection is not in use any more or has a rhythm of its own."""
    for found in services.begun_by_schedule(Connection.objects.filter(pk=connection, import_schedule=None)):
        _begin(found)


@task(rhythms.OWN)
def by_own_rhythm(_job: Running, *, connection: str) -> None:
    """Begin an import; the schedule of a connection that is gone, or has no such rhythm any more, goes too."""
    if rhythms.every(rhythms.own(UUID(connection))) is None:
        rhythms.forget(connection)
        return
    for found in services.begun_by_schedule(Connection.objects.filter(pk=connection)):
        _begin(found)


@together(rhythms.USUAL, most=_STARTS)
def nightlies(given: Sequence[Running]) -> Mapping[str, BaseException]:
    """Begin imports."""
    usual = Connection.objects.filter(pk__in=[job.ids["connection"] for job in given], import_schedule=None)
    due = services.begun_by_schedule(usual)
    start_together([ImportRun(connection=each, origin=Origin.SCHEDULE) for each in due])
    return {}


@task(_RETRY)
def retry(_job: Running, *, run: str) -> None:
    """Begin another import after the run that failed, unless somebody has done so meanwhile."""
    failed = ImportRun.objects.select_related("started_by").filter(pk=run).first()
    connection = Connection.objects.filter(pk=failed.connection_id).first() if failed is not None else None
    if failed is not None and connection is not None and services.latest(connection) == failed:
        with suppress(PortalError):  # it is paused, or a draft again
            services.start(connection, failed.started_by, preview=failed.preview, origin=Origin.RETRY)


@together(_RETRY, most=_STARTS)
def retries(given: Sequence[Running]) -> Mapping[str, BaseException]:
    """Begin other imports, as those were begun that failed."""
    failed = ImportRun.objects.filter(pk__in=[job.ids["run"] for job in given])
    connections = Connection.objects.in_bulk([run.connection_id for run in failed])
    again = [
        ImportRun(connection=found, started_by_id=run.started_by_id, preview=run.preview, origin=Origin.RETRY)
        for run in failed
        if (found := connections.get(run.connection_id)) is not None and services.latest(found) == run
    ]
    start_together(again)
    return {}


@task(_GIVEN_UP)
def given_up(_job: Running, *, run: str) -> None:
    """End the run whose job was given up, and have another begun: but once, for the run itself may be what kills."""
    found = ImportRun.objects.select_related("connection").filter(pk=run).first()
    if found is None:
        return
    services.settle(found.connection)
    found.refresh_from_db()
    if found.state == RunState.FAILED and found.origin != Origin.RETRY:
        _again(found, WAITS[0])


@task("imports.begin", at_start=True)
def begin(_job: Running) -> None:
    """Have previews that nobody decides let go."""
    schedule(_TIDY, "hourly", timedelta(hours=1))


@task(_TIDY)
def tidy(_job: Running) -> None:
    """Let go of previews that nobody has decided for long."""
    services.tidy()


def _begin(connection: Connection) -> None:
    with suppress(PortalError):  # it is paused, or a draft again
        services.start(connection, origin=Origin.SCHEDULE)


@at_rest
def stop(connection: Connection) -> None:
    """End what is under way for a connection that is paused or deleted."""
    for found in ImportRun.objects.filter(connection=connection, state__in=ACTIVE_STATES):
        services.cancel(found)


def _follow(ended: ImportRun) -> None:
    """Have another import begun later where this one failed by what passes."""
    tries = _failed_in_a_row(ended) if ended.state == RunState.FAILED else 0
    if 0 < tries <= len(WAITS):
        _again(ended, WAITS[tries - 1])


def _again(failed: ImportRun, wait: timedelta) -> None:
    enqueue_later(wait, _RETRY, f"import-retry-{failed.pk}", run=str(failed.pk))


def _failed_in_a_row(run: ImportRun) -> int:
    """How many imports of the connection in a row, this one the last, have failed by what passes; 0 for another end."""
    recent = ImportRun.objects.filter(connection=run.connection_id, created__gt=timezone.now() - _SAME_TROUBLE)
    count = 0
    for state, kind in recent.order_by("-created").values_list("state", "error_kind")[: len(WAITS) + 1]:
        if state != RunState.FAILED or kind != Kind.TRANSIENT:
            break
        count += 1
    return count


recurring(rhythms.USUAL, "JACKFIELD_IMPORT_EVERY")

"""The jobs that import: one run, the nightly start of one, and another try after a failure that passes.

Each can be done together with others of its kind: thousands of organizations are due at night.
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
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import services
from jackfield_portal.imports.models import ImportRun, RunState
from jackfield_portal.imports.together import run_together, start_together
from jackfield_portal.jobs.services import Alone, Cancelled, enqueue_later, held, task, together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jackfield_portal.jobs.services import Running

_NIGHTLY = "imports.nightly"
_RETRY = "imports.retry"
#: Waits before the next tries; together they outlast an hour in which the CRM answers nothing but "too many".
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
#: Failures that lie further back are another story.
_SAME_TROUBLE = timedelta(hours=6)
#: Runs that one worker does side by side, and imports that are begun at once.
_RUNS: Final = 250
_STARTS: Final = 500


@task(services.JOB)
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


@task(_NIGHTLY)
def nightly(_job: Running, *, connection: str) -> None:
    """Begin an import, unless the connection is not in use any more."""
    _begin(Connection.objects.filter(pk=connection).first())


@together(_NIGHTLY, most=_STARTS)
def nightlies(given: Sequence[Running]) -> Mapping[str, BaseException]:
    """Begin imports."""
    start_together(Connection.objects.filter(pk__in=[job.ids["connection"] for job in given]))
    return {}


@task(_RETRY)
def retry(_job: Running, *, run: str) -> None:
    """Begin another import after the run that failed, unless somebody has done so meanwhile."""
    failed = ImportRun.objects.select_related("connection").filter(pk=run).first()
    if failed is not None and services.latest(failed.connection) == failed:
        _begin(failed.connection)


@together(_RETRY, most=_STARTS)
def retries(given: Sequence[Running]) -> Mapping[str, BaseException]:
    """Begin other imports."""
    failed = ImportRun.objects.select_related("connection").filter(pk__in=[job.ids["run"] for job in given])
    start_together([run.connection for run in failed if services.latest(run.connection) == run])
    return {}


def _begin(connection: Connection | None) -> None:
    if connection is not None:
        with suppress(PortalError):  # it is paused, or a draft again
            services.start(connection)


def _follow(ended: ImportRun) -> None:
    """Have another import begun later where this one failed by what passes."""
    tries = _failed_in_a_row(ended) if ended.state == RunState.FAILED else 0
    if 0 < tries <= len(WAITS):
        enqueue_later(WAITS[tries - 1], _RETRY, f"import-retry-{ended.pk}", run=str(ended.pk))


def _failed_in_a_row(run: ImportRun) -> int:
    """How many imports of the connection in a row, this one the last, have failed by what passes; 0 for another end."""
    recent = ImportRun.objects.filter(connection=run.connection_id, created__gt=timezone.now() - _SAME_TROUBLE)
    count = 0
    for state, kind in recent.order_by("-created").values_list("state", "error_kind")[: len(WAITS) + 1]:
        if state != RunState.FAILED or kind != Kind.TRANSIENT:
            break
        count += 1
    return count


recurring(_NIGHTLY, "JACKFIELD_IMPORT_EVERY")

"""The verdict of a check: kept with its run, and what it means for the connection."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from jackfield.errors import JackfieldError, Kind
from jackfield_portal.checks import telling, turns
from jackfield_portal.checks.models import CheckRun, RunState, StepState
from jackfield_portal.connections import platforms
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import Connection, State
from jackfield_portal.jobs import services as jobs
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from jackfield.checks import CheckReport
    from jackfield_portal.errors import PortalError

__all__ = ["AGAIN", "WAITS", "could_not", "judge"]

#: The job that tries again what may have passed meanwhile, and after how long each time.
AGAIN: Final = "checks.again"
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (2, 10))


def judge(run: CheckRun, report: CheckReport) -> None:
    """Keep the verdict of a check that was run to its end."""
    with transaction.atomic():
        run.state = RunState.PASSED if report.ok else RunState.FAILED
        run.finished = timezone.now()
        run.holder = shown((report.account.holder if report.account else None) or "", 255)
        run.save()
        if run.version is None:
            return
        if report.ok:
            used = connections.promote(run.version, report.account)
            turns.settle(run, passed=used)
            if used and run.attempt:
                telling.warn_of_holder(Connection.everything.get(pk=run.connection_id))
        else:
            _failed(run, report.failure.kind if report.failure else None)


def could_not(run: CheckRun, failure: JackfieldError | PortalError) -> None:
    """Keep why a check could not be run at all, which is a verdict, too."""
    with transaction.atomic():
        run.steps.filter(state__in=(StepState.WAITING, StepState.RUNNING)).update(state=StepState.SKIPPED)
        run.state, run.finished = RunState.FAILED, timezone.now()
        run.problem, run.problem_remedy = failure.message, failure.remedy
        if isinstance(failure, JackfieldError):
            run.problem_kind, run.problem_code = str(failure.kind), failure.code
        run.save()
        if run.version is not None:
            _failed(run, run.problem_kind)


def _failed(run: CheckRun, kind: str | None) -> None:
    """What may pass by itself is tried again before anybody is called, unless somebody looks on."""
    assert run.version is not None  # noqa: S101 - who calls has looked
    if not platforms.installed(run.connection.platform):
        return  # nothing was asked of the CRM: once the connector is installed again, all is as it was
    passing = kind == Kind.TRANSIENT and run.connection.state == State.LIVE
    if passing and 0 < run.attempt <= len(WAITS):
        jobs.enqueue_later(WAITS[run.attempt - 1], AGAIN, f"check-again-{run.pk}", run=str(run.pk))
        return
    connections.check_failed(run.version)
    turns.settle(run, passed=False)

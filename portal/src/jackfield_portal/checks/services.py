"""What can be done with systems checks; portal, commands and jobs call the same functions."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jackfield.checks import Account, CheckReport, Status, StepResult
from jackfield.errors import JackfieldError
from jackfield_portal.audit.marking import audited
from jackfield_portal.checks import verdicts
from jackfield_portal.checks.models import CheckRun, RunState, StepRun, StepState
from jackfield_portal.connections import platforms
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.lapses import lapsed, refuse_lapsed
from jackfield_portal.connections.models import State
from jackfield_portal.errors import PortalError
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.streams import stream
from jackfield_portal.observability.work import watched_run
from jackfield_portal.said import said
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence

    from django.db.models import QuerySet

    from jackfield import Connector
    from jackfield_portal.connections.models import Connection, SettingsVersion
    from jackfield_portal.organizations.models import Organization

__all__ = [
    "JOB",
    "check",
    "history",
    "last",
    "permission_request",
    "runs_of",
    "settle",
    "start",
    "start_by_itself",
    "start_one",
    "states_of",
    "stop",
]

#: The name of the job that does a check.
JOB = "checks.run"


@audited("check.started", routine=True)
def start(organization: Organization) -> uuid.UUID:
    """Check every connection of an organization that has settings and is not paused, each in a job; their batch."""
    batch = uuid.uuid4()
    with transaction.atomic():
        for connection in connections.of(organization).exclude(state=State.PAUSED):
            for version in [] if lapsed(connection) else _to_check(connection):
                _enqueue(version, batch)
    return batch


@audited("check.started", routine=True)
def start_one(connection: Connection) -> CheckRun:
    """Check one connection as it was last saved, and beside that the settings in use where those are others.

    Raises PortalError where nothing was saved yet, and for a connection that is paused or no longer in the plan.
    """
    refuse_lapsed(connection)
    versions = _to_check(connection)
    if not versions:
        raise PortalError(
            _("The connection has no settings yet."), remedy=_("Fill in its settings and save them first.")
        )
    if connection.state == State.PAUSED:
        raise PortalError(
            _("The connection %(name)s is paused: nothing is sent to the CRM.") % {"name": connection.name},
            remedy=_("Resume it; that checks it, too."),
        )
    with transaction.atomic():
        batch = uuid.uuid4()
        first, *_others = [_enqueue(version, batch) for version in versions]
        return first


def start_by_itself(connection: Connection, *, attempt: int = 1) -> CheckRun | None:
    """Check the settings in use, as a schedule does; None where there is nothing in use, or no connector for it."""
    version = connections.live(connection)
    if version is None or connection.state == State.PAUSED or not platforms.installed(connection.platform):
        return None
    with transaction.atomic():
        return _enqueue(version, uuid.uuid4(), attempt=attempt)


def history(connection: Connection) -> QuerySet[CheckRun]:
    """The checks of a connection that have a verdict, the newest first."""
    return connection.check_runs.filter(finished__isnull=False).prefetch_related("steps")


def runs_of(organization: Organization, batch: uuid.UUID) -> QuerySet[CheckRun]:
    """The runs of a batch, in the order of the connections; empty for a batch of somebody else's."""
    runs = CheckRun.objects.filter(batch=batch, connection__organization=organization)
    runs = runs.select_related("connection", "version").prefetch_related("steps")
    return runs.order_by("connection__created", "created", "version__state")


def states_of(organization: Organization, batch: uuid.UUID) -> list[tuple[object, ...]]:
    """The state of each run of a batch with that of each of its steps: all that changes while it is under way."""
    runs = CheckRun.objects.filter(batch=batch, connection__organization=organization)
    return list(runs.order_by("id", "steps__position").values_list("id", "state", "steps__state"))


def last(connection: Connection) -> CheckRun | None:
    """The newest check of a connection that has a verdict."""
    return connection.check_runs.filter(finished__isnull=False).first()


def check(run_id: str, job: jobs.Running | None = None) -> None:
    """Do a check that was started; done again from its start where a process died over it."""
    run = CheckRun.objects.select_related("version__connection__organization").get(id=run_id)
    if run.done:
        return
    run.state, run.started = RunState.RUNNING, timezone.now()
    run.save(update_fields=["state", "started"])
    try:
        with watched_run("check run", run.pk):
            results = tuple(_steps(run, job))
    except (JackfieldError, PortalError) as failure:
        verdicts.could_not(run, failure)
    except OperationalError:
        raise  # the database is busy: the job is run again
    except Exception:
        verdicts.could_not(run, _interrupted())
        raise
    else:
        verdicts.judge(run, CheckReport(steps=results))


def permission_request(run: CheckRun) -> str | None:
    """What to ask the CRM's administrator for after this check; None while it runs, and where no right is missing."""
    if not run.done:
        return None
    account = Account(holder=run.holder or None)
    report = CheckReport(steps=tuple(_result(step, account) for step in run.steps.all()))
    return report.permission_request(connections.title(run.connection))


def settle(runs: Iterable[CheckRun]) -> None:
    """Give runs a verdict whose job has ended without one."""
    for run in runs:
        job = None if run.done else jobs.state(_job_id(run))
        if job is not None and job.finished is not None:
            run.refresh_from_db()
            if not run.done:
                with suppress(OperationalError):  # who only looks is not to suffer from a full disk
                    verdicts.could_not(run, _interrupted())


def stop(runs: Iterable[CheckRun]) -> None:
    """End runs that are under way, before their next step."""
    for run in runs:
        jobs.cancel(_job_id(run))


def _interrupted() -> PortalError:
    return PortalError(said("The check was interrupted."), remedy=said("Start the Systems Check again."))


def _job_id(run: CheckRun) -> str:
    return f"check-{run.id}"


def _to_check(connection: Connection) -> list[SettingsVersion]:
    """The settings as last saved, then those in use where they are others."""
    both = (connections.candidate(connection), connections.live(connection))
    return [version for version in both if version is not None]


def _enqueue(version: SettingsVersion, batch: uuid.UUID, attempt: int = 0) -> CheckRun:
    run = CheckRun.objects.create(batch=batch, connection=version.connection, version=version, attempt=attempt)
    jobs.enqueue(JOB, _job_id(run), run_id=str(run.id))
    return run


def _steps(run: CheckRun, job: jobs.Running | None) -> Iterator[StepResult]:
    """Run the steps, each kept as it ends; the one that is under way is marked."""
    version = run.version
    if version is None:
        raise PortalError(said("The settings to check were deleted meanwhile."), remedy=said("Start the check again."))
    connector = connections.connector_of(version.connection)
    crm = connections.connect(version)

    async def results() -> AsyncGenerator[StepResult, None]:
        async with crm as opened:
            async for result in opened.check():
                yield result

    run.connector_version = connector.version
    run.save(update_fields=["connector_version"])
    rows = _laid_out(run, connector)
    _begin(rows[:1])
    for position, result in enumerate(stream(results)):
        _keep(rows[position], result)
        if job is not None:
            job.check()
        _begin(rows[position + 1 : position + 2])
        yield result


def _laid_out(run: CheckRun, connector: Connector) -> Sequence[StepRun]:
    with transaction.atomic():
        run.steps.all().delete()
        return StepRun.objects.bulk_create(
            StepRun(
                run=run,
                position=position,
                step=step.id,
                title=step.title,
                required=step.required,
                feature=step.feature or "",
                permission=step.permission or "",
            )
            for position, step in enumerate(connector.steps())
        )


def _begin(rows: Sequence[StepRun]) -> None:
    for row in rows:
        row.state, row.started = StepState.RUNNING, timezone.now()
        row.save(update_fields=["state", "started"])


def _keep(row: StepRun, result: StepResult) -> None:
    row.state = StepState(str(result.status))
    row.seconds = None if result.status is Status.SKIPPED else result.seconds
    row.elsewhere = shown(result.elsewhere or "", 500)
    for name in ("kind", "code", "message", "remedy", "detail"):
        setattr(row, name, shown(getattr(result, name) or "", lines=name == "detail"))
    row.save()


def _result(row: StepRun, account: Account) -> StepResult:
    return StepResult(
        id=row.step,
        title=row.title,
        status=Status(row.state),
        required=row.required,
        message=row.message,
        seconds=row.seconds or 0.0,
        feature=row.feature or None,
        kind=row.kind or None,
        account=account,
        permission=row.permission or None,
    )

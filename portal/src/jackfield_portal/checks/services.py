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
from jackfield_portal.checks.models import CheckRun, RunState, StepRun, StepState
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.lapses import lapsed, refuse_lapsed
from jackfield_portal.errors import PortalError
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.streams import stream
from jackfield_portal.observability.work import watched_run
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence

    from django.db.models import QuerySet

    from jackfield import Connector
    from jackfield_portal.connections.models import Connection, SettingsVersion
    from jackfield_portal.organizations.models import Organization

__all__ = ["JOB", "check", "last", "permission_request", "runs_of", "settle", "start", "start_one", "states_of"]

#: The name of the job that does a check.
JOB = "checks.run"


def start(organization: Organization) -> uuid.UUID:
    """Check every connection of an organization that has settings, each in a job of its own; the batch they make."""
    batch = uuid.uuid4()
    with transaction.atomic():
        for connection in connections.of(organization):
            version = None if lapsed(connection) else connections.newest(connection)
            if version is not None:
                _enqueue(version, batch)
    return batch


def start_one(connection: Connection) -> CheckRun:
    """Check one connection as it was last saved; raises PortalError where nothing was saved yet."""
    refuse_lapsed(connection)
    version = connections.newest(connection)
    if version is None:
        raise PortalError(
            _("The connection has no settings yet."), remedy=_("Fill in its settings and save them first.")
        )
    with transaction.atomic():
        return _enqueue(version, uuid.uuid4())


def runs_of(organization: Organization, batch: uuid.UUID) -> QuerySet[CheckRun]:
    """The runs of a batch, in the order of the connections; empty for a batch of somebody else's."""
    runs = CheckRun.objects.filter(batch=batch, connection__organization=organization)
    return runs.select_related("connection").prefetch_related("steps").order_by("connection__created", "created")


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
        _could_not(run, failure)
    except OperationalError:
        raise  # the database is busy: the job is run again
    except Exception:
        _could_not(run, _interrupted())
        raise
    else:
        _judge(run, CheckReport(steps=results))


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
                    _could_not(run, _interrupted())


def _interrupted() -> PortalError:
    return PortalError(_("The check was interrupted."), remedy=_("Start the Systems Check again."))


def _job_id(run: CheckRun) -> str:
    return f"check-{run.id}"


def _enqueue(version: SettingsVersion, batch: uuid.UUID) -> CheckRun:
    run = CheckRun.objects.create(batch=batch, connection=version.connection, version=version)
    jobs.enqueue(JOB, _job_id(run), run_id=str(run.id))
    return run


def _steps(run: CheckRun, job: jobs.Running | None) -> Iterator[StepResult]:
    """Run the steps, each kept as it ends; the one that is under way is marked."""
    version = run.version
    if version is None:
        raise PortalError(_("The settings to check were deleted meanwhile."), remedy=_("Start the check again."))
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


def _judge(run: CheckRun, report: CheckReport) -> None:
    with transaction.atomic():
        run.state = RunState.PASSED if report.ok else RunState.FAILED
        run.finished = timezone.now()
        run.holder = shown((report.account.holder if report.account else None) or "", 255)
        run.save()
        if run.version is None:
            return
        if report.ok:
            connections.promote(run.version, report.account)
        else:
            connections.check_failed(run.version)


def _could_not(run: CheckRun, failure: JackfieldError | PortalError) -> None:
    run.steps.filter(state__in=(StepState.WAITING, StepState.RUNNING)).update(state=StepState.SKIPPED)
    run.state, run.finished = RunState.FAILED, timezone.now()
    run.problem, run.problem_remedy = failure.message, failure.remedy
    if isinstance(failure, JackfieldError):
        run.problem_kind, run.problem_code = str(failure.kind), failure.code
    run.save()
    if run.version is not None:
        connections.check_failed(run.version)

"""The jobs that do checks."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jackfield_portal.checks import services, verdicts
from jackfield_portal.checks.models import CheckRun
from jackfield_portal.connections.models import Connection
from jackfield_portal.connections.recurring import recurring
from jackfield_portal.connections.standing import at_rest
from jackfield_portal.jobs import services as jobs

_DAILY = "checks.daily"
_TIDY = "checks.tidy"
#: Checks older than this go, but for the last ones of each connection.
_KEPT = timedelta(days=90)
_KEPT_RUNS = 20


@jobs.task(services.JOB)
def run(job: jobs.Running, *, run_id: str) -> None:
    """Check one connection."""
    services.check(run_id, job)


@jobs.task(_DAILY)
def daily(_job: jobs.Running, *, connection: str) -> None:
    """Have the settings in use checked; whether they still work is found before somebody needs them."""
    found = Connection.objects.filter(pk=connection).first()
    if found is not None:
        services.start_by_itself(found)


@jobs.task(verdicts.AGAIN)
def again(_job: jobs.Running, *, run: str) -> None:
    """Try a check again that failed by what may have passed meanwhile, unless there was another since."""
    failed = CheckRun.objects.select_related("connection").filter(pk=run).first()
    if failed is None or failed.connection.deleted or failed.connection.check_runs.first() != failed:
        return
    services.start_by_itself(failed.connection, attempt=failed.attempt + 1)


@jobs.task("checks.begin", at_start=True)
def begin(_job: jobs.Running) -> None:
    """Have the daily round made."""
    jobs.schedule(_TIDY, "daily", timedelta(days=1))


@jobs.task(_TIDY)
def tidy(job: jobs.Running) -> None:
    """Delete old checks; of each connection the last ones stay, and the last that turned anything."""
    old = CheckRun.objects.filter(finished__lt=timezone.now() - _KEPT).order_by()
    for connection in old.values_list("connection", flat=True).distinct():
        runs = CheckRun.objects.filter(connection=connection).order_by("-created")
        kept = list(runs.values_list("pk", flat=True)[:_KEPT_RUNS])
        kept += list(runs.exclude(turn="").values_list("pk", flat=True)[:1])
        old.filter(connection=connection).exclude(pk__in=kept).delete()
        job.check()


@at_rest
def stop(connection: Connection) -> None:
    """End what is under way for a connection that is paused or deleted."""
    services.stop(connection.check_runs.filter(finished=None))


recurring(_DAILY, "JACKFIELD_CHECK_EVERY", own="check_every")

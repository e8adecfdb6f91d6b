"""What the desk of a drill can do and tell: module ``drill_desk`` in the process that does no jobs."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError
from django.db import connection as database

from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import Connection
from jackfield_portal.imports import services
from jackfield_portal.imports.models import ACTIVE_STATES, CrmUser, ImportRun, Origin, StagedUser
from jackfield_portal.imports.together import start_together
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import ENDED, Job, JobState, Schedule, Worker
from jackfield_portal.organizations.models import Organization


def make(url: str, count: int) -> int:
    """So many organizations, each with its connection."""
    for number in range(count):
        organization = Organization.objects.create(name=f"Example {number}")
        made = connections.add(organization, "drill")
        saved = connections.save_settings(made, {"server": url, "account": str(number)})
        connections.promote(saved.version, None)
    return Connection.objects.count()


def begin() -> None:
    """Begin an import of all that have none under way: most as if they were due, a few as if somebody asked."""
    with suppress(OperationalError):  # SQLite was busy for long: the next turn comes soon
        _begin()


def _begin() -> None:
    ready = list(Connection.objects.exclude(import_runs__state__in=ACTIVE_STATES))
    asked = [one for one in ready if random.random() < 0.1]  # noqa: S311 - no secret
    for one in asked:
        run = services.start(one)
        Job.objects.filter(id=services.job_id(run)).update(alone=True)
    start_together([ImportRun(connection=one, origin=Origin.SCHEDULE) for one in ready if one not in asked])


def due() -> int:
    """Have the nightly import of all connections be due now, and nothing else."""
    Schedule.objects.all().delete()
    for key in Connection.objects.values_list("pk", flat=True):
        jobs.schedule("imports.nightly", str(key), timedelta(days=1), connection=str(key))
    return Schedule.objects.update(next_run=0)


def applied() -> int:
    """How many imports have been applied."""
    return ImportRun.objects.filter(state="applied").count()


def under_way() -> int:
    """How many imports have not ended, or wait to be tried again; looked at as the portal's pages do."""
    for connection in Connection.objects.filter(import_runs__state__in=ACTIVE_STATES):
        services.latest(connection)
    return int(
        ImportRun.objects.filter(state__in=ACTIVE_STATES).count()
        + Job.objects.exclude(state__in=ENDED).filter(name__startswith="imports.").count()
    )


def count() -> int:
    """How many imports there ever were."""
    return ImportRun.objects.count()


def holding(pid: int) -> int:
    """How many jobs the process has at work by the books."""
    workers = Worker.objects.filter(pid=pid).values("id")
    return Job.objects.filter(state=JobState.RUNNING, worker__in=workers).count()


def half() -> list[str]:
    """Connections whose users are not all of one and the same list, or not all of it."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT connection_id, count(*), count(DISTINCT substr(name, length(name) - 12)) "
            "FROM imports_crmuser WHERE gone_at IS NULL GROUP BY connection_id"
        )
        rows = cursor.fetchall()
    sizes = _sizes()
    return [
        f"{key}: {count} users of {lists} lists"
        for key, count, lists in rows
        if (count, lists) != (sizes[UUID(str(key))], 1)
    ]


def ended() -> dict[str, Any]:
    """How all imports have ended, and what must not be."""
    sizes = _sizes()
    states = Counter(ImportRun.objects.values_list("state", flat=True))
    codes = Counter(ImportRun.objects.exclude(error_code="").values_list("error_code", flat=True))
    applied = ImportRun.objects.filter(state="applied")
    wrong = [
        str(run.pk) for run in applied if run.new + run.changed != sizes[run.connection_id] or run.unchanged or run.gone
    ]
    return {
        "states": dict(states),
        "latest": dict(Counter(_latest())),
        "codes": dict(codes),
        "not whole or not once": wrong,
        "half": half(),
        "staged": StagedUser.objects.count(),
        "users": CrmUser.objects.count(),
        "interrupted": Job.objects.filter(interrupted__gt=0).count(),
        "interrupted most": max(Job.objects.values_list("interrupted", flat=True), default=0),
        "jobs open": Job.objects.exclude(state__in=ENDED).filter(name__startswith="imports.").count(),
        "job states": dict(Counter(Job.objects.filter(name=services.JOB).values_list("state", flat=True))),
    }


def _latest() -> list[str]:
    """How the last import of each connection stands."""
    return list(dict(ImportRun.objects.order_by("created").values_list("connection_id", "state")).values())


def _sizes() -> dict[Any, int]:
    from drill_crm import size

    found = Connection.objects.filter(versions__state="live").values_list("pk", "versions__values")
    return {key: size(int(values["account"])) for key, values in found}

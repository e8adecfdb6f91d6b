"""The jobs that do checks."""

from __future__ import annotations

from contextlib import suppress

from jackfield_portal.checks import services
from jackfield_portal.connections.models import Connection
from jackfield_portal.connections.recurring import recurring
from jackfield_portal.errors import PortalError
from jackfield_portal.jobs import services as jobs

_DAILY = "checks.daily"


@jobs.task(services.JOB)
def run(job: jobs.Running, *, run_id: str) -> None:
    """Check one connection."""
    services.check(run_id, job)


@jobs.task(_DAILY)
def daily(_job: jobs.Running, *, connection: str) -> None:
    """Have the settings in use checked; whether they still work is found before somebody needs them."""
    found = Connection.objects.filter(pk=connection).first()
    if found is not None:
        with suppress(PortalError):  # its settings were deleted meanwhile
            services.start_one(found)


recurring(_DAILY, "JACKFIELD_CHECK_EVERY")

"""The job that does a check."""

from __future__ import annotations

from jackfield_portal.checks import services
from jackfield_portal.jobs import services as jobs


@jobs.task(services.JOB)
def run(job: jobs.Running, *, run_id: str) -> None:
    """Check one connection."""
    services.check(run_id, job)

"""The import as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield_portal.imports import services
from jackfield_portal.jobs.services import task

if TYPE_CHECKING:
    from jackfield_portal.jobs.services import Running


@task(services.JOB)
def run_import(job: Running, *, run: str) -> None:
    """Carry out a run."""
    services.run(run, job.progress)

"""The API's own job: answers that were kept long enough go."""

from __future__ import annotations

from jackfield_portal.api import services
from jackfield_portal.jobs import services as jobs


@jobs.task(services.TIDY)
def tidy(_job: jobs.Running) -> None:
    """Let kept answers go."""
    services.tidy()

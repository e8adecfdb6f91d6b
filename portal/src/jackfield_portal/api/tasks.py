"""The API's own job: answers that were kept long enough go."""

from __future__ import annotations

from datetime import timedelta

from jackfield_portal.api import services
from jackfield_portal.jobs import services as jobs


@jobs.task("api.begin", at_start=True)
def begin(_job: jobs.Running) -> None:
    """Have the hourly round made."""
    jobs.schedule("api.tidy", "hourly", timedelta(hours=1))


@jobs.task("api.tidy")
def tidy(_job: jobs.Running) -> None:
    """Let kept answers go."""
    services.tidy()

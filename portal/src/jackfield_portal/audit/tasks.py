"""The audit log's own job: what is old goes."""

from __future__ import annotations

from datetime import timedelta

from jackfield_portal.audit import services
from jackfield_portal.jobs import services as jobs


@jobs.task("audit.begin", at_start=True)
def begin(_job: jobs.Running) -> None:
    """Have the daily round made."""
    jobs.schedule("audit.tidy", "daily", timedelta(days=1))


@jobs.task("audit.tidy")
def tidy(_job: jobs.Running) -> None:
    """Let entries go that are old enough."""
    services.tidy()

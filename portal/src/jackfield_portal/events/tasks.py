"""The jobs that tell events. Only ids travel in them."""

from __future__ import annotations

from datetime import timedelta

from jackfield_portal.events import delivering, outbox, services
from jackfield_portal.jobs import services as jobs


@jobs.task(outbox.JOB)
def deliver(_job: jobs.Running, *, delivery: str) -> None:
    """Make one try."""
    delivering.deliver(delivery)


@jobs.task("events.begin", at_start=True)
def begin(_job: jobs.Running) -> None:
    """Have the daily round made."""
    jobs.schedule("events.tidy", "daily", timedelta(days=1))


@jobs.task("events.tidy")
def tidy(_job: jobs.Running) -> None:
    """Let old events go."""
    services.tidy()

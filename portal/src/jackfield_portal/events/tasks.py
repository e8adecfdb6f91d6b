"""The jobs that tell events. Only ids travel in them."""

from __future__ import annotations

from jackfield_portal.events import delivering, outbox, services
from jackfield_portal.jobs import services as jobs


@jobs.task(outbox.JOB)
def deliver(_job: jobs.Running, *, delivery: str) -> None:
    """Make one try."""
    delivering.deliver(delivery)


@jobs.task(services.TIDY)
def tidy(_job: jobs.Running) -> None:
    """Let old events go."""
    services.tidy()

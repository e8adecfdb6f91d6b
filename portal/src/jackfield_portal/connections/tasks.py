"""Jobs about connections."""

from __future__ import annotations

from datetime import timedelta

from jackfield_portal.connections import links, recurring, removal
from jackfield_portal.jobs import services as jobs


@jobs.task("connections.settle", at_start=True)
def settle(_job: jobs.Running) -> None:
    """Make the schedules what settings and connections ask for; either may have changed while nobody worked."""
    recurring.settle()
    jobs.schedule("connections.tidy", "daily", timedelta(days=1))


@jobs.task("connections.tidy")
def tidy(job: jobs.Running) -> None:
    """Delete for good what nobody has taken back in its time, and links that have run out."""
    links.tidy()
    for _gone in removal.tidy():
        job.check()

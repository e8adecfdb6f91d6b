"""Jobs about connections."""

from __future__ import annotations

from jackfield_portal.connections import recurring
from jackfield_portal.jobs import services as jobs


@jobs.task("connections.settle", at_start=True)
def settle(_job: jobs.Running) -> None:
    """Make the schedules what settings and connections ask for; either may have changed while nobody worked."""
    recurring.settle()

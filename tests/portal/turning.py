"""Checks with a verdict, where a test is not about how it came about."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from jackfield.checks import CheckReport, Status, StepResult
from jackfield_portal.checks import verdicts
from jackfield_portal.checks.models import CheckRun
from jackfield_portal.connections import services as connections
from jackfield_portal.errors import PortalError

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection

__all__ = ["checked"]


def checked(connection: Connection, *, passed: bool) -> None:
    """A check of the settings in use that has ended so."""
    version = connections.live(connection)
    run = CheckRun.objects.create(batch=uuid.uuid4(), connection=connection, version=version)
    if passed:
        step = StepResult(
            id="reach", title="Reach", status=Status.PASSED, required=True, message="It answers.", seconds=0.0
        )
        verdicts.judge(run, CheckReport(steps=(step,)))
    else:
        verdicts.could_not(run, PortalError("It does not answer.", remedy="Look at it."))

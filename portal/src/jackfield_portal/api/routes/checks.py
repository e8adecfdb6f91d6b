"""Systems checks: started here, done by a job, asked for until there is a verdict."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from jackfield_portal.api.lookup import check_of, connection_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page
from jackfield_portal.api.scoping import needs, organization_of
from jackfield_portal.checks import services
from jackfield_portal.checks.models import CheckRun

router = Router(tags=["checks"])


class StepOut(Schema):
    """One step; ``state`` is waiting, running, passed, failed, warned or skipped."""

    id: str
    title: str
    required: bool
    state: str
    kind: str | None
    code: str | None
    message: str
    remedy: str
    seconds: float | None


class CheckSummary(Schema):
    """A check; ``state`` is queued, running, passed or failed."""

    id: UUID
    connection: UUID
    state: str
    connector_version: str
    created: datetime
    finished: datetime | None


class CheckOut(CheckSummary):
    """A check with its steps; ``problem`` says why it could not be run at all.

    ``permission_request`` is what to ask the CRM's administrator for, null where no right is missing.
    """

    kind: str | None
    code: str | None
    problem: str | None
    remedy: str | None
    permission_request: str | None
    steps: list[StepOut]


@router.post("/checks", summary="Check all connections", **needs(Scope.MANAGE, response={202: list[CheckSummary]}))
def start_all(request: HttpRequest) -> Status[list[dict[str, Any]]]:
    """Check every connection that has settings and is not paused; each check has its own id to ask for."""
    organization = organization_of(request)
    runs = services.runs_of(organization, services.start(organization))
    return Status(202, [_summary(run) for run in runs])


@router.post(
    "/connections/{connection_id}/checks",
    summary="Start a systems check",
    **needs(Scope.MANAGE, response={202: CheckOut}),
)
def start_check(request: HttpRequest, connection_id: UUID) -> Status[dict[str, Any]]:
    """Check the settings as last saved; when that passes, they are put to use."""
    return Status(202, _told(services.start_one(connection_of(request, connection_id))))


@router.get(
    "/connections/{connection_id}/checks",
    summary="History of the checks",
    **needs(Scope.READ, response=Page[CheckSummary]),
)
def list_checks(request: HttpRequest, connection_id: UUID, asked: Asked) -> dict[str, Any]:
    """The checks of a connection, the newest first."""
    runs = CheckRun.objects.filter(connection=connection_of(request, connection_id))
    return page(runs, asked, _summary, by="-created")


@router.get("/checks/{check_id}", summary="How a check stands", **needs(Scope.READ, response=CheckOut))
def show_check(request: HttpRequest, check_id: UUID) -> dict[str, Any]:
    """One check with its steps; ask again until its state is passed or failed."""
    found = check_of(request, check_id)
    services.settle([found])
    return _told(found)


def _summary(run: CheckRun) -> dict[str, Any]:
    known = {name: getattr(run, name) for name in ("id", "state", "connector_version", "created", "finished")}
    return {**known, "connection": run.connection_id}


def _told(run: CheckRun) -> dict[str, Any]:
    steps = [
        {
            **{name: getattr(step, name) for name in ("title", "required", "state", "message", "remedy", "seconds")},
            "id": step.step,
            "kind": step.kind or None,
            "code": step.code or None,
        }
        for step in run.steps.all()
    ]
    return {
        **_summary(run),
        "kind": run.problem_kind or None,
        "code": run.problem_code or None,
        "problem": run.problem or None,
        "remedy": run.problem_remedy or None,
        "permission_request": services.permission_request(run),
        "steps": steps,
    }

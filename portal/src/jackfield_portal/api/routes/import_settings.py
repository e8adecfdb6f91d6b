"""When users are imported by themselves, when an import is held, and what the next one will cost."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from jackfield_portal.api.lookup import connection_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.scoping import needs, organization_of
from jackfield_portal.api.shapes import Given
from jackfield_portal.connections.models import Connection
from jackfield_portal.imports import rhythms, thresholds
from jackfield_portal.imports.forecast import forecast
from jackfield_portal.imports.models import Rhythm

router = Router(tags=["imports"])


class RhythmIn(Given):
    """off, hourly or daily; null as the installation does it."""

    rhythm: Rhythm | None


class RhythmOut(Schema):
    """The rhythm that was chosen, and when the next import begins by itself; none does before the first was applied."""

    rhythm: Rhythm | None
    next: datetime | None


class Limit(Given):
    """The share of the known users, in percent, that may be missing before an import is held."""

    percent: int = Field(ge=0, le=100)


class ForecastOut(Schema):
    """Requests that the next import needs, null where that is not known yet, and all that is known in sentences."""

    requests: int | None
    users: int
    sentences: list[str]


@router.get(
    "/connections/{connection_id}/import-forecast",
    summary="What an import will cost",
    **needs(Scope.READ, response=ForecastOut),
)
def show_forecast(request: HttpRequest, connection_id: UUID) -> dict[str, Any]:
    """What the next import will cost, by the last one and by what a check has heard; the CRM is asked nothing."""
    found = forecast(connection_of(request, connection_id))
    return {"requests": found.needs, "users": found.users, "sentences": list(found.sentences)}


@router.get(
    "/connections/{connection_id}/import-rhythm",
    summary="How often users are imported",
    **needs(Scope.READ, response=RhythmOut),
)
def show_rhythm(request: HttpRequest, connection_id: UUID) -> dict[str, Any]:
    """How often the users of a connection are imported by themselves."""
    return _told(connection_of(request, connection_id))


@router.put(
    "/connections/{connection_id}/import-rhythm",
    summary="Choose how often users are imported",
    **needs(Scope.MANAGE, response=RhythmOut),
)
def choose_rhythm(request: HttpRequest, connection_id: UUID, given: RhythmIn) -> dict[str, Any]:
    """Import in this rhythm from now on."""
    found = connection_of(request, connection_id)
    rhythms.choose(found, given.rhythm.value if given.rhythm else "")
    return _told(found)


@router.get("/import-limit", summary="When imports are held", **needs(Scope.READ, response=Limit))
def show_limit(request: HttpRequest) -> dict[str, Any]:
    """The organization's share of missing users; an empty list is always held."""
    return {"percent": thresholds.limit(organization_of(request))}


@router.put("/import-limit", summary="Choose when imports are held", **needs(Scope.MANAGE, response=Limit))
def choose_limit(request: HttpRequest, given: Limit) -> dict[str, Any]:
    """Hold imports of the organization where more than this share is missing."""
    thresholds.set_limit(organization_of(request), given.percent)
    return {"percent": given.percent}


def _told(connection: Connection) -> dict[str, Any]:
    return {"rhythm": rhythms.own(connection), "next": rhythms.next_start(connection)}

"""Who did what and when: the audit log, page by page to its end, and the timeline of a connection."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from jackfield_portal.api.lookup import connection_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page, page_behind
from jackfield_portal.api.scoping import needs, organization_of
from jackfield_portal.api.shapes import Line
from jackfield_portal.audit import words
from jackfield_portal.audit.finding import entries_of
from jackfield_portal.audit.models import Entry
from jackfield_portal.audit.timeline import Moment, timeline

router = Router(tags=["audit"])

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]
_SAID = ("actor_kind", "actor_id", "actor_name", "origin", "action", "target_kind", "target_id", "target_name")


class Wanted(Schema):
    """Which entries: by who or where, what (an action), and from one day to another, both of them included."""

    who: Line = ""
    action: Line = ""
    since: Day | None = None
    until: Day | None = None


class EntryOut(Schema):
    """Somebody did something; names are as they were then. ``label`` is the action in words."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: str
    actor_name: str
    origin: str
    action: str
    label: str
    target_kind: str
    target_id: str
    target_name: str
    connection: UUID | None
    detail: dict[str, Any]


class MomentOut(Schema):
    """Something that happened; ``kind`` is settings, check, connector, import, mapping or connection."""

    at: datetime
    kind: str
    title: str
    told: str
    who: str
    good: bool | None


@router.get("/audit", summary="Read the audit log", **needs(Scope.READ, response=Page[EntryOut]))
def read_log(request: HttpRequest, asked: Asked, wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
    """The entries, the newest first; all pages together are the export."""
    return page(entries_of(organization_of(request), wanted.model_dump()), asked, _entry, by="-pk")


@router.get(
    "/connections/{connection_id}/timeline",
    summary="Timeline of a connection",
    **needs(Scope.READ, response=Page[MomentOut]),
)
def read_timeline(request: HttpRequest, connection_id: UUID, asked: Asked) -> dict[str, Any]:
    """All that has happened to a connection, the newest first."""
    connection = connection_of(request, connection_id)

    def moments(behind: str, most: int) -> tuple[Moment, ...]:
        if behind and datetime.fromisoformat(behind.partition("~")[0]).tzinfo is None:
            raise ValueError("no place in time")
        return timeline(connection, behind, most).moments

    return page_behind(moments, asked, _moment, lambda moment: moment.cursor)


def _entry(entry: Entry) -> dict[str, Any]:
    known = {name: getattr(entry, name) for name in ("id", "at", *_SAID, "detail")}
    return {**known, "label": words.label(entry.action), "connection": entry.connection_id}


def _moment(moment: Moment) -> dict[str, Any]:
    return {name: getattr(moment, name) for name in ("at", "kind", "title", "told", "who", "good")}

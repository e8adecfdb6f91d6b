"""Imports: started here, done by a job; a list that looks wrong waits for somebody's word."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from jackfield_portal.api.lookup import connection_of, import_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page
from jackfield_portal.api.problems import Refused
from jackfield_portal.api.scoping import needs
from jackfield_portal.api.shapes import Given, Line
from jackfield_portal.imports import groups, services, words
from jackfield_portal.imports.models import ImportRun, RunState
from jackfield_portal.imports.people import Person

router = Router(tags=["imports"])


class ImportOut(Schema):
    """An import; ``state`` is queued, running, held, applied, failed, cancelled or discarded.

    A ``preview`` is held whatever its list looks like. ``counts`` are by group; one that is held, asked for by itself,
    counts those without an e-mail address and the suspicious, too.
    """

    id: UUID
    connection: UUID
    state: str
    preview: bool
    sentence: str
    done: int
    total: int | None
    counts: dict[str, int]
    hold_reason: str | None
    kind: str | None
    code: str | None
    message: str | None
    remedy: str | None
    created: datetime
    finished: datetime | None


class Wanted(Schema):
    """``preview``: read and compare only, then wait for a word."""

    preview: bool = False


class Who(StrEnum):
    """A group of those whom an import is about; one that was applied has new, changed and gone alone."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    INACTIVE = "inactive"
    GONE = "gone"
    WITHOUT_EMAIL = "without_email"
    SUSPICIOUS = "suspicious"


class Group(Schema):
    """Which of them; ``q`` holds words that stand in name, e-mail address or id."""

    group: Who = Who.NEW
    q: Line = ""


class DifferenceOut(Schema):
    """A field in words, with its text before and after."""

    field: str
    before: str
    after: str


class PersonOut(Schema):
    """Somebody whom an import is about: what is worth a remark, what is changed, and which agents are mapped to him."""

    id: str
    name: str
    email: str | None
    remarks: list[str]
    changed: list[DifferenceOut]
    agents: list[UUID]


class Word(StrEnum):
    """What to do with a list that is held."""

    APPLY = "apply"
    DISCARD = "discard"


class Decision(Given):
    """The word."""

    word: Word


@router.post(
    "/connections/{connection_id}/imports", summary="Start an import", **needs(Scope.MANAGE, response={202: ImportOut})
)
def start_import(
    request: HttpRequest, connection_id: UUID, wanted: Annotated[Wanted, Query()]
) -> Status[dict[str, Any]]:
    """Have the users imported, the first time, too; where an import is under way already, that one is the answer.

    With ``preview`` nothing is changed: look at the import's users, then apply exactly these by a decision, or discard.
    """
    return Status(202, _told(services.start(connection_of(request, connection_id), preview=wanted.preview)))


@router.get(
    "/connections/{connection_id}/imports",
    summary="History of the imports",
    **needs(Scope.READ, response=Page[ImportOut]),
)
def list_imports(request: HttpRequest, connection_id: UUID, asked: Asked) -> dict[str, Any]:
    """The imports of a connection, the newest first."""
    runs = ImportRun.objects.filter(connection=connection_of(request, connection_id))
    return page(runs, asked, _told, by="-created")


@router.get("/imports/{import_id}", summary="How an import stands", **needs(Scope.READ, response=ImportOut))
def show_import(request: HttpRequest, import_id: UUID) -> dict[str, Any]:
    """One import; ask again while its state is queued or running."""
    found = import_of(request, import_id)
    services.latest(found.connection)  # a dead one ends by being looked at
    found.refresh_from_db()
    told = _told(found)
    return {**told, "counts": groups.counts(found)} if found.state == RunState.HELD else told


@router.get(
    "/imports/{import_id}/users", summary="Whom an import is about", **needs(Scope.READ, response=Page[PersonOut])
)
def list_people(
    request: HttpRequest, import_id: UUID, asked: Asked, wanted: Annotated[Group, Query()]
) -> dict[str, Any]:
    """The users of one group of an import that is held or was applied."""
    found = import_of(request, import_id)
    if wanted.group not in groups.names(found):
        raise Refused("refused", _("This import has no such group."), remedy=_("Ask for one that it counts."))
    some = page(groups.rows(found, wanted.group, wanted.q), asked, lambda row: row)
    return {**some, "items": [_person(one) for one in groups.people(found, wanted.group, some["items"])]}


@router.post("/imports/{import_id}/decision", summary="Decide a held import", **needs(Scope.MANAGE, response=ImportOut))
def decide_import(request: HttpRequest, import_id: UUID, given: Decision) -> dict[str, Any]:
    """Apply a held list all the same, or discard it and keep what is known."""
    return _told(services.decide(import_of(request, import_id), given.word.value))


@router.post("/imports/{import_id}/cancel", summary="Stop an import", **needs(Scope.MANAGE, response=ImportOut))
def cancel_import(request: HttpRequest, import_id: UUID) -> dict[str, Any]:
    """Stop an import that is under way; nothing is changed by it. One that has ended stays as it is."""
    return _told(services.cancel(import_of(request, import_id)))


def _person(person: Person) -> dict[str, Any]:
    changed = [{"field": each.label, "before": each.before, "after": each.after} for each in person.differences]
    known = {"id": person.id, "name": person.name, "email": person.email or None, "remarks": list(person.remarks)}
    return {**known, "changed": changed, "agents": [agent.pk for agent in person.agents]}


def _told(run: ImportRun) -> dict[str, Any]:
    known = {name: getattr(run, name) for name in ("id", "state", "preview", "done", "total", "created", "finished")}
    failure = {name: getattr(run, f"error_{name}") or None for name in ("kind", "code", "message", "remedy")}
    return {
        **known,
        **failure,
        "connection": run.connection_id,
        "sentence": words.outcome(run),
        "counts": dict(words.counts(run)),
        "hold_reason": run.hold_reason or None,
    }

"""Imports: started here, done by a job; a list that looks wrong waits for somebody's word."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from jackfield_portal.api.lookup import connection_of, import_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page
from jackfield_portal.api.scoping import needs
from jackfield_portal.api.shapes import Given
from jackfield_portal.imports import services, words
from jackfield_portal.imports.models import ImportRun

router = Router(tags=["imports"])


class ImportOut(Schema):
    """An import; ``state`` is queued, running, held, applied, failed, cancelled or discarded."""

    id: UUID
    connection: UUID
    state: str
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
def start_import(request: HttpRequest, connection_id: UUID) -> Status[dict[str, Any]]:
    """Have the users imported; where an import is under way already, that one is the answer."""
    return Status(202, _told(services.start(connection_of(request, connection_id))))


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
    return _told(found)


@router.post("/imports/{import_id}/decision", summary="Decide a held import", **needs(Scope.MANAGE, response=ImportOut))
def decide_import(request: HttpRequest, import_id: UUID, given: Decision) -> dict[str, Any]:
    """Apply a held list all the same, or discard it and keep what is known."""
    return _told(services.decide(import_of(request, import_id), given.word.value))


@router.post("/imports/{import_id}/cancel", summary="Stop an import", **needs(Scope.MANAGE, response=ImportOut))
def cancel_import(request: HttpRequest, import_id: UUID) -> dict[str, Any]:
    """Stop an import that is under way; nothing is changed by it. One that has ended stays as it is."""
    return _told(services.cancel(import_of(request, import_id)))


def _told(run: ImportRun) -> dict[str, Any]:
    known = {name: getattr(run, name) for name in ("id", "state", "done", "total", "created", "finished")}
    failure = {name: getattr(run, f"error_{name}") or None for name in ("kind", "code", "message", "remedy")}
    return {
        **known,
        **failure,
        "connection": run.connection_id,
        "sentence": words.outcome(run),
        "counts": dict(words.counts(run)),
        "hold_reason": run.hold_reason or None,
    }

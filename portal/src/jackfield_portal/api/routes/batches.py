"""What was decided at once, what has happened to an agent's row, and rows together."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from jackfield_portal.api.lookup import agent_of, mappable
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page
from jackfield_portal.api.scoping import needs, organization_of
from jackfield_portal.api.shapes import Given
from jackfield_portal.mapping import bulk, history, services
from jackfield_portal.mapping.models import Batch, Change

router = Router(tags=["mappings"])


class BatchOut(Schema):
    """A save; ``kind`` is save, bulk, file or leavers, ``hindrance`` why it cannot be undone, null where it can."""

    id: UUID
    kind: str
    said: str
    made: datetime
    by: str | None
    undone: datetime | None
    hindrance: str | None


class ChangeOut(Schema):
    """An agent's CRM user before and after a save, by name, null for none; why; and when it was undone, if it was."""

    connection: UUID
    batch: UUID
    at: datetime
    by: str | None
    before: str | None
    after: str | None
    why: str
    undone: datetime | None


class Together(Given):
    """What is done with the rows of these agents: clear, pin, unpin, or take what is suggested, certain or not."""

    action: bulk.Action
    agents: list[UUID] = Field(min_length=1, max_length=10_000)


class DoneOut(Schema):
    """So many rows were changed, so many left because they are pinned, and the rest for other reasons."""

    batch: UUID | None
    changed: int
    pinned: int
    rest: int


@router.post(
    "/connections/{connection_id}/mappings/together",
    summary="Change rows together",
    **needs(Scope.MAP, response=DoneOut),
)
def change_together(request: HttpRequest, connection_id: UUID, given: Together) -> dict[str, Any]:
    """Do the same with many rows, in one batch; what is pinned is neither cleared nor replaced."""
    connection = mappable(request, connection_id)
    done = bulk.for_picked(connection, given.action, bulk.picks(connection, given.agents))
    numbers = {name: getattr(done, name) for name in ("changed", "pinned", "rest")}
    return {**numbers, "batch": done.batch.pk if done.batch else None}


@router.get("/batches", summary="List the saves", **needs(Scope.READ, response=Page[BatchOut]))
def list_batches(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What was decided at once, the last first."""
    return page(services.batches_of(organization_of(request)), asked, _batch, by="-made_at")


@router.get(
    "/agents/{agent_id}/history", summary="History of an agent's row", **needs(Scope.READ, response=Page[ChangeOut])
)
def list_changes(request: HttpRequest, agent_id: UUID, asked: Asked) -> dict[str, Any]:
    """What has happened to an agent's row at all connections, the last first."""
    return page(history.changes_of(organization_of(request), agent_of(request, agent_id)), asked, _change, by="-pk")


def _batch(batch: Batch) -> dict[str, Any]:
    past = history.told(batch)
    return {
        "id": batch.pk,
        "kind": batch.kind,
        "said": past.said,
        "made": batch.made_at,
        "by": str(batch.made_by) if batch.made_by else None,
        "undone": batch.undone_at,
        "hindrance": past.hindrance or None,
    }


def _change(change: Change) -> dict[str, Any]:
    step = history.step(change)
    return {
        "connection": change.connection_id,
        "batch": change.batch_id,
        "at": change.batch.made_at,
        "by": str(change.batch.made_by) if change.batch.made_by else None,
        "before": step.before or None,
        "after": step.after or None,
        "why": step.why,
        "undone": change.batch.undone_at,
    }

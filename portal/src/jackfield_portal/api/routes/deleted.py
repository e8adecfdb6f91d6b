"""Deleted connections: for thirty days they can be had back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from jackfield_portal.api.lookup import deleted_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page
from jackfield_portal.api.routes.connections import ConnectionOut
from jackfield_portal.api.routes.connections import told as connection_told
from jackfield_portal.api.scoping import needs, organization_of
from jackfield_portal.connections import removal, services
from jackfield_portal.connections.models import Connection

router = Router(tags=["connections"])


class DeletedOut(Schema):
    """A deleted connection, which can be restored ``until`` then."""

    id: UUID
    name: str
    platform: str
    account: str | None
    deleted: datetime
    until: datetime


class Restored(ConnectionOut):
    """The connection as it was; paused where ``twin``, another connection, has its account by now."""

    twin: UUID | None


@router.get(
    "/deleted-connections", summary="List the deleted connections", **needs(Scope.READ, response=Page[DeletedOut])
)
def list_deleted(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Those that can be restored, the last deleted first."""
    return page(services.deleted_of(organization_of(request)), asked, _told, by="-deleted")


@router.post(
    "/deleted-connections/{deleted_id}/restore",
    summary="Restore a connection",
    **needs(Scope.MANAGE, response=Restored),
)
def restore_connection(request: HttpRequest, deleted_id: UUID) -> dict[str, Any]:
    """Have a connection back with all that belongs to it; start a check to see whether it still works."""
    found = deleted_of(request, deleted_id)
    twin = services.restore(found)
    return {**connection_told(found), "twin": twin.pk if twin else None}


@router.delete(
    "/deleted-connections/{deleted_id}",
    summary="Delete a connection for good",
    **needs(Scope.MANAGE, response={204: None}),
)
def purge_connection(request: HttpRequest, deleted_id: UUID) -> Status[None]:
    """Delete settings, secrets, checks, imported users and mappings. This cannot be taken back."""
    services.purge(deleted_of(request, deleted_id))
    return Status(204, None)


def _told(connection: Connection) -> dict[str, Any]:
    known = {name: getattr(connection, name) for name in ("id", "name", "platform", "deleted")}
    return {**known, "account": connection.account_name or None, "until": removal.gone_for_good(connection)}

"""Connections: draft, settings, pause, delete."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from jackfield_portal.api.lookup import connection_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page
from jackfield_portal.api.scoping import needs, organization_of
from jackfield_portal.api.shapes import Given, Name, Secretive
from jackfield_portal.connections import identity, services
from jackfield_portal.connections.models import Connection

router = Router(tags=["connections"])


class ConnectionOut(Schema):
    """A connection; ``state`` is draft, live, needs_attention or paused."""

    id: UUID
    name: str
    platform: str
    state: str
    account: str | None
    created: datetime


class NewConnection(Given):
    """Which platform to connect; the name is the platform's title unless given."""

    platform: Name
    name: Name | None = None


class Renamed(Given):
    """Another name."""

    name: Name


class SettingsOut(Schema):
    """Settings as last saved, without secrets: of those only which are stored. ``pending``: they wait for a check.

    ``hold`` says why settings are not put to use although their check has passed.
    """

    values: dict[str, str]
    stored_secrets: list[str]
    pending: bool
    hold: str | None
    saved: datetime | None


class SettingsIn(Given):
    """Values by field, as entered in a form. A field left out keeps its value, a blank secret the stored one."""

    values: dict[str, Secretive]
    clear: list[Name] = Field(default_factory=list)


class RepairOut(Schema):
    """What was made of an entry."""

    before: str | None
    after: str


class WarningOut(Schema):
    """What to look at all the same."""

    field: str | None
    code: str
    message: str
    remedy: str


class SettingsSaved(Schema):
    """What a save has done; settings that have changed are put to use when their check has passed."""

    changed: bool
    settings: SettingsOut
    repaired: dict[str, RepairOut]
    warnings: list[WarningOut]


@router.get("/connections", summary="List the connections", **needs(Scope.READ, response=Page[ConnectionOut]))
def list_connections(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """The organization's connections, the oldest first."""
    return page(services.of(organization_of(request)), asked, told, by="created")


@router.post("/connections", summary="Add a connection", **needs(Scope.MANAGE, response={201: ConnectionOut}))
def add_connection(request: HttpRequest, given: NewConnection) -> Status[dict[str, Any]]:
    """A new draft; it is in use once settings are saved and their check has passed."""
    made = services.add(organization_of(request), given.platform)
    if given.name is not None:
        services.rename(made, given.name)
    return Status(201, told(made))


@router.get("/connections/{connection_id}", summary="Look at a connection", **needs(Scope.READ, response=ConnectionOut))
def show_connection(request: HttpRequest, connection_id: UUID) -> dict[str, Any]:
    """One connection."""
    return told(connection_of(request, connection_id))


@router.patch(
    "/connections/{connection_id}", summary="Rename a connection", **needs(Scope.MANAGE, response=ConnectionOut)
)
def rename_connection(request: HttpRequest, connection_id: UUID, given: Renamed) -> dict[str, Any]:
    """Give a connection another name."""
    found = connection_of(request, connection_id)
    services.rename(found, given.name)
    return told(found)


@router.delete(
    "/connections/{connection_id}", summary="Delete a connection", **needs(Scope.MANAGE, response={204: None})
)
def delete_connection(request: HttpRequest, connection_id: UUID) -> Status[None]:
    """Take a connection away; for thirty days it can be restored. Nothing is changed in the CRM."""
    services.delete(connection_of(request, connection_id))
    return Status(204, None)


@router.post(
    "/connections/{connection_id}/pause", summary="Pause a connection", **needs(Scope.MANAGE, response=ConnectionOut)
)
def pause_connection(request: HttpRequest, connection_id: UUID) -> dict[str, Any]:
    """Send nothing to the CRM until the connection is resumed."""
    found = connection_of(request, connection_id)
    services.pause(found)
    return told(found)


@router.post(
    "/connections/{connection_id}/resume", summary="Resume a connection", **needs(Scope.MANAGE, response=ConnectionOut)
)
def resume_connection(request: HttpRequest, connection_id: UUID) -> dict[str, Any]:
    """Use a paused connection again."""
    found = connection_of(request, connection_id)
    services.resume(found)
    return told(found)


@router.get(
    "/connections/{connection_id}/settings", summary="Look at settings", **needs(Scope.READ, response=SettingsOut)
)
def show_settings(request: HttpRequest, connection_id: UUID) -> dict[str, Any]:
    """The settings as last saved, without secrets."""
    return settings_told(connection_of(request, connection_id))


@router.put(
    "/connections/{connection_id}/settings",
    summary="Save settings, to be checked",
    **needs(Scope.MANAGE, response=SettingsSaved),
)
def save_settings(request: HttpRequest, connection_id: UUID, given: SettingsIn) -> dict[str, Any]:
    """Save settings as a candidate: the connector repairs them, or refuses them with every problem by field.

    What is in use goes on working; start a check to have the new settings put to use.
    """
    found = connection_of(request, connection_id)
    saved = services.save_settings(found, given.values, clear=given.clear)
    return {
        "changed": saved.changed,
        "settings": settings_told(found),
        "repaired": {name: {"before": one.before, "after": one.after} for name, one in saved.repaired.items()},
        "warnings": [warning.as_dict() for warning in saved.warnings],
    }


def told(connection: Connection) -> dict[str, Any]:
    """The connection as :class:`ConnectionOut`."""
    known = {name: getattr(connection, name) for name in ("id", "name", "platform", "state", "created")}
    return {**known, "account": connection.account_name or None}


def settings_told(connection: Connection) -> dict[str, Any]:
    """The connection's settings as :class:`SettingsOut`."""
    held = services.held(connection)
    version = services.newest(connection)
    return {
        "values": version.values if version else {},
        "stored_secrets": sorted(services.stored_secrets(connection)),
        "pending": services.candidate(connection) is not None,
        "hold": identity.sentence(held) if held else None,
        "saved": version.saved if version else None,
    }

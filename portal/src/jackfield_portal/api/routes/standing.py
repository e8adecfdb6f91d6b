"""Settings on their way: back to those before, away from new ones, on in spite of a doubt, and secrets by a link."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema, Status
from pydantic import Field

from jackfield_portal.api.lookup import connection_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.repeats import told_once
from jackfield_portal.api.routes.connections import SettingsOut, settings_told
from jackfield_portal.api.scoping import needs
from jackfield_portal.api.shapes import Given, Secretive
from jackfield_portal.connections import links, services
from jackfield_portal.connections.lapses import refuse_lapsed

router = Router(tags=["connections"])


class LinkIn(Given):
    """The settings that the secrets go with, by field; one that is left out is as it was last saved."""

    values: dict[str, Secretive] = Field(default_factory=dict)


class SecretLinkOut(Schema):
    """Where somebody enters the secrets of these fields, once, until it expires. The address is told this once."""

    url: str
    fields: list[str]
    expires: datetime


class CheckRhythm(Given):
    """Hours between two checks of a connection: 1, 24, 0 for none by itself, null as the installation does it."""

    hours: Literal[0, 1, 24] | None


@router.post(
    "/connections/{connection_id}/settings/roll-back",
    summary="Go back to the previous settings",
    **needs(Scope.MANAGE, response=SettingsOut),
)
def roll_back(request: HttpRequest, connection_id: UUID) -> dict[str, Any]:
    """Make a candidate of the settings that were in use before; start a check to have them put to use."""
    found = connection_of(request, connection_id)
    refuse_lapsed(found)
    services.roll_back(found)
    return settings_told(found)


@router.post(
    "/connections/{connection_id}/settings/discard",
    summary="Discard new settings",
    **needs(Scope.MANAGE, response=SettingsOut),
)
def discard(request: HttpRequest, connection_id: UUID) -> dict[str, Any]:
    """Drop settings that wait for their check, and keep those in use."""
    found = connection_of(request, connection_id)
    services.discard(found)
    return settings_told(found)


@router.post(
    "/connections/{connection_id}/settings/accept",
    summary="Accept the account that settings lead to",
    **needs(Scope.MANAGE, response=SettingsOut),
)
def accept(request: HttpRequest, connection_id: UUID) -> dict[str, Any]:
    """Say that settings with a ``hold`` are meant all the same; start a check to have them put to use."""
    found = connection_of(request, connection_id)
    services.accept(found)
    return settings_told(found)


@router.post(
    "/connections/{connection_id}/secret-links",
    summary="Make a link for secrets",
    **needs(Scope.MANAGE, response={201: SecretLinkOut}),
)
def make_link(request: HttpRequest, connection_id: UUID, given: LinkIn) -> Status[dict[str, Any]]:
    """A page on which somebody without an account enters the secrets; earlier links of the connection end."""
    found = connection_of(request, connection_id)
    refuse_lapsed(found)
    saved = services.newest(found)
    made = links.make(found, {**(saved.values if saved else {}), **given.values})
    url = request.build_absolute_uri(reverse("connections:enter", args=[made.link.pk, told_once(request, made.token)]))
    fields = [field.name for field in links.secrets_of(found)]
    return Status(201, {"url": url, "fields": fields, "expires": made.link.expires})


@router.get(
    "/connections/{connection_id}/check-rhythm",
    summary="How often a connection is checked",
    **needs(Scope.READ, response=CheckRhythm),
)
def show_check_rhythm(request: HttpRequest, connection_id: UUID) -> dict[str, Any]:
    """How often the connection is checked by itself."""
    return {"hours": connection_of(request, connection_id).check_every}


@router.put(
    "/connections/{connection_id}/check-rhythm",
    summary="Choose how often a connection is checked",
    **needs(Scope.MANAGE, response=CheckRhythm),
)
def choose_check_rhythm(request: HttpRequest, connection_id: UUID, given: CheckRhythm) -> dict[str, Any]:
    """Check the connection in this rhythm from now on."""
    found = connection_of(request, connection_id)
    services.set_rhythm(found, given.hours)
    return {"hours": found.check_every}

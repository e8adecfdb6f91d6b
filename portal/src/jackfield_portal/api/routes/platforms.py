"""Platforms: what can be connected, and what a connection to it asks for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema

from jackfield_portal.api.models import Scope
from jackfield_portal.api.problems import Refused
from jackfield_portal.api.scoping import needs, organization_of
from jackfield_portal.connections import platforms
from jackfield_portal.organizations import plans

router = Router(tags=["platforms"])


class PlatformOut(Schema):
    """A platform in the list: one with a ``reason`` cannot be chosen."""

    id: str
    title: str
    version: str
    state: str
    reason: str | None
    capabilities: list[str]


class PlatformDetails(PlatformOut):
    """A platform with the JSON Schema of its settings, from which a form can be drawn."""

    instructions: str
    docs_url: str
    settings_schema: dict[str, Any]


@router.get("/platforms", summary="List the platforms", **needs(Scope.READ, response=list[PlatformOut]))
def list_platforms(request: HttpRequest) -> list[dict[str, Any]]:
    """Every installed platform; broken ones, and those outside the organization's plan, with the reason."""
    reasons = {offer.id: offer.reason for offer in platforms.offers(organization_of(request))}
    return [_told(described, reasons.get(described.id, "")) for described in platforms.descriptions()]


@router.get("/platforms/{platform}", summary="Describe a platform", **needs(Scope.READ, response=PlatformDetails))
def describe_platform(request: HttpRequest, platform: Path[str]) -> dict[str, Any]:
    """The platform with its instructions and the JSON Schema of its settings; secrets are marked ``writeOnly``."""
    described = platforms.description(platform)
    if described is None:
        raise Refused("not_found", _("There is no platform of this id here."))
    connector = platforms.connector(platform)
    gate = plans.gate(organization_of(request), described)
    return {
        **_told(described, gate.reason),
        "instructions": connector.platform.instructions,
        "docs_url": connector.platform.docs_url,
        "settings_schema": connector.schema(),
    }


def _told(described: Any, reason: str) -> dict[str, Any]:
    known = {name: getattr(described, name) for name in ("id", "title", "version", "state")}
    return {**known, "reason": reason or None, "capabilities": list(described.capabilities)}

"""Alias domains: two domains that somebody has confirmed to be one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema, Status

from jackfield_portal.api.lookup import alias_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page
from jackfield_portal.api.scoping import needs, organization_of
from jackfield_portal.api.shapes import Given, Word
from jackfield_portal.mapping import aliases
from jackfield_portal.mapping.models import AliasDomain

router = Router(tags=["mappings"])


class Pair(Given):
    """The mailboxes of ``alias`` count as those of ``domain``."""

    alias: Word
    domain: Word


class PairQuery(Schema):
    """Two domains."""

    alias: Word
    domain: Word


class AliasOut(Schema):
    """An alias domain, and who has confirmed it."""

    alias: str
    domain: str
    confirmed: datetime
    by: str | None


class GainOut(Schema):
    """What it would bring at a connection: so many more certain suggestions, and so many more conflicts."""

    connection: UUID
    certain: int
    conflicts: int


@router.get("/aliases", summary="List the alias domains", **needs(Scope.READ, response=Page[AliasOut]))
def list_aliases(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """The organization's alias domains, in alphabetical order."""
    return page(AliasDomain.objects.filter(organization=organization_of(request)), asked, _told, by="alias")


@router.post("/aliases", summary="Confirm an alias domain", **needs(Scope.MAP, response={201: AliasOut}))
def confirm_alias(request: HttpRequest, given: Pair) -> Status[dict[str, Any]]:
    """Have two domains count as one; nothing is mapped by it."""
    return Status(201, _told(aliases.confirm(organization_of(request), given.alias, given.domain)))


@router.delete("/aliases/{alias}", summary="Remove an alias domain", **needs(Scope.MAP, response={204: None}))
def remove_alias(request: HttpRequest, alias: Path[str]) -> Status[None]:
    """Have a domain stand for itself again; mappings that were made stay."""
    aliases.remove(organization_of(request), alias_of(request, alias).alias)
    return Status(204, None)


@router.get("/alias-preview", summary="Try an alias domain", **needs(Scope.READ, response=list[GainOut]))
def preview_alias(request: HttpRequest, pair: Annotated[PairQuery, Query()]) -> list[dict[str, Any]]:
    """How many more agents would be matched at each connection if these two were one."""
    gains = aliases.preview(organization_of(request), pair.alias, pair.domain)
    return [{"connection": each.connection.pk, "certain": each.certain, "conflicts": each.conflicts} for each in gains]


def _told(alias: AliasDomain) -> dict[str, Any]:
    by = str(alias.confirmed_by) if alias.confirmed_by else None
    return {"alias": alias.alias, "domain": alias.domain, "confirmed": alias.confirmed_at, "by": by}

"""Leavers and heirs, the fallback owner, and how far a connection's mappings reach."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from jackfield_portal.api.lookup import connection_of, crm_user_of, mappable
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page
from jackfield_portal.api.routes.agents import AgentOut
from jackfield_portal.api.routes.agents import told as agent_told
from jackfield_portal.api.routes.mappings import MappingsSaved
from jackfield_portal.api.routes.users import CrmUserOut
from jackfield_portal.api.routes.users import told as user_told
from jackfield_portal.api.scoping import needs
from jackfield_portal.api.shapes import Given, Word
from jackfield_portal.connections.models import Connection
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.mapping import fallback, leavers
from jackfield_portal.mapping.finding import found
from jackfield_portal.mapping.models import Mapping

router = Router(tags=["mappings"])


class Will(StrEnum):
    """What becomes of the mapping: it goes to an heir or to nobody, or it is kept, pinned."""

    HEIR = "heir"
    NOBODY = "nobody"
    KEEP = "keep"


class LeaverOut(Schema):
    """A mapping whose agent or CRM user has left; ``heirs`` says who can take over: agents, users, null for nobody."""

    agent: AgentOut
    crm_user: CrmUserOut
    happened: str
    heirs: str | None


class Settled(Given):
    """What becomes of an agent's mapping: an agent who left has an ``heir_agent``, a CRM user an ``heir_user``."""

    agent: UUID
    will: Will
    heir_agent: UUID | None = None
    heir_user: Word | None = None


class Settlement(Given):
    """Choices, saved all or none."""

    choices: list[Settled] = Field(max_length=1_000)


class OwnerIn(Given):
    """A CRM user by the id that he has in the CRM, null for nobody."""

    crm_user: Word | None


class OwnerOut(Schema):
    """Under whom calls of agents without a CRM user are logged, and what that means for them."""

    crm_user: CrmUserOut | None
    consequence: str


class CoverageOut(Schema):
    """Active agents without a CRM user, suggestions for them, CRM users who are no agent, mappings of leavers."""

    missing: int
    certain: int
    uncertain: int
    conflicts: int
    unclaimed: int
    leavers: int


@router.get(
    "/connections/{connection_id}/coverage",
    summary="How far the mappings reach",
    **needs(Scope.READ, response=CoverageOut),
)
def show_coverage(request: HttpRequest, connection_id: UUID) -> Any:
    """Who is missing at this connection, on both sides."""
    return found(connection_of(request, connection_id))


@router.get(
    "/connections/{connection_id}/leavers", summary="List the leavers", **needs(Scope.READ, response=Page[LeaverOut])
)
def list_leavers(request: HttpRequest, connection_id: UUID, asked: Asked) -> dict[str, Any]:
    """The mappings whose agent or CRM user has left, and that nobody has pinned."""
    rows = leavers.leaving(connection_of(request, connection_id)).select_related("agent", "crm_user")
    return page(rows, asked, _leaver)


@router.post(
    "/connections/{connection_id}/leavers",
    summary="Hand over from leavers",
    **needs(Scope.MAP, response=MappingsSaved),
)
def settle_leavers(request: HttpRequest, connection_id: UUID, given: Settlement) -> dict[str, Any]:
    """Hand over, clear or keep in one batch, all or none."""
    connection = mappable(request, connection_id)
    standing = Mapping.objects.filter(connection=connection, agent__in=[one.agent for one in given.choices])
    now = dict(standing.values_list("agent_id", "crm_user_id"))
    saved = leavers.settle(connection, [_choice(connection, one, now.get(one.agent)) for one in given.choices])
    return {"batch": saved.batch.pk if saved.batch else None, "mapped": saved.mapped, "cleared": saved.cleared}


@router.get(
    "/connections/{connection_id}/fallback-owner",
    summary="Look at the fallback owner",
    **needs(Scope.READ, response=OwnerOut),
)
def show_owner(request: HttpRequest, connection_id: UUID) -> dict[str, Any]:
    """The fallback owner, whether he is still there or not."""
    return _owner(fallback.owner_of(connection_of(request, connection_id)))


@router.put(
    "/connections/{connection_id}/fallback-owner",
    summary="Choose the fallback owner",
    **needs(Scope.MAP, response=OwnerOut),
)
def choose_owner(request: HttpRequest, connection_id: UUID, given: OwnerIn) -> dict[str, Any]:
    """Have calls of agents without a CRM user logged under this one, or under nobody."""
    connection = connection_of(request, connection_id)
    user = crm_user_of(connection, given.crm_user).pk if given.crm_user else None
    return _owner(fallback.choose(connection, user))


def _choice(connection: Connection, one: Settled, before: int | None) -> leavers.Choice:
    user = crm_user_of(connection, one.heir_user).pk if one.heir_user else None
    return leavers.Choice(agent=one.agent, before=before, will=leavers.Will(one.will), heir=one.heir_agent or user)


def _leaver(row: Mapping) -> dict[str, Any]:
    told = leavers.leaver(row)
    people = {"agent": agent_told(told.agent), "crm_user": user_told(told.crm_user)}
    return {**people, "happened": told.happened, "heirs": told.heirs or None}


def _owner(user: CrmUser | None) -> dict[str, Any]:
    return {"crm_user": user_told(user) if user else None, "consequence": fallback.consequence(user)}

"""What a call asks for: who the agent is in the CRM, who is calling, and where his page is."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import model_validator

import jackfield
from jackfield import Contact, Record
from jackfield.users import email_or_none
from jackfield_portal.api.lookup import connection_of, crm_user_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.problems import Refused
from jackfield_portal.api.routes.agents import AgentOut
from jackfield_portal.api.routes.agents import told as agent_told
from jackfield_portal.api.routes.users import CrmUserOut
from jackfield_portal.api.routes.users import told as user_told
from jackfield_portal.api.scoping import needs, organization_of
from jackfield_portal.api.shapes import Word
from jackfield_portal.connections import services as connections
from jackfield_portal.errors import PortalError
from jackfield_portal.mapping.resolve import agents_for, resolve
from jackfield_portal.organizations.models import Agent

router = Router(tags=["calls"])


class AgentQuery(Schema):
    """One agent, by id, extension or e-mail address."""

    id: UUID | None = None
    extension: Word | None = None
    email: Word | None = None

    @model_validator(mode="after")
    def exactly_one(self) -> AgentQuery:
        """One of the three."""
        if sum(value is not None for value in (self.id, self.extension, self.email)) != 1:
            raise ValueError("Give exactly one of id, extension and email.")
        return self


class Resolved(Schema):
    """The agent, and the CRM user under whom his calls are logged; ``by`` is mapping, fallback or nobody, with why."""

    agent: AgentOut
    crm_user: CrmUserOut | None
    by: str
    reason: str


class ResolvedBack(Schema):
    """The CRM user, and the agents he is; several where they share his account."""

    crm_user: CrmUserOut
    agents: list[AgentOut]


class RecordQuery(Schema):
    """A record: its kind (contact, lead ...) and its id in the CRM."""

    kind: Word
    id: Word


class LinkOut(Schema):
    """The address of the record's page; null where there is none."""

    url: str | None


class NumberQuery(Schema):
    """A telephone number, best with its country code."""

    number: Word


class ContactOut(Schema):
    """Somebody who has the number, with the address of his page in the CRM."""

    kind: str
    id: str
    name: str
    email: str | None
    company: str | None
    phones: list[str]
    url: str | None


@router.get("/connections/{connection_id}/resolve", summary="Agent to CRM user", **needs(Scope.READ, response=Resolved))
def resolve_agent(request: HttpRequest, connection_id: UUID, who: Annotated[AgentQuery, Query()]) -> dict[str, Any]:
    """The CRM user whom an agent is at this connection, else the fallback owner, else nobody."""
    connection, agent = connection_of(request, connection_id), _agent(request, who)
    found = resolve(agent, connection)
    user = user_told(found.crm_user) if found.crm_user else None
    return {"agent": agent_told(agent), "crm_user": user, "by": str(found.by), "reason": found.reason}


@router.get(
    "/connections/{connection_id}/users/{crm_id}/agents",
    summary="CRM user to agents",
    **needs(Scope.READ, response=ResolvedBack),
)
def resolve_user(request: HttpRequest, connection_id: UUID, crm_id: str) -> dict[str, Any]:
    """The agents who are this CRM user."""
    connection = connection_of(request, connection_id)
    user = crm_user_of(connection, crm_id)
    return {"crm_user": user_told(user), "agents": [agent_told(agent) for agent in agents_for(crm_id, connection)]}


@router.get("/connections/{connection_id}/link", summary="Link to a record", **needs(Scope.READ, response=LinkOut))
def link_record(request: HttpRequest, connection_id: UUID, record: Annotated[RecordQuery, Query()]) -> dict[str, Any]:
    """The address of a record's page in the CRM; nothing is asked of the CRM for it."""
    connection = connection_of(request, connection_id)
    version = connections.live(connection)
    if version is None:
        raise PortalError(_("The connection is not in use yet."), remedy=_("Run the Systems Check first."))
    settings = connections.settings_for(version)
    return {"url": connections.connector_of(connection).link(settings, Record(kind=record.kind, id=record.id))}


@router.get(
    "/connections/{connection_id}/contacts",
    summary="Find contacts by number",
    **needs(Scope.READ, response=list[ContactOut]),
)
def find_contacts(
    request: HttpRequest, connection_id: UUID, asked: Annotated[NumberQuery, Query()]
) -> list[dict[str, Any]]:
    """The contacts that have this number, asked of the CRM now."""
    opening = connections.open_live(connection_of(request, connection_id))  # the database is asked out here
    return asyncio.run(_found(opening, asked.number))


async def _found(opening: AbstractAsyncContextManager[jackfield.Connection], number: str) -> list[dict[str, Any]]:
    async with opening as crm:
        return [_told(contact, crm.link(contact.record)) for contact in await crm.find(number)]


def _told(contact: Contact, url: str | None) -> dict[str, Any]:
    known = {name: getattr(contact, name) for name in ("name", "email", "company")}
    return {**known, "kind": contact.record.kind, "id": contact.record.id, "phones": list(contact.phones), "url": url}


def _agent(request: HttpRequest, who: AgentQuery) -> Agent:
    """Exactly one: where several have the extension or the address, none of them is taken."""
    agents = Agent.objects.filter(organization=organization_of(request))
    if who.id is not None:
        found = list(agents.filter(pk=who.id))
    elif who.extension is not None:
        found = list(agents.filter(extension=who.extension, active=True)[:2])
    else:
        found = list(agents.filter(email__iexact=email_or_none(who.email) or "", active=True).exclude(email="")[:2])
    if not found:
        raise Refused("not_found", _("No active agent is known by this."))
    if len(found) > 1:
        raise Refused("refused", _("Several agents are known by this."), remedy=_("Ask by the agent's id."))
    return found[0]

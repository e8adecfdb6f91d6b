"""Agents: the organization's own users, who are mapped to CRM users."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from jackfield.errors import Problem, error
from jackfield_portal.api.lookup import agent_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page
from jackfield_portal.api.scoping import needs, organization_of
from jackfield_portal.api.shapes import Given, Line, Name
from jackfield_portal.mapping.finding import matching_agents
from jackfield_portal.organizations import services
from jackfield_portal.organizations.agents import AgentError
from jackfield_portal.organizations.models import Agent

router = Router(tags=["agents"])

_FIELDS = ("name", "email", "extension", "role")


class AgentOut(Schema):
    """An agent."""

    id: UUID
    name: str
    email: str
    extension: str
    role: str
    active: bool


class NewAgent(Given):
    """A new agent."""

    name: Name
    email: Line = ""
    extension: Line = ""
    role: Line = ""


class ChangedAgent(Given):
    """What is to be other; a field that is left out, or null, stays."""

    name: Name | None = None
    email: Line | None = None
    extension: Line | None = None
    role: Line | None = None
    active: bool | None = None


class Words(Schema):
    """``q`` holds words that stand in name, e-mail address or extension."""

    q: Line = ""


@router.get("/agents", summary="List the agents", **needs(Scope.READ, response=Page[AgentOut]))
def list_agents(request: HttpRequest, asked: Asked, words: Annotated[Words, Query()]) -> dict[str, Any]:
    """The organization's agents, active or not."""
    return page(matching_agents(organization_of(request), words.q), asked, told)


@router.post("/agents", summary="Add an agent", **needs(Scope.MANAGE, response={201: AgentOut}))
def add_agent(request: HttpRequest, given: NewAgent) -> Status[dict[str, Any]]:
    """A new active agent."""
    with _in_words():
        return Status(201, told(services.add_agent(organization_of(request), **given.model_dump())))


@router.get("/agents/{agent_id}", summary="Look at an agent", **needs(Scope.READ, response=AgentOut))
def show_agent(request: HttpRequest, agent_id: UUID) -> dict[str, Any]:
    """One agent."""
    return told(agent_of(request, agent_id))


@router.patch("/agents/{agent_id}", summary="Change an agent", **needs(Scope.MANAGE, response=AgentOut))
def change_agent(request: HttpRequest, agent_id: UUID, given: ChangedAgent) -> dict[str, Any]:
    """Change what is given; an agent who is not active keeps his mappings."""
    found = agent_of(request, agent_id)
    wanted = {name: value for name, value in given.model_dump(exclude={"active"}).items() if value is not None}
    if wanted:
        with _in_words():
            services.change_agent(found, **wanted)
    if given.active is not None and given.active != found.active:
        services.set_active(found, active=given.active)
    return told(found)


def told(agent: Agent) -> dict[str, Any]:
    """The agent as :class:`AgentOut`."""
    return {name: getattr(agent, name) for name in ("id", *_FIELDS, "active")}


@contextmanager
def _in_words() -> Iterator[None]:
    """What an agent is refused for, by field."""
    try:
        yield
    except AgentError as refused:
        problems = [
            Problem(field=name, code="invalid_value", message=said, remedy=_("Correct it."))
            for name, said in refused.problems.items()
        ]
        raise error("invalid_settings", _("The agent cannot be kept so."), problems=problems) from None

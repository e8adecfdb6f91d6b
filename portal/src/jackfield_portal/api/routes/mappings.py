"""Mappings: which CRM user is which agent, and who is suggested for whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from jackfield_portal.api.lookup import connection_of, crm_user_of, mappable
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page, page_behind
from jackfield_portal.api.problems import Refused
from jackfield_portal.api.scoping import needs, organization_of
from jackfield_portal.api.shapes import Given, Word
from jackfield_portal.connections.models import Connection
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.mapping import services
from jackfield_portal.mapping.finding import suggested
from jackfield_portal.mapping.models import Batch, Mapping
from jackfield_portal.mapping.suggest import Suggestion

router = Router(tags=["mappings"])


class MappingOut(Schema):
    """An agent is this CRM user; ``chosen_by`` is hand, suggestion, file or heir; one that is ``pinned`` stays."""

    agent: UUID
    crm_user: str
    chosen_by: str
    pinned: bool


class SuggestionOut(Schema):
    """Who an agent may be: ``certainty`` is certain, uncertain or conflict; a conflict names several."""

    agent: UUID
    certainty: str
    reason: str
    crm_users: list[str]


class Choice(Given):
    """That an agent have this CRM user, null for none. With ``before``, only where he had that one until now."""

    agent: UUID
    crm_user: Word | None
    before: Word | None = None


class Choices(Given):
    """Choices, saved all or none; ``take_all_certain`` takes every certain suggestion for agents who are not named."""

    choices: list[Choice] = Field(default_factory=list, max_length=10_000)
    take_all_certain: bool = False


class MappingsSaved(Schema):
    """What a save has done; ``batch`` undoes it, null where nothing was different."""

    batch: UUID | None
    mapped: int
    cleared: int


class Undo(Given):
    """The batch of a save."""

    batch: UUID


class UndoneOut(Schema):
    """How many agents were put back."""

    agents: int


@router.get(
    "/connections/{connection_id}/mappings", summary="List the mappings", **needs(Scope.READ, response=Page[MappingOut])
)
def list_mappings(request: HttpRequest, connection_id: UUID, asked: Asked) -> dict[str, Any]:
    """Who is mapped at this connection."""
    rows = Mapping.objects.filter(connection=connection_of(request, connection_id)).select_related("crm_user")
    return page(rows, asked, _told)


@router.post(
    "/connections/{connection_id}/mappings", summary="Save mappings", **needs(Scope.MAP, response=MappingsSaved)
)
def save_mappings(request: HttpRequest, connection_id: UUID, given: Choices) -> dict[str, Any]:
    """Save choices in one batch, all or none."""
    connection = mappable(request, connection_id)
    saved = services.save(connection, _wishes(connection, given.choices), take_all_certain=given.take_all_certain)
    batch = saved.batch.pk if saved.batch else None
    return {"batch": batch, "mapped": saved.mapped, "cleared": saved.cleared}


@router.get(
    "/connections/{connection_id}/suggestions",
    summary="List the suggestions",
    **needs(Scope.READ, response=Page[SuggestionOut]),
)
def list_suggestions(request: HttpRequest, connection_id: UUID, asked: Asked) -> dict[str, Any]:
    """Suggestions for the active agents who have no CRM user here and may be one, each with its reason."""
    connection = connection_of(request, connection_id)
    some = page_behind(
        lambda behind, most: suggested(connection, UUID(behind) if behind else None, most),
        asked,
        lambda found: found,
        lambda found: str(found[0]),
    )
    keys = {key for _agent, its in some["items"] for key in its.candidates}
    ids = dict(CrmUser.objects.filter(connection=connection, pk__in=keys).values_list("pk", "crm_id"))
    return {**some, "items": [_suggestion(agent, its, ids) for agent, its in some["items"]]}


@router.post("/mappings/undo", summary="Undo a save", **needs(Scope.MAP, response=UndoneOut))
def undo_mappings(request: HttpRequest, given: Undo) -> dict[str, int]:
    """Put back what was before a save, all of it; refused where it was undone or something later lies on it."""
    batch = Batch.objects.filter(organization=organization_of(request), pk=given.batch).first()
    if batch is None:
        raise Refused("not_found", _("There is no save of this id here."))
    return {"agents": services.undo(batch)}


def _wishes(connection: Connection, choices: list[Choice]) -> list[services.Wish]:
    """What was chosen, by our own keys; without a ``before`` it is whoever the agent has now."""
    names = {name for one in choices for name in (one.crm_user, one.before) if name}
    known = dict(CrmUser.objects.filter(connection=connection, crm_id__in=names).values_list("crm_id", "pk"))
    for name in sorted(names - known.keys()):
        crm_user_of(connection, name)  # refuses, in words
    agents = [one.agent for one in choices]
    standing = Mapping.objects.filter(connection=connection, agent__in=agents)
    now = dict(standing.values_list("agent_id", "crm_user_id"))
    return [_wish(one, known, now) for one in choices]


def _wish(one: Choice, known: dict[str, int], now: dict[UUID, int]) -> services.Wish:
    told = "before" in one.model_fields_set
    before = (known[one.before] if one.before else None) if told else now.get(one.agent)
    return services.Wish(agent=one.agent, before=before, after=known[one.crm_user] if one.crm_user else None)


def _suggestion(agent: UUID, its: Suggestion, ids: dict[int, str]) -> dict[str, Any]:
    known = {"agent": agent, "certainty": str(its.certainty), "reason": its.reason}
    return {**known, "crm_users": [ids[key] for key in its.candidates if key in ids]}


def _told(mapping: Mapping) -> dict[str, Any]:
    known = {"agent": mapping.agent_id, "chosen_by": str(mapping.chosen_by), "pinned": mapping.pinned}
    return {**known, "crm_user": mapping.crm_user.crm_id}

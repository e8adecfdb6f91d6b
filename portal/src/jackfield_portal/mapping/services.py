"""What can be done with mappings: save many at once, undo the last save, tell who is still missing.

Callable without HTTP. Whatever is handed in is looked for inside the organization only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from jackfield_portal.connections.lapses import refuse_lapsed
from jackfield_portal.connections.models import State
from jackfield_portal.mapping import refusals
from jackfield_portal.mapping.finding import present_users, suggestions
from jackfield_portal.mapping.models import Batch, Change, ChosenBy, Mapping
from jackfield_portal.mapping.suggest import Certainty
from jackfield_portal.organizations.models import Agent, Organization

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import User

__all__ = ["Saved", "Wish", "connections_of", "last_batch", "save", "undo", "unmapped_agents"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """That an agent have this CRM user (None: none); ``before`` is whom he had when the wish was made."""

    agent: UUID
    before: int | None
    after: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What a save has done; ``batch`` is None where nothing was different."""

    batch: Batch | None
    mapped: int
    cleared: int


def connections_of(organization: Organization) -> QuerySet[Connection]:
    """The connections that mappings can be made for: every one that is no draft."""
    return organization.connections.exclude(state=State.DRAFT)


def save(
    connection: Connection, wishes: Iterable[Wish], *, by: User | None = None, take_all_certain: bool = False
) -> Saved:
    """Save choices for one connection in one batch, all or none; ``take_all_certain`` adds the certain rest.

    Raises PortalError, with nothing saved, where the plan no longer includes the connection, where a wish names an
    agent or CRM user who isn't there, or where somebody else has changed an agent's CRM user since.
    """
    refuse_lapsed(connection)
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=connection.organization_id)
        found = suggestions(connection)
        certain = {agent: its.candidates[0] for agent, its in found.items() if its.certainty is Certainty.CERTAIN}
        seen = {wish.agent: wish for wish in wishes}
        wanted = [wish for wish in seen.values() if wish.before != wish.after]
        if take_all_certain:  # what the form showed and left as it is stays as it is
            rest = certain.keys() - seen.keys()
            wanted += [Wish(agent=agent, before=None, after=certain[agent]) for agent in rest]
        suggested = {agent: its.candidates for agent, its in found.items()}
        return _save(connection, wanted, suggested, by)


def last_batch(organization: Organization) -> Batch | None:
    """The last save that has not been undone; one whose connection was deleted since is none any more."""
    standing = Batch.objects.filter(Exists(Change.objects.filter(batch=OuterRef("pk"))), undone_at=None)
    return standing.filter(organization=organization).select_related("made_by").first()


def undo(batch: Batch) -> int:
    """Put back what was before a save, all of it; how many agents that touched.

    Raises PortalError, with nothing changed, where it isn't the last save any more or a later change is in the way.
    """
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=batch.organization_id)
        if last_batch(batch.organization) != batch:
            raise refusals.not_the_last()
        changes = list(batch.changes.select_related("agent"))
        _refuse_later_changes(changes)
        for change in changes:
            _put(change.agent_id, change.connection_id, change.before_id, change.before_chosen_by)
        Batch.objects.filter(pk=batch.pk).update(undone_at=timezone.now())
    return len(changes)


def unmapped_agents(connection: Connection) -> int:
    """How many active agents have no CRM user at this connection."""
    agents = Agent.objects.filter(organization_id=connection.organization_id, active=True)
    return agents.exclude(mappings__connection=connection).count()


def _save(
    connection: Connection, wanted: Sequence[Wish], suggested: dict[UUID, tuple[int, ...]], by: User | None
) -> Saved:
    _refuse_strangers(connection, wanted)
    standing = {mapping.agent_id: mapping for mapping in Mapping.objects.filter(connection=connection)}
    _refuse_outdated(wanted, standing)
    if not wanted:
        return Saved(batch=None, mapped=0, cleared=0)
    batch = Batch.objects.create(organization_id=connection.organization_id, made_by=by)
    changes = [
        Change(
            batch=batch,
            agent_id=wish.agent,
            connection=connection,
            before_id=wish.before,
            before_chosen_by=standing[wish.agent].chosen_by if wish.before else "",
            after_id=wish.after,
            after_chosen_by=_how(wish, suggested),
        )
        for wish in wanted
    ]
    Change.objects.bulk_create(changes)
    _apply(changes)
    mapped = sum(change.after_id is not None for change in changes)
    return Saved(batch=batch, mapped=mapped, cleared=len(changes) - mapped)


def _how(wish: Wish, suggested: dict[UUID, tuple[int, ...]]) -> str:
    if wish.after is None:
        return ""
    return ChosenBy.SUGGESTION if suggested.get(wish.agent) == (wish.after,) else ChosenBy.HAND


def _apply(changes: Sequence[Change]) -> None:
    connection = changes[0].connection_id
    cleared = [change.agent_id for change in changes if change.after_id is None]
    Mapping.objects.filter(connection_id=connection, agent_id__in=cleared).delete()
    made = [
        Mapping(
            agent_id=change.agent_id,
            connection_id=connection,
            crm_user_id=change.after_id,
            chosen_by=change.after_chosen_by,
        )
        for change in changes
        if change.after_id is not None
    ]
    Mapping.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["agent", "connection"],
        update_fields=["crm_user", "chosen_by"],
    )


def _put(agent: UUID, connection: UUID, crm_user: int | None, chosen_by: str) -> None:
    if crm_user is None:
        Mapping.objects.filter(agent_id=agent, connection_id=connection).delete()
        return
    Mapping.objects.update_or_create(
        agent_id=agent, connection_id=connection, defaults={"crm_user_id": crm_user, "chosen_by": chosen_by}
    )


def _refuse_strangers(connection: Connection, wanted: Sequence[Wish]) -> None:
    agents = {wish.agent for wish in wanted}
    users = {wish.after for wish in wanted if wish.after is not None}
    known_agents = Agent.objects.filter(organization_id=connection.organization_id).in_bulk(agents)
    if len(known_agents) < len(agents):
        raise refusals.unknown_agent()
    if len(present_users(connection).in_bulk(users)) < len(users):
        raise refusals.unknown_user()


def _refuse_outdated(wanted: Sequence[Wish], standing: dict[UUID, Mapping]) -> None:
    for wish in wanted:
        mapping = standing.get(wish.agent)
        if (mapping.crm_user_id if mapping else None) != wish.before:
            name = Agent.objects.values_list("name", flat=True).get(pk=wish.agent)
            raise refusals.outdated(name)


def _refuse_later_changes(changes: Sequence[Change]) -> None:
    standing = Mapping.objects.filter(agent_id__in={change.agent_id for change in changes})
    now = {(mapping.agent_id, mapping.connection_id): mapping.crm_user_id for mapping in standing}
    changed = [
        change.agent.name for change in changes if now.get((change.agent_id, change.connection_id)) != change.after_id
    ]
    if changed:
        raise refusals.changed_since(changed[0])

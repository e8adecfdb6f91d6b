"""Writing: what was decided becomes a batch of changes, and the mappings follow; all of it or nothing.

The caller holds the organization (:func:`alone`), so that what he has looked at still stands when it is written.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from django.db import transaction

from jackfield_portal.audit.services import record
from jackfield_portal.mapping import refusals
from jackfield_portal.mapping.finding import present_users
from jackfield_portal.mapping.models import Batch, Change, ChosenBy, Mapping
from jackfield_portal.organizations.models import Agent, Organization

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from collections.abc import Mapping as Dictionary
    from uuid import UUID

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.mapping.models import Kind
    from jackfield_portal.mapping.suggest import Suggestion
    from jackfield_portal.organizations.models import User

__all__ = ["Decision", "Saved", "Standing", "alone", "how", "names_of", "put", "standing", "write"]

T = TypeVar("T")

#: Ids that are asked for at once; databases take so many values in a statement, not any number.
_AT_ONCE = 500


class Standing(NamedTuple):
    """What stands for an agent at a connection; nobody, where he has no mapping."""

    crm_user: int | None = None
    chosen_by: str = ""
    pinned: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What is to stand for an agent, and why: the code of a suggestion, or empty."""

    agent: UUID
    becomes: Standing
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What a save has done; ``batch`` is None where nothing was different."""

    batch: Batch | None
    mapped: int
    cleared: int


@contextmanager
def alone(organization: UUID) -> Iterator[None]:
    """A transaction in which nobody else decides anything for the organization."""
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=organization)
        yield


def standing(connection: Connection) -> dict[UUID, Standing]:
    """What stands at a connection, by agent."""
    rows = Mapping.objects.filter(connection=connection)
    columns = rows.values_list("agent_id", "crm_user_id", "chosen_by", "pinned")
    return {agent: Standing(user, chosen_by, pinned) for agent, user, chosen_by, pinned in columns}


def how(agent: UUID, after: int | None, suggested: Dictionary[UUID, Suggestion]) -> tuple[str, str]:
    """How somebody's hand has chosen: what was suggested, with the reason that it had, or something else."""
    if after is None:
        return "", ""
    suggestion = suggested.get(agent)
    if suggestion is not None and suggestion.candidates == (after,):
        return ChosenBy.SUGGESTION, suggestion.code
    return ChosenBy.HAND, ""


def write(
    connection: Connection,
    decisions: Sequence[Decision],
    stands: Dictionary[UUID, Standing],
    *,
    kind: Kind,
    by: User | None,
) -> Saved:
    """Write what is different from what stands, as a new batch.

    Raises PortalError, with nothing written, for an agent or CRM user who isn't there, and for one who is pinned.
    """
    _refuse_strangers(connection, decisions, stands)
    different = [each for each in decisions if each.becomes != stands.get(each.agent, Standing())]
    _refuse_pinned(connection, different, stands)
    if not different:
        return Saved(batch=None, mapped=0, cleared=0)
    made = Batch.objects.create(organization_id=connection.organization_id, kind=kind, made_by=by)
    Change.objects.bulk_create([_change(made, connection, each, stands) for each in different])
    put(connection.pk, {each.agent: each.becomes for each in different})
    cleared = sum(each.becomes.crm_user is None for each in different)
    saved = Saved(batch=made, mapped=len(different) - cleared, cleared=cleared)
    record(connection.organization_id, by, "mapping.saved", connection, _facts(saved, kind))
    return saved


def put(connection: UUID, becomes: Dictionary[UUID, Standing]) -> None:
    """Have these stand at a connection, whatever stood."""
    cleared = [agent for agent, each in becomes.items() if each.crm_user is None]
    for agents in _parts(cleared):
        Mapping.objects.filter(connection_id=connection, agent_id__in=agents).delete()
    made = [
        Mapping(
            agent_id=agent,
            connection_id=connection,
            crm_user_id=each.crm_user,
            chosen_by=each.chosen_by,
            pinned=each.pinned,
        )
        for agent, each in becomes.items()
        if each.crm_user is not None
    ]
    Mapping.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["agent", "connection"],
        update_fields=["crm_user", "chosen_by", "pinned"],
    )


def names_of(organization: UUID, agents: Collection[UUID]) -> dict[UUID, str]:
    """The names of an organization's agents; those of others are left out."""
    found: dict[UUID, str] = {}
    for part in _parts(list(agents)):
        found.update(Agent.objects.filter(organization_id=organization, pk__in=part).values_list("pk", "name"))
    return found


def _change(batch: Batch, connection: Connection, each: Decision, stands: Dictionary[UUID, Standing]) -> Change:
    before = stands.get(each.agent, Standing())
    return Change(
        batch=batch,
        agent_id=each.agent,
        connection=connection,
        before_id=before.crm_user,
        before_chosen_by=before.chosen_by,
        before_pinned=before.pinned,
        after_id=each.becomes.crm_user,
        after_chosen_by=each.becomes.chosen_by,
        after_pinned=each.becomes.pinned,
        why=each.why,
    )


def _facts(saved: Saved, kind: Kind) -> dict[str, object]:
    batch = saved.batch.pk if saved.batch else ""
    return {"batch": str(batch), "kind": str(kind), "mapped": saved.mapped, "cleared": saved.cleared}


def _refuse_strangers(
    connection: Connection, decisions: Sequence[Decision], stands: Dictionary[UUID, Standing]
) -> None:
    """Whom an agent has already may have gone from the CRM since, and stays."""
    agents = list({each.agent for each in decisions})
    own = Agent.objects.filter(organization_id=connection.organization_id)
    if sum(own.filter(pk__in=part).count() for part in _parts(agents)) < len(agents):
        raise refusals.unknown_agent()
    pairs = ((each.becomes.crm_user, stands.get(each.agent, Standing()).crm_user) for each in decisions)
    users = list({after for after, before in pairs if after is not None and after != before})
    present = present_users(connection)
    if sum(present.filter(pk__in=part).count() for part in _parts(users)) < len(users):
        raise refusals.unknown_user()


def _refuse_pinned(connection: Connection, decisions: Sequence[Decision], stands: Dictionary[UUID, Standing]) -> None:
    for each in decisions:
        before = stands.get(each.agent, Standing())
        if before.pinned and before.crm_user != each.becomes.crm_user:
            raise refusals.pinned(names_of(connection.organization_id, [each.agent])[each.agent])


def _parts(found: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(found), _AT_ONCE):
        yield found[start : start + _AT_ONCE]

"""What can be done with mappings: save many at once, undo a batch, tell who is still missing.

Callable without HTTP. Whatever is handed in is looked for inside the organization only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from jackfield_portal.audit.marking import audited
from jackfield_portal.connections.lapses import refuse_lapsed
from jackfield_portal.connections.models import State
from jackfield_portal.mapping import refusals
from jackfield_portal.mapping.finding import found, suggestions
from jackfield_portal.mapping.models import Batch, Change, Kind, Mapping
from jackfield_portal.mapping.suggest import Certainty
from jackfield_portal.mapping.writing import Decision, Saved, Standing, alone, how, names_of, put, standing, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dictionary
    from uuid import UUID

    from django.db.models import QuerySet

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization, User

__all__ = [
    "Saved",
    "Wish",
    "batches_of",
    "connections_of",
    "in_the_way",
    "last_batch",
    "refuse_outdated",
    "save",
    "undo",
    "unmapped_agents",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """That an agent have this CRM user (None: none); ``before`` is whom he had when the wish was made."""

    agent: UUID
    before: int | None
    after: int | None


def connections_of(organization: Organization) -> QuerySet[Connection]:
    """The connections that mappings can be made for: every one that is no draft."""
    return organization.connections.exclude(state=State.DRAFT)


def save(
    connection: Connection,
    wishes: Iterable[Wish],
    *,
    by: User | None = None,
    take_all_certain: bool = False,
    expected: int | None = None,
) -> Saved:
    """Save choices for one connection in one batch, all or none; ``take_all_certain`` adds the certain rest.

    Raises PortalError, with nothing saved, where the plan no longer includes the connection, where a wish names an
    agent or CRM user who isn't there, where a choice is pinned, where somebody else has changed an agent's CRM user
    since, or where the rest isn't as many as ``expected``.
    """
    refuse_lapsed(connection)
    with alone(connection.organization_id):
        suggested, stands = suggestions(connection), standing(connection)
        seen = {wish.agent: wish for wish in wishes}
        wanted = [wish for wish in seen.values() if wish.before != wish.after]
        if take_all_certain:  # what the form showed and left as it is stays as it is
            certain = {key: its for key, its in suggested.items() if its.certainty is Certainty.CERTAIN}
            rest = certain.keys() - seen.keys()
            if expected not in {None, len(rest)}:
                raise refusals.other_number(expected or 0, len(rest))
            wanted += [Wish(agent=agent, before=None, after=certain[agent].candidates[0]) for agent in rest]
        decisions = [_decision(wish, *how(wish.agent, wish.after, suggested)) for wish in wanted]
        refuse_outdated(connection, {wish.agent: wish.before for wish in wanted}, stands)
        return write(connection, decisions, stands, kind=Kind.SAVE, by=by)


def batches_of(organization: Organization) -> QuerySet[Batch]:
    """The batches that there are, the last first; one whose connection was deleted since is none any more."""
    changes = Change.objects.filter(batch=OuterRef("pk"), connection__in=connections_of(organization))
    found_batches = Batch.objects.filter(Exists(changes), organization=organization)
    return found_batches.select_related("made_by", "undone_by")


def last_batch(organization: Organization) -> Batch | None:
    """The last batch that has not been undone."""
    newest = Batch.objects.filter(organization=organization, undone_at=None).select_related("made_by").first()
    if newest is None or newest.changes.filter(connection__in=connections_of(organization)).exists():
        return newest
    return batches_of(organization).filter(undone_at=None).first()


@audited("mapping.undone", lambda agents, _given: {"agents": agents})
def undo(batch: Batch, *, by: User | None = None) -> int:
    """Put back what was before a batch, all of it; how many agents that touched.

    Raises PortalError, with nothing changed, where it was undone already or a later change is in the way.
    """
    with alone(batch.organization_id):
        fresh = batches_of(batch.organization).filter(pk=batch.pk).first()
        if fresh is None:
            raise refusals.unknown_batch()
        if fresh.undone_at is not None:
            raise refusals.undone_already()
        if obstacle := in_the_way(fresh).select_related("agent").first():
            raise refusals.changed_since(obstacle.agent.name)
        changes = list(fresh.changes.all())
        for connection in {change.connection_id for change in changes}:
            put(connection, {each.agent_id: _before(each) for each in changes if each.connection_id == connection})
        Batch.objects.filter(pk=batch.pk).update(undone_at=timezone.now(), undone_by=by)
    return len({change.agent_id for change in changes})


def in_the_way(batch: Batch) -> QuerySet[Change]:
    """The changes of a batch on which something later lies, be it another batch or what no batch has written."""
    place = {"agent": OuterRef("agent"), "connection": OuterRef("connection")}
    later = Change.objects.filter(**place, pk__gt=OuterRef("pk"), batch__undone_at=None).exclude(batch=batch)
    stands = Mapping.objects.filter(**place)
    stays = stands.filter(
        crm_user=OuterRef("after"), chosen_by=OuterRef("after_chosen_by"), pinned=OuterRef("after_pinned")
    )
    other = Q(after=None) & Exists(stands) | Q(after__isnull=False) & ~Exists(stays)
    return batch.changes.filter(Exists(later) | other)


def unmapped_agents(connection: Connection) -> int:
    """How many active agents have no CRM user at this connection."""
    return found(connection).missing


def refuse_outdated(
    connection: Connection, before: Dictionary[UUID, int | None], stands: Dictionary[UUID, Standing]
) -> None:
    """Raise PortalError where an agent's CRM user isn't whom somebody was shown."""
    for agent, user in before.items():
        if stands.get(agent, Standing()).crm_user != user:
            name = names_of(connection.organization_id, [agent]).get(agent)
            raise refusals.outdated(name) if name else refusals.unknown_agent()


def _decision(wish: Wish, chosen_by: str, why: str) -> Decision:
    return Decision(agent=wish.agent, becomes=Standing(wish.after, chosen_by), why=why)


def _before(change: Change) -> Standing:
    return Standing(change.before_id, change.before_chosen_by, change.before_pinned)

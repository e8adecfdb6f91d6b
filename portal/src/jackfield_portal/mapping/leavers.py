"""Leavers: mappings whose agent or CRM user has left, and whom each is handed over to.

A pinned mapping is not among them: whoever pins one says that it is meant to stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from jackfield_portal.imports.models import USABLE_STATES
from jackfield_portal.mapping import refusals
from jackfield_portal.mapping.finding import obstacle, present_users
from jackfield_portal.mapping.models import ChosenBy, Kind, Mapping
from jackfield_portal.mapping.services import refuse_outdated
from jackfield_portal.mapping.writing import Decision, Standing, alone, standing, write
from jackfield_portal.organizations.models import Agent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dictionary
    from uuid import UUID

    from django.db.models import QuerySet

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.mapping.writing import Saved
    from jackfield_portal.organizations.models import User

__all__ = ["Choice", "Leaver", "Will", "leaver", "leavers_of", "leaving", "settle", "what_happened"]


class Will(StrEnum):
    """What becomes of a mapping whose agent or CRM user has left."""

    LATER = ""
    HEIR = "heir"
    NOBODY = "nobody"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaver:
    """A mapping with what has happened. An agent who left has agents as heirs, a CRM user who left CRM users."""

    agent: Agent
    crm_user: CrmUser
    happened: str
    heirs: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What somebody wants for the mapping of an agent; ``before`` is whom he has seen there. ``heir`` is an id."""

    agent: UUID
    before: int | None
    will: Will
    heir: UUID | int | None = None


def leaving(connection: Connection) -> QuerySet[Mapping]:
    """The mappings of a connection whose agent or CRM user has left and that nobody has pinned."""
    user_left = Q(crm_user__gone_at__isnull=False) | ~Q(crm_user__state__in=USABLE_STATES)
    return Mapping.objects.filter(Q(agent__active=False) | user_left, connection=connection, pinned=False)


def leavers_of(connection: Connection, most: int) -> list[Leaver]:
    """The first so many of them, by the agent's name."""
    rows = leaving(connection).select_related("agent", "crm_user").order_by(Lower("agent__name"), "pk")[:most]
    return [leaver(row) for row in rows]


def leaver(row: Mapping) -> Leaver:
    """One of them in words."""
    return Leaver(
        agent=row.agent,
        crm_user=row.crm_user,
        happened=what_happened(row.agent, row.crm_user),
        heirs=_heirs(row.agent, row.crm_user),
    )


def what_happened(agent: Agent, user: CrmUser) -> str:
    """Who has left, in words; empty where both are there."""
    said = [] if agent.active else [_("%(name)s is not active any more") % {"name": agent.name}]
    if user.gone_at is not None:
        said.append(_("%(name)s is gone from the CRM") % {"name": user.name})
    elif user.state not in USABLE_STATES:
        said.append(_("%(name)s is %(obstacle)s") % {"name": user.name, "obstacle": obstacle(user.state, user.kind)})
    return "; ".join(said)


def settle(connection: Connection, choices: Iterable[Choice], *, by: User | None = None) -> Saved:
    """Hand over, clear or pin, in one batch, all or none.

    The CRM user of an agent who left goes to another agent; an agent whose CRM user left gets another CRM user. Raises
    PortalError, with nothing saved, for an heir who isn't there, isn't active, or is somebody's CRM user already.
    """
    wanted = [choice for choice in choices if choice.will is not Will.LATER]
    with alone(connection.organization_id):
        stands = standing(connection)
        refuse_outdated(connection, {choice.agent: choice.before for choice in wanted}, stands)
        agents = Agent.objects.filter(organization_id=connection.organization_id).in_bulk([c.agent for c in wanted])
        decisions = [each for choice in wanted for each in _decided(connection, choice, agents, stands)]
        _refuse_twice(connection, decisions)
        return write(connection, decisions, stands, kind=Kind.LEAVERS, by=by)


def _decided(
    connection: Connection, choice: Choice, agents: Dictionary[UUID, Agent], stands: Dictionary[UUID, Standing]
) -> Sequence[Decision]:
    agent, before = agents.get(choice.agent), stands.get(choice.agent, Standing())
    if agent is None:
        raise refusals.unknown_agent()
    if choice.will is Will.KEEP:
        return [Decision(agent=agent.pk, becomes=before._replace(pinned=before.crm_user is not None))]
    if choice.will is Will.NOBODY:
        return [Decision(agent=agent.pk, becomes=Standing())]
    if agent.active:
        return [Decision(agent=agent.pk, becomes=Standing(_user(connection, choice.heir), ChosenBy.HEIR))]
    heir = _agent(connection, choice.heir)
    if heir.pk in stands:
        raise refusals.heir_has_one(heir.name)
    handed = Decision(agent=heir.pk, becomes=Standing(before.crm_user, ChosenBy.HEIR))
    return [Decision(agent=agent.pk, becomes=Standing()), handed]


def _agent(connection: Connection, key: UUID | int | None) -> Agent:
    known = Agent.objects.filter(organization_id=connection.organization_id, active=True)
    found = None if key is None or isinstance(key, int) else known.filter(pk=key).first()
    if found is None:
        raise refusals.unknown_heir()
    return found


def _user(connection: Connection, key: UUID | int | None) -> int:
    usable = present_users(connection).filter(state__in=USABLE_STATES)
    if not isinstance(key, int) or not usable.filter(pk=key).exists():
        raise refusals.unknown_heir()
    return key


def _refuse_twice(connection: Connection, decisions: Sequence[Decision]) -> None:
    seen: set[UUID] = set()
    for each in decisions:
        if each.agent in seen:
            raise refusals.heir_has_one(
                Agent.objects.values_list("name", flat=True).get(
                    pk=each.agent, organization_id=connection.organization_id
                )
            )
        seen.add(each.agent)


def _heirs(agent: Agent, user: CrmUser) -> str:
    """Who can be the heir; nobody where there is nothing left to hand over."""
    if agent.active:
        return "users"
    return "" if user.gone_at is not None else "agents"

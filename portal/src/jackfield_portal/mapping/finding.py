"""Finding: the agents and CRM users that belong together, as far as the database knows them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from heapq import nsmallest
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jackfield.users import UserKind, UserState
from jackfield_portal.imports.models import USABLE_STATES, CrmUser
from jackfield_portal.mapping.kept import found_once
from jackfield_portal.mapping.models import AliasDomain, Mapping
from jackfield_portal.mapping.suggest import AgentFacts, Certainty, UserFacts, suggest
from jackfield_portal.organizations.models import Agent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dictionary
    from uuid import UUID

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise, StrPromise

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.mapping.suggest import Suggestion
    from jackfield_portal.organizations.models import Organization

__all__ = [
    "Found",
    "agents_of",
    "aliases_of",
    "find",
    "found",
    "holding",
    "matching_agents",
    "matching_users",
    "obstacle",
    "present_users",
    "suggested",
    "suggestions",
    "unclaimed_users",
]


_STATES: dict[str, StrPromise] = {
    UserState.INACTIVE: gettext_lazy("inactive"),
    UserState.INVITED: gettext_lazy("invited"),
    UserState.DELETED: gettext_lazy("deleted"),
}
_KINDS: dict[str, StrPromise] = {
    UserKind.SERVICE: gettext_lazy("no person, but an account of a program"),
    UserKind.QUEUE: gettext_lazy("no person, but a queue"),
    UserKind.EXTERNAL: gettext_lazy("not one of the CRM account's own people"),
}


_COLUMNS = ("id", "name", "email", "other_emails", "state", "kind")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What is known of a connection's mappings; of active agents and of users who can work only, unless it says so.

    ``missing`` agents have no CRM user, ``unclaimed`` CRM users are no agent. ``leavers`` are mappings that are not
    pinned and whose agent or CRM user has left. ``imported``: there is anybody at all to be mapped to.
    """

    suggestions: Dictionary[UUID, Suggestion]
    certain: int
    uncertain: int
    conflicts: int
    missing: int
    unclaimed: int
    leavers: int
    imported: bool

    def of(self, *certainties: Certainty) -> set[UUID]:
        """The agents for whom there is a suggestion of this certainty."""
        return {agent for agent, suggestion in self.suggestions.items() if suggestion.certainty in certainties}


def found(connection: Connection) -> Found:
    """What is known of this connection's mappings now."""
    aliases = aliases_of(connection.organization_id)
    return found_once(connection, aliases, lambda: find(connection, aliases))


def find(connection: Connection, aliases: Dictionary[str, str]) -> Found:
    """The same, found anew, as if these were the alias domains."""
    standing = list(Mapping.objects.filter(connection=connection).values_list("agent_id", "crm_user_id", "pinned"))
    chosen = {agent: user for agent, user, _pinned in standing}
    agents, rows = _agents(connection), list(present_users(connection).order_by("id").values_list(*_COLUMNS))
    users = [_facts(*row) for row in rows]
    suggested = suggest(agents, users, chosen, aliases)
    counted = Counter(suggestion.certainty for suggestion in suggested.values())
    here, able = {agent.id for agent in agents}, {user.id for user in users if not user.obstacle}
    working = {key for key, *_rest, state, _kind in rows if state in USABLE_STATES}
    return Found(
        suggestions=suggested,
        certain=counted[Certainty.CERTAIN],
        uncertain=counted[Certainty.UNCERTAIN],
        conflicts=counted[Certainty.CONFLICT],
        missing=len(here - chosen.keys()),
        unclaimed=len(able.difference(chosen.values())),
        leavers=sum(not pinned and (agent not in here or user not in working) for agent, user, pinned in standing),
        imported=bool(users),
    )


def suggestions(connection: Connection) -> Dictionary[UUID, Suggestion]:
    """A suggestion by agent id for every active agent who has no CRM user at this connection and may be one."""
    return found(connection).suggestions


def suggested(connection: Connection, behind: UUID | None, most: int) -> list[tuple[UUID, Suggestion]]:
    """So many of the suggestions, by the agents' ids: those behind this one, or the first of all."""
    known = suggestions(connection)
    agents = nsmallest(most, known if behind is None else (agent for agent in known if agent > behind))
    return [(agent, known[agent]) for agent in agents]


def aliases_of(organization: UUID) -> dict[str, str]:
    """The alias domains of an organization, each with the domain that it is the same as."""
    return dict(AliasDomain.objects.filter(organization_id=organization).values_list("alias", "domain"))


def obstacle(state: str, kind: str) -> str:
    """Why a CRM user of this state and kind is no certain choice, in words; empty where nothing stands against him."""
    if state not in USABLE_STATES:
        return _("%(state)s in the CRM") % {"state": _STATES.get(state, _STATES[UserState.INACTIVE])}
    return str(_KINDS.get(kind, ""))


def present_users(connection: Connection) -> QuerySet[CrmUser]:
    """The users a mapping can be made to: those who have not gone from the CRM."""
    return CrmUser.objects.filter(connection=connection, gone_at=None)


def unclaimed_users(connection: Connection) -> QuerySet[CrmUser]:
    """The users who can work and are no agent, by name."""
    able = present_users(connection).filter(state__in=USABLE_STATES).exclude(kind__in=_KINDS)
    return able.filter(mappings__isnull=True).order_by(Lower("name"), "pk")


def matching_users(connection: Connection, words: str) -> QuerySet[CrmUser]:
    """Those of the present users whose name, e-mail address or id holds every one of the words."""
    return present_users(connection).filter(holding(words, ("name", "email", "other_emails", "crm_id")))


def matching_agents(organization: Organization, words: str) -> QuerySet[Agent]:
    """The agents of whom every one of the words stands in name, e-mail address or extension, or in their CRM user's."""
    every = Q()
    for word in words.split():
        theirs = Mapping.objects.filter(holding(word, ("crm_user__name", "crm_user__email")), agent=OuterRef("pk"))
        every &= holding(word, ("name", "email", "extension")) | Q(Exists(theirs))
    return Agent.objects.filter(every, organization=organization).order_by(Lower("name"), "pk")


def agents_of(connection: Connection, crm_users: Iterable[int]) -> dict[int, Agent]:
    """Who is mapped to these CRM users, by their ids."""
    mapped = Mapping.objects.filter(connection=connection, crm_user_id__in=list(crm_users)).select_related("agent")
    return {mapping.crm_user_id: mapping.agent for mapping in mapped}


def holding(words: str, fields: Iterable[str]) -> Q:
    """That each of the words stands in one of the fields."""
    every = Q()
    for word in words.split():
        any_field = Q()
        for field in fields:
            any_field |= Q(**{f"{field}__icontains": word})
        every &= any_field
    return every


@cache
def _obstacle(state: str, kind: str) -> StrOrPromise:
    """The same in the language of whoever reads it, since what is found is kept for all."""
    return lazy(obstacle, str)(state, kind) if obstacle(state, kind) else ""


def _agents(connection: Connection) -> Sequence[AgentFacts[UUID]]:
    rows = Agent.objects.filter(organization_id=connection.organization_id, active=True)
    return [AgentFacts(id=key, name=name, email=email) for key, name, email in rows.values_list("id", "name", "email")]


def _facts(key: int, name: str, email: str, others: str, state: str, kind: str) -> UserFacts:  # noqa: PLR0913, PLR0917 - the columns of a row
    emails = (email, *others.splitlines()) if others else (email,)
    return UserFacts(id=key, name=name, emails=emails, obstacle=_obstacle(state, kind))

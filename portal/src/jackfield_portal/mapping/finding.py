"""Finding: the agents and CRM users that belong together, as far as the database knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jackfield.users import UserKind, UserState
from jackfield_portal.imports.models import USABLE_STATES, CrmUser
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.mapping.suggest import AgentFacts, UserFacts, suggest
from jackfield_portal.organizations.models import Agent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from django.db.models import QuerySet
    from django_stubs_ext import StrPromise

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.mapping.suggest import Suggestion
    from jackfield_portal.organizations.models import Organization

__all__ = ["agents_of", "matching_agents", "matching_users", "obstacle", "present_users", "suggestions"]


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


def suggestions(connection: Connection) -> dict[UUID, Suggestion]:
    """A suggestion by agent id for every active agent who has no CRM user at this connection and may be one."""
    chosen = dict(Mapping.objects.filter(connection=connection).values_list("agent_id", "crm_user_id"))
    return suggest(list(_agents(connection)), list(_users(connection)), chosen)


def obstacle(state: str, kind: str) -> str:
    """Why a CRM user of this state and kind is no certain choice, in words; empty where nothing stands against him."""
    if state not in USABLE_STATES:
        return _("%(state)s in the CRM") % {"state": _STATES.get(state, _STATES[UserState.INACTIVE])}
    return str(_KINDS.get(kind, ""))


def present_users(connection: Connection) -> QuerySet[CrmUser]:
    """The users a mapping can be made to: those who have not gone from the CRM."""
    return CrmUser.objects.filter(connection=connection, gone_at=None)


def matching_users(connection: Connection, words: str) -> QuerySet[CrmUser]:
    """Those of the present users whose name, e-mail address or id holds every one of the words."""
    return present_users(connection).filter(_holding(words, ("name", "email", "other_emails", "crm_id")))


def matching_agents(organization: Organization, words: str) -> QuerySet[Agent]:
    """Those of the agents whose name, e-mail address or extension holds every one of the words, by name."""
    found = Agent.objects.filter(_holding(words, ("name", "email", "extension")), organization=organization)
    return found.order_by(Lower("name"), "pk")


def agents_of(connection: Connection, crm_users: Iterable[int]) -> dict[int, Agent]:
    """Who is mapped to these CRM users, by their ids."""
    found = Mapping.objects.filter(connection=connection, crm_user_id__in=list(crm_users)).select_related("agent")
    return {mapping.crm_user_id: mapping.agent for mapping in found}


def _holding(words: str, fields: Iterable[str]) -> Q:
    every = Q()
    for word in words.split():
        any_field = Q()
        for field in fields:
            any_field |= Q(**{f"{field}__icontains": word})
        every &= any_field
    return every


def _agents(connection: Connection) -> Iterator[AgentFacts[UUID]]:
    rows = Agent.objects.filter(organization_id=connection.organization_id, active=True)
    for key, name, email in rows.values_list("id", "name", "email"):
        yield AgentFacts(id=key, name=name, email=email)


def _users(connection: Connection) -> Iterator[UserFacts]:
    rows = present_users(connection).order_by("id")
    for key, name, email, others, state, kind in rows.values_list(
        "id", "name", "email", "other_emails", "state", "kind"
    ):
        emails = (email, *others.splitlines())
        yield UserFacts(id=key, name=name, emails=emails, obstacle=obstacle(state, kind))

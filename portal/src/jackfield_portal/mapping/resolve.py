"""Who is who: from an agent to the CRM user, and back. What a call asks for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jackfield.users import email_or_none
from jackfield_portal.errors import PortalError
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.mapping.fallback import owner_of
from jackfield_portal.organizations.models import Agent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization

__all__ = ["By", "Resolved", "agent_named", "agents_for", "agents_of_user", "crm_user_for", "resolve", "user_named"]


_T = TypeVar("_T")

#: More than one is too many; how many there are is said up to here.
_SEVERAL = 100


class By(StrEnum):
    """How an agent came to a CRM user."""

    MAPPING = "mapping"
    FALLBACK = "fallback"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolved:
    """The CRM user of an agent: his own, the fallback owner, or nobody; ``by`` says which, ``reason`` why in words."""

    agent: Agent
    crm_user: CrmUser | None
    by: By
    reason: str


def resolve(agent: Agent, connection: Connection) -> Resolved:
    """The CRM user under whom a call of this agent is logged.

    An agent without one, or whose own is gone from the CRM, is stood in for by the connection's fallback owner.
    """
    own = _own(agent, connection)
    if own is not None and own.gone_at is None:
        return Resolved(agent=agent, crm_user=own, by=By.MAPPING, reason=_("mapped to this agent"))
    lacking = _("the agent's CRM user is gone from the CRM") if own else _("the agent has no CRM user")
    owner = owner_of(connection) if agent.organization_id == connection.organization_id else None
    if owner is None:
        reason = _("%(lacking)s, and there is no fallback owner") % {"lacking": lacking}
        return Resolved(agent=agent, crm_user=None, by=By.NOBODY, reason=reason)
    if owner.gone_at is not None:
        reason = _("%(lacking)s, and the fallback owner is gone from the CRM") % {"lacking": lacking}
        return Resolved(agent=agent, crm_user=None, by=By.NOBODY, reason=reason)
    reason = _("fallback owner: %(lacking)s") % {"lacking": lacking}
    return Resolved(agent=agent, crm_user=owner, by=By.FALLBACK, reason=reason)


def crm_user_for(agent: Agent, connection: Connection) -> CrmUser | None:
    """The CRM user whom this agent is, None where he is mapped to nobody or to somebody who has gone from the CRM."""
    own = _own(agent, connection)
    return own if own is not None and own.gone_at is None else None


def agents_for(crm_id: str, connection: Connection) -> tuple[Agent, ...]:
    """The agents who are the CRM user with this id; more than one where they share his account."""
    return tuple(
        Agent.objects.filter(
            mappings__connection=connection,
            mappings__crm_user__crm_id=crm_id,
            mappings__crm_user__gone_at=None,
            organization_id=connection.organization_id,
        )
    )


def agents_of_user(who: str, connection: Connection) -> tuple[CrmUser, tuple[Agent, ...]]:
    """The CRM user of this id or e-mail address, and the agents who are he; fails as :func:`user_named` does."""
    user = user_named(who, connection)
    return user, agents_for(user.crm_id, connection)


def agent_named(who: str, organization: Organization) -> Agent:
    """The agent of this id, extension or e-mail address; active ones first.

    Raises PortalError where there is none, or where there are several: the first of several is never taken.
    """
    given = who.replace("\0", "").strip()
    matching = list(Agent.objects.filter(_agent_is(given), organization=organization)[:_SEVERAL]) if given else []
    active = [agent for agent in matching if agent.active] or matching
    if not active:
        raise PortalError(
            _("No agent has the id, extension or e-mail address “%(who)s”.") % {"who": given[:100]},
            remedy=_("Look them up on the page Agents."),
        )
    return _only(active, _("agents"), given)


def user_named(who: str, connection: Connection) -> CrmUser:
    """The CRM user of this id or e-mail address, among those who have not gone from the CRM; usable ones first.

    Raises PortalError where there is none, or where there are several: the first of several is never taken.
    """
    given = who.replace("\0", "").strip()
    known = CrmUser.objects.filter(connection=connection, gone_at=None)
    matching = list(known.filter(crm_id=given)) if given else []
    if not matching and (email := email_or_none(given)):
        with_it = known.filter(Q(email=email) | Q(other_emails__contains=email))[:_SEVERAL]
        matching = [user for user in with_it if email in {email_or_none(each) for each in user.emails}]
        matching = [user for user in matching if user.active] or matching
    if not matching:
        raise PortalError(
            _("No CRM user at %(name)s has the id or e-mail address “%(who)s”.")
            % {"name": connection.name, "who": given[:100]},
            remedy=_("Look for them in the drop-down of the column, or import the users again."),
        )
    return _only(matching, _("CRM users"), given)


def _own(agent: Agent, connection: Connection) -> CrmUser | None:
    if agent.organization_id != connection.organization_id:
        return None
    return CrmUser.objects.filter(mappings__agent=agent, mappings__connection=connection).first()


def _agent_is(given: str) -> Q:
    key = _uuid(given)
    if key is not None:
        return Q(pk=key)
    return Q(email__iexact=given) if "@" in given else Q(extension=given)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _only(found: Sequence[_T], what: str, given: str) -> _T:
    if len(found) > 1:
        raise PortalError(
            _("%(n)d %(what)s have “%(who)s”.") % {"n": len(found), "what": what, "who": given[:100]},
            remedy=_("Name one of them by the id."),
        )
    return found[0]

"""Who is who: from an agent to the CRM user, and back. What a call asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield_portal.imports.models import CrmUser
from jackfield_portal.organizations.models import Agent

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection

__all__ = ["agents_for", "crm_user_for"]


def crm_user_for(agent: Agent, connection: Connection) -> CrmUser | None:
    """The CRM user whom this agent is, None where he is mapped to nobody or to somebody who has gone from the CRM."""
    if agent.organization_id != connection.organization_id:
        return None
    return CrmUser.objects.filter(mappings__agent=agent, mappings__connection=connection, gone_at=None).first()


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

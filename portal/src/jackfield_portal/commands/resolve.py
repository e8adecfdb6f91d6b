"""``jackfield resolve``: which CRM user an agent is, and back, by the same service as a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from jackfield.cli.errors import CommandError
from jackfield_portal.commands.serve import prepare_portal, say

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.organizations.models import Agent


def resolve(
    connection: Annotated[str, Parameter(help="The connection's id or name, as `jackfield connections` lists it.")],
    who: Annotated[str, Parameter(help="An agent's extension, e-mail address or id; with --back a CRM user's.")],
    /,
    *,
    back: Annotated[bool, Parameter(help="From a CRM user (id or e-mail address) to the agents.")] = False,
    organization: Annotated[
        str | None, Parameter(help="The organization's name, where others have such a one.")
    ] = None,
    json: Annotated[bool, Parameter(help="Print JSON, for scripts.")] = False,
) -> int:
    """Tell which CRM user a call of an agent is logged under, or which agents a CRM user is.

    The exit status is 1 where it is nobody. With --json: by (mapping, fallback or nobody), reason, agents, crm_user.
    """
    prepare_portal()
    from jackfield_portal.commands.importing import connection_named
    from jackfield_portal.errors import PortalError

    found = connection_named(connection, organization)
    try:
        told = _back(found, who) if back else _forth(found, who)
    except PortalError as refusal:
        raise CommandError(refusal.message, refusal.remedy) from None
    _tell(told, as_json=json, back=back)
    return 0 if told["by"] != "nobody" else 1


def _forth(connection: Connection, who: str) -> dict[str, Any]:
    from jackfield_portal.mapping import resolve as resolving

    agent = resolving.agent_named(who, connection.organization)
    found = resolving.resolve(agent, connection)
    return {
        "by": str(found.by),
        "reason": found.reason,
        "agents": [_agent(agent)],
        "crm_user": _user(found.crm_user) if found.crm_user else None,
    }


def _back(connection: Connection, who: str) -> dict[str, Any]:
    from jackfield_portal.mapping import resolve as resolving

    user, agents = resolving.agents_of_user(who, connection)
    reason = "mapped to this CRM user" if agents else "no agent is this CRM user"
    return {
        "by": "mapping" if agents else "nobody",
        "reason": reason,
        "agents": [_agent(agent) for agent in agents],
        "crm_user": _user(user),
    }


def _agent(agent: Agent) -> dict[str, Any]:
    return {"id": str(agent.pk), "name": agent.name, "extension": agent.extension or None, "email": agent.email or None}


def _user(user: CrmUser) -> dict[str, Any]:
    return {"id": user.crm_id, "name": user.name, "email": user.email or None}


def _tell(told: dict[str, Any], *, as_json: bool, back: bool) -> None:
    if as_json:
        from json import dumps

        say(dumps(told))
        return
    from jackfield_portal.commands._tables import printable

    found = told["agents"] if back else [told["crm_user"]] if told["crm_user"] else []
    lines = [printable(f"{each['name']} ({each['id']})") for each in found] or ["nobody"]
    say(*(f"{line}: {told['reason']}" for line in lines))

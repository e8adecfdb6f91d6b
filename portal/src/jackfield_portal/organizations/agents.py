"""An organization's agents. Portal, REST and CSV call the same functions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from jackfield_portal.audit.marking import audited
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations.models import Agent
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from jackfield_portal.organizations.models import Organization

__all__ = [
    "FIELDS",
    "AgentError",
    "add_agent",
    "agents_of",
    "change_agent",
    "checked",
    "find_agents",
    "set_active",
    "shared_extensions",
    "title_of",
    "warnings_of",
]

#: What can be said of an agent.
FIELDS: Final = ("name", "email", "extension", "role", "active")
_SEARCHED: Final = ("name", "email", "extension", "role")


class AgentError(PortalError):
    """An agent who can't be stored; ``problems`` holds what is wrong by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        told = " ".join(f"{title_of(field)}: {problem}" for field, problem in problems.items())
        super().__init__(told, remedy=_("Correct it, then save again."))


def agents_of(organization: Organization) -> QuerySet[Agent]:
    """All agents of an organization, active or not, by name whatever its case."""
    return Agent.objects.filter(organization=organization).order_by(Lower("name"), "id")


def find_agents(organization: Organization, words: str = "", state: str = "") -> QuerySet[Agent]:
    """Those who have every word in name, address, extension or role; ``state`` active or inactive leaves out others."""
    found = agents_of(organization)
    for word in words.split():
        anywhere = Q()
        for field in _SEARCHED:
            anywhere |= Q(**{f"{field}__icontains": word})
        found = found.filter(anywhere)
    return found.filter(active=state == "active") if state in {"active", "inactive"} else found


@audited("agent.added")
def add_agent(  # noqa: PLR0913 - an agent's fields
    organization: Organization, *, name: str, email: str = "", extension: str = "", role: str = "", active: bool = True
) -> Agent:
    """A new agent; raises AgentError with every problem by field."""
    given = {"name": name, "email": email, "extension": extension, "role": role, "active": active}
    agent = checked(Agent(organization=organization), given)
    agent.save(force_insert=True)
    return agent


@audited("agent.saved", lambda _agent, given: {"fields": sorted(given.get("fields", ()))})
def change_agent(agent: Agent, **fields: Any) -> Agent:
    """Change what is given, and nothing else; raises AgentError with every problem by field."""
    checked(agent, fields).save(update_fields=list(fields))
    return agent


@audited("agent.switched", lambda _done, given: {"active": given["active"]})
def set_active(agent: Agent, *, active: bool) -> None:
    """Take an agent out of use, or back into it; his mapping stays."""
    checked(agent, {"active": active}).save(update_fields=["active"])


def checked(agent: Agent, fields: dict[str, Any]) -> Agent:
    """The agent with these fields, not stored yet; raises AgentError and TypeError for a field that there is not."""
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"An agent has no {', '.join(sorted(unknown))}.")
    for field, value in fields.items():
        setattr(agent, field, value if isinstance(value, bool) else shown(value))
    try:
        agent.clean_fields(exclude={"id", "organization"})
    except ValidationError as refused:
        raise AgentError({field: " ".join(said) for field, said in refused.message_dict.items()}) from None
    return agent


def warnings_of(agent: Agent) -> list[str]:
    """What is allowed, and hardly meant: another active agent has the same extension."""
    found = shared_extensions(agent.organization_id, [agent]).get(agent.extension, ()) if agent.active else ()
    others = ", ".join(sorted(name for key, name in found if key != agent.pk))
    if not others:
        return []
    return [
        _("%(others)s has the extension %(extension)s, too: whose calls these are cannot be told.")
        % {"others": others, "extension": agent.extension}
    ]


def shared_extensions(organization: UUID, agents: Iterable[Agent]) -> dict[str, list[tuple[UUID, str]]]:
    """Extensions of these agents that several active ones have: id and name of each by extension."""
    wanted = {agent.extension for agent in agents if agent.active and agent.extension}
    active = Agent.objects.filter(organization=organization, active=True, extension__in=wanted)
    several = active.order_by().values("extension").annotate(n=Count("pk")).filter(n__gt=1).values("extension")
    found: dict[str, list[tuple[UUID, str]]] = defaultdict(list)
    for key, extension, name in active.filter(extension__in=several).values_list("pk", "extension", "name"):
        found[extension].append((key, name))
    return found


def title_of(field: str) -> str:
    """What a field is called on the screen."""
    return str(getattr(Agent._meta.get_field(field), "verbose_name", field))  # noqa: SLF001 - Django's own way to ask

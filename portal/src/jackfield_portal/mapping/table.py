"""The table of agents and their CRM users: one page of it, with one column opened for editing or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jackfield_portal.imports.models import CrmUser
from jackfield_portal.mapping.finding import matching_agents, obstacle, present_users, suggestions
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.mapping.services import connections_of, unmapped_agents
from jackfield_portal.mapping.suggest import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dictionary
    from uuid import UUID

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.mapping.suggest import Suggestion
    from jackfield_portal.organizations.models import Agent, Organization

__all__ = ["Cell", "Column", "Row", "Table", "badge", "table"]

#: Agents on one page.
ROWS = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A connection's column.

    ``missing`` agents have no CRM user there, for ``certain`` of them a suggestion may be taken without a look. None of
    the CRM's users may be ``imported``.
    """

    connection: Connection
    badge: str
    editing: bool
    missing: int
    certain: int
    imported: bool

    @property
    def coverage(self) -> str:
        """How many people have no CRM user, and how many of them can be matched for certain."""
        facts = {"missing": self.missing, "certain": self.certain, "name": self.connection.name}
        said = ngettext(
            "%(missing)d person has no CRM user at %(name)s",
            "%(missing)d people have no CRM user at %(name)s",
            self.missing,
        )
        if self.certain:
            more = ngettext(
                "%(certain)d of them can be matched for certain.",
                "%(certain)d of them can be matched for certain.",
                self.certain,
            )
            return f"{said}; {more}" % facts
        return f"{said}." % facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A CRM user offered for an agent."""

    id: int
    name: str
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A suggestion as the table shows it."""

    certainty: Certainty
    reason: str
    candidates: tuple[Candidate, ...]

    @property
    def certain(self) -> bool:
        """Whether it may be taken together with others."""
        return self.certainty is Certainty.CERTAIN

    @property
    def conflict(self) -> bool:
        """Whether several have a claim."""
        return self.certainty is Certainty.CONFLICT


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """An agent's CRM user at one connection, or what is suggested there."""

    editing: bool
    user: CrmUser | None
    trouble: str
    offer: Offer | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """An agent, and at each column his cell."""

    agent: Agent
    pairs: tuple[tuple[Column, Cell], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One page of the table."""

    columns: tuple[Column, ...]
    editing: Column | None
    rows: tuple[Row, ...]
    page: Page[Agent]
    words: str
    agents: int


def table(organization: Organization, *, edit: str = "", words: str = "", page: str | int = 1) -> Table:
    """A page of the table, of the agents that hold all ``words``; ``edit`` is the id of the connection to open."""
    connections = connections_of(organization)
    missing = {connection.pk: unmapped_agents(connection) for connection in connections}
    found = {connection.pk: suggestions(connection) if missing[connection.pk] else {} for connection in connections}
    columns = tuple(
        _column(connection, edit, missing[connection.pk], found[connection.pk]) for connection in connections
    )
    editing = next((column for column in columns if column.editing), None)
    offers = found[editing.connection.pk] if editing else {}
    pages = Paginator(matching_agents(organization, words), ROWS)
    shown = pages.get_page(page)
    return Table(
        columns=columns,
        editing=editing,
        rows=_rows(list(shown.object_list), columns, offers),
        page=shown,
        words=words,
        agents=organization.agents.count() if words else pages.count,
    )


def badge(name: str) -> str:
    """Two letters that stand for a name."""
    words = name.split()
    return "".join(word[0] for word in words[:2]).upper() if len(words) > 1 else name.strip()[:2].capitalize()


def _column(connection: Connection, edit: str, missing: int, found: Dictionary[UUID, Suggestion]) -> Column:
    return Column(
        connection=connection,
        badge=badge(connection.name),
        editing=str(connection.pk) == edit,
        missing=missing,
        certain=sum(its.certainty is Certainty.CERTAIN for its in found.values()),
        imported=bool(found) or present_users(connection).exists(),
    )


def _rows(agents: Sequence[Agent], columns: Iterable[Column], found: Dictionary[UUID, Suggestion]) -> tuple[Row, ...]:
    mapped = _mapped(agents)
    offers = _offers({agent.pk: found[agent.pk] for agent in agents if agent.pk in found})
    return tuple(
        Row(
            agent=agent,
            pairs=tuple(
                (column, _cell(mapped.get((agent.pk, column.connection.pk)), column, offers.get(agent.pk)))
                for column in columns
            ),
        )
        for agent in agents
    )


def _cell(user: CrmUser | None, column: Column, offer: Offer | None) -> Cell:
    return Cell(
        editing=column.editing,
        user=user,
        trouble=_trouble(user) if user else "",
        offer=offer if column.editing and user is None else None,
    )


def _trouble(user: CrmUser) -> str:
    return _("gone from the CRM") if user.gone_at else obstacle(user.state, user.kind)


def _mapped(agents: Iterable[Agent]) -> dict[tuple[UUID, UUID], CrmUser]:
    mappings = Mapping.objects.filter(agent__in=agents).select_related("crm_user")
    return {(mapping.agent_id, mapping.connection_id): mapping.crm_user for mapping in mappings}


def _offers(found: Dictionary[UUID, Suggestion]) -> dict[UUID, Offer]:
    users = CrmUser.objects.in_bulk({key for its in found.values() for key in its.candidates})
    return {
        agent: Offer(
            certainty=its.certainty,
            reason=its.reason,
            candidates=tuple(candidate(users[key]) for key in its.candidates if key in users),
        )
        for agent, its in found.items()
    }


def candidate(user: CrmUser, *remarks: str) -> Candidate:
    """A CRM user with what tells him from others of his name."""
    details = (user.email, obstacle(user.state, user.kind), *remarks)
    return Candidate(id=user.pk, name=user.name, detail=" · ".join(filter(None, details)))

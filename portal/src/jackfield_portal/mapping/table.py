"""The table of agents and their CRM users: one page of it, with one column opened for editing or none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from jackfield_portal.imports.models import CrmUser
from jackfield_portal.mapping.coverage import Column, columns_of
from jackfield_portal.mapping.finding import found, obstacle
from jackfield_portal.mapping.looks import SHOWN, SORTS, Look, Show, agents_for
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.mapping.shown import Candidate, Cell, Heading, Offer, Person, Row, Table
from jackfield_portal.organizations.models import Agent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dictionary
    from uuid import UUID

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.mapping.suggest import Suggestion
    from jackfield_portal.organizations.models import Organization

__all__ = ["candidate", "found_agents", "table"]

#: Agents on one page.
ROWS = 50


def table(organization: Organization, look: Look | None = None) -> Table:
    """A page of the table, as it is asked for."""
    asked = look or Look()
    columns = columns_of(organization, asked)
    editing = next((column for column in columns if column.editing), None)
    about = [column.connection for column in columns if editing is None or column is editing]
    known = {column.connection.pk: column.found for column in columns}
    agents: Any = agents_for(organization, asked, about, known)
    page = Paginator(agents, ROWS).get_page(asked.page)
    narrowed = bool(asked.words or asked.show)
    return Table(
        columns=columns,
        editing=editing,
        rows=_rows(_agents(list(page.object_list)), columns, editing),
        page=page,
        look=asked,
        agents=organization.agents.count() if narrowed else page.paginator.count,
        shows=tuple((show, _counted(show, editing, columns), show is asked.show) for show in SHOWN),
        headings={by: _heading(asked, by) for by in SORTS},
    )


def found_agents(organization: Organization, connection: Connection, look: Look) -> list[UUID]:
    """All agents that a look at a connection's open column finds, on every page."""
    agents: Any = agents_for(organization, look, [connection], {connection.pk: found(connection)})
    return agents if isinstance(agents, list) else list(agents.values_list("pk", flat=True))


def candidate(user: CrmUser, *remarks: str) -> Candidate:
    """A CRM user with what tells him from others of his name."""
    details = (user.email, obstacle(user.state, user.kind), *remarks)
    return Candidate(id=user.pk, name=user.name, detail=" · ".join(filter(None, details)))


def _counted(show: Show, editing: Column | None, columns: Sequence[Column]) -> str:
    """What is shown, with how many there are, where that is known and of one column only."""
    column = editing or (columns[0] if len(columns) == 1 else None)
    if column is None:
        return str(SHOWN[show])
    known = column.found
    counts = {
        Show.UNMAPPED: known.missing,
        Show.SUGGESTED: known.certain + known.uncertain,
        Show.CERTAIN: known.certain,
        Show.CONFLICTS: known.conflicts,
    }
    return f"{SHOWN[show]} ({counts[show]})" if show in counts else str(SHOWN[show])


def _heading(look: Look, by: str) -> Heading:
    order = {by: "ascending", f"-{by}": "descending"}.get(look.sort, "none")
    return Heading(order=order, query=look.query(sort=f"-{by}" if order == "ascending" else by, page="1"))


def _agents(given: Sequence[Agent | UUID]) -> list[Agent]:
    """The agents of a page, who may be given by their ids."""
    keys = [each for each in given if not isinstance(each, Agent)]
    known = Agent.objects.in_bulk(keys) if keys else {}
    return [known[key] for key in keys if key in known] + [each for each in given if isinstance(each, Agent)]


def _rows(agents: Sequence[Agent], columns: Sequence[Column], editing: Column | None) -> tuple[Row, ...]:
    mapped = _mapped(agents)
    offers = _offers(agents, editing.found.suggestions) if editing else {}
    box, clear = _("CRM user of %(name)s"), _("No CRM user for %(name)s")  # once, not for each row
    made = ((agent, _pairs(agent, columns, mapped, offers.get(agent.pk))) for agent in agents)
    return tuple(
        Row(
            agent=agent,
            key=str(agent.pk),
            pairs=pairs,
            pick=_pick(agent, pairs),
            box=box % {"name": agent.name},
            clear=clear % {"name": agent.name},
        )
        for agent, pairs in made
    )


def _pairs(
    agent: Agent, columns: Iterable[Column], mapped: Dictionary[tuple[UUID, UUID], Person], offer: Offer | None
) -> tuple[tuple[Column, Cell], ...]:
    users = ((column, mapped.get((agent.pk, column.connection.pk))) for column in columns)
    return tuple(
        (column, Cell(editing=column.editing, user=user, offer=offer if column.editing and user is None else None))
        for column, user in users
    )


def _pick(agent: Agent, pairs: Iterable[tuple[Column, Cell]]) -> str:
    for _column, cell in pairs:
        if cell.editing:
            return f"{agent.pk} {cell.user.pk if cell.user else ''} {cell.offer.only if cell.offer else ''}"
    return ""


def _mapped(agents: Sequence[Agent]) -> dict[tuple[UUID, UUID], Person]:
    names = ("crm_user__name", "crm_user__gone_at", "crm_user__state", "crm_user__kind")
    rows = Mapping.objects.filter(agent__in=agents)
    return {
        (agent, connection): Person(
            pk=pk, name=name, trouble=_("gone from the CRM") if gone else obstacle(state, kind), pinned=pinned
        )
        for agent, connection, pk, pinned, name, gone, state, kind in rows.values_list(
            "agent_id", "connection_id", "crm_user_id", "pinned", *names
        )
    }


def _offers(agents: Iterable[Agent], suggestions: Dictionary[UUID, Suggestion]) -> dict[UUID, Offer]:
    suggested = [(agent, suggestions[agent.pk]) for agent in agents if agent.pk in suggestions]
    users = CrmUser.objects.in_bulk({key for _agent, its in suggested for key in its.candidates}) if suggested else {}
    take = _("%(user)s for %(name)s")
    return {
        agent.pk: Offer(
            certainty=its.certainty,
            reason=its.reason,
            candidates=tuple(
                replace(candidate(users[key]), take=take % {"user": users[key].name, "name": agent.name})
                for key in its.candidates
                if key in users
            ),
        )
        for agent, its in suggested
    }

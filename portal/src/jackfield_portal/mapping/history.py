"""History: the batches with what stands in the way of undoing each, and what has happened to one agent's row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jackfield_portal.mapping.causes import meant
from jackfield_portal.mapping.models import Change, ChosenBy, Kind
from jackfield_portal.mapping.services import batches_of, connections_of, in_the_way

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from jackfield_portal.mapping.models import Batch
    from jackfield_portal.organizations.models import Agent, Organization

__all__ = ["Past", "Step", "changes_of", "of_agent", "past", "step", "told"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """A batch as it is told of; ``hindrance`` says why it can't be undone, empty where it can."""

    batch: Batch
    said: str
    hindrance: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One change of a row: what it was, what it became, and why, in words."""

    change: Change
    before: str
    after: str
    why: str


def past(organization: Organization, most: int) -> list[Past]:
    """The last so many batches, the last first."""
    return [told(batch) for batch in batches_of(organization)[:most]]


def of_agent(organization: Organization, agent: Agent, most: int) -> list[Step]:
    """What has happened to an agent's row at all connections, the last first."""
    return [step(change) for change in changes_of(organization, agent)[:most]]


def changes_of(organization: Organization, agent: Agent) -> QuerySet[Change]:
    """The changes of an agent's row at all connections, the last first."""
    changes = Change.objects.filter(agent=agent, connection__in=connections_of(organization))
    related = ("batch__made_by", "batch__undone_by", "connection", "before", "after")
    return changes.select_related(*related).order_by("-pk")


def told(batch: Batch) -> Past:
    """A batch in words."""
    changes = batch.changes
    names = sorted(set(changes.values_list("connection__name", flat=True)))
    number = changes.count()
    said = ngettext("%(n)d agent at %(names)s", "%(n)d agents at %(names)s", number)
    facts = {"n": number, "names": ", ".join(names)}
    return Past(batch=batch, said=said % facts, hindrance=_hindrance(batch))


def _hindrance(batch: Batch) -> str:
    if batch.undone_at is not None:
        return _("undone")
    obstacles = in_the_way(batch)
    first = obstacles.select_related("agent").first()
    if first is None:
        return ""
    more = obstacles.count() - 1
    if not more:
        return _("changed later: %(name)s") % {"name": first.agent.name}
    said = ngettext("changed later: %(name)s and %(n)d other", "changed later: %(name)s and %(n)d others", more)
    return said % {"name": first.agent.name, "n": more}


def step(change: Change) -> Step:
    """A change in words."""
    return Step(
        change=change,
        before=change.before.name if change.before else "",
        after=change.after.name if change.after else "",
        why=_why(change),
    )


def _why(change: Change) -> str:
    if change.before_id == change.after_id and change.before_pinned != change.after_pinned:
        return _("pinned") if change.after_pinned else _("unpinned")
    if change.after_id is None:
        return _CLEARED[Kind(change.batch.kind)]()
    if reason := meant(change.why):
        return _("taken from a suggestion: %(reason)s") % {"reason": reason}
    return str(ChosenBy(change.after_chosen_by).label) if change.after_chosen_by else ""


_CLEARED = {
    Kind.SAVE: lambda: _("cleared by hand"),
    Kind.BULK: lambda: _("cleared together with others"),
    Kind.FILE: lambda: _("cleared by a file"),
    Kind.LEAVERS: lambda: _("handed over, or left without a CRM user"),
}

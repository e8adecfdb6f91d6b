"""What somebody wants to see of the table: which agents, in which order, which page, with which column opened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Value
from django.db.models.functions import Length, Lower, NullIf
from django.utils.translation import gettext_lazy

from jackfield_portal.imports.models import USABLE_STATES
from jackfield_portal.mapping.finding import matching_agents
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.mapping.suggest import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dictionary
    from uuid import UUID

    from django_stubs_ext import StrPromise

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.mapping.finding import Found
    from jackfield_portal.organizations.models import Agent, Organization

__all__ = ["SHOWN", "SORTS", "Look", "Show", "agents_for"]


class Show(StrEnum):
    """Which agents are shown."""

    ALL = ""
    UNMAPPED = "unmapped"
    SUGGESTED = "suggested"
    CERTAIN = "certain"
    CONFLICTS = "conflicts"
    LEFT = "left"
    PINNED = "pinned"
    MAPPED = "mapped"


SHOWN: dict[Show, StrPromise] = {
    Show.ALL: gettext_lazy("All agents"),
    Show.UNMAPPED: gettext_lazy("Without a CRM user"),
    Show.SUGGESTED: gettext_lazy("With a suggestion"),
    Show.CERTAIN: gettext_lazy("With a certain suggestion"),
    Show.CONFLICTS: gettext_lazy("In conflict"),
    Show.LEFT: gettext_lazy("CRM user gone or inactive"),
    Show.PINNED: gettext_lazy("Pinned"),
    Show.MAPPED: gettext_lazy("With a CRM user"),
}
_BY_SUGGESTION = {
    Show.SUGGESTED: (Certainty.CERTAIN, Certainty.UNCERTAIN),
    Show.CERTAIN: (Certainty.CERTAIN,),
    Show.CONFLICTS: (Certainty.CONFLICT,),
}
#: By what the table can be sorted; a minus before it turns the order round.
SORTS = ("name", "email", "extension", "user")
_DEFAULT = "name"


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """``edit`` is the id of the connection whose column is open, ``sort`` one of SORTS, perhaps with a minus."""

    edit: str = ""
    words: str = ""
    show: Show = Show.ALL
    sort: str = _DEFAULT
    page: str = "1"

    @classmethod
    def of(cls, asked: Dictionary[str, Any], *, may_change: bool = True) -> Self:
        """What a request asks for; what is nonsense is passed over."""
        words = str(asked.get("q") or "").replace("\0", "").strip()[:200]
        show, sort = str(asked.get("show") or ""), str(asked.get("sort") or _DEFAULT)
        return cls(
            edit=str(asked.get("edit") or "") if may_change else "",
            words=words,
            show=Show(show) if show in set(Show) else Show.ALL,
            sort=sort if sort.removeprefix("-") in SORTS else _DEFAULT,
            page=str(asked.get("page") or 1),
        )

    def query(self, **other: Any) -> str:
        """The same look, or another one, as it stands in an address."""
        look = replace(self, **other)
        named = {"edit": look.edit, "q": look.words, "show": str(look.show), "sort": look.sort, "page": look.page}
        usual = {"sort": _DEFAULT, "page": "1"}
        return urlencode({name: text for name, text in named.items() if text and text != usual.get(name)})


def agents_for(
    organization: Organization, look: Look, connections: Sequence[Connection], found: Dictionary[UUID, Found]
) -> QuerySet[Agent] | list[UUID]:
    """The agents of a look, in its order, as a query or as their ids; it is about these connections, any of them."""
    agents = _sorted(matching_agents(organization, look.words), look.sort, connections)
    if look.show in _BY_SUGGESTION:
        wanted = {key for each in connections for key in found[each.pk].of(*_BY_SUGGESTION[look.show])}
        return [key for key in agents.values_list("pk", flat=True) if key in wanted] if wanted else []
    return agents.filter(_showing(look.show, connections))


def _showing(show: Show, connections: Sequence[Connection]) -> Q:
    mapped = Mapping.objects.filter(agent=OuterRef("pk"), connection__in=connections)
    if show is Show.UNMAPPED:
        each = (Mapping.objects.filter(agent=OuterRef("pk"), connection=connection) for connection in connections)
        return Q(active=True) & _any(~Exists(one) for one in each)
    if show is Show.LEFT:
        left = Q(crm_user__gone_at__isnull=False) | ~Q(crm_user__state__in=USABLE_STATES)
        return Q(Exists(mapped.filter(left)))
    if show is Show.PINNED:
        return Q(Exists(mapped.filter(pinned=True)))
    return Q(Exists(mapped)) if show is Show.MAPPED else Q()


def _any(conditions: Iterable[Any]) -> Q:
    found = Q(pk=None)
    for condition in conditions:
        found |= Q(condition)
    return found


def _sorted(agents: QuerySet[Agent], sort: str, connections: Sequence[Connection]) -> QuerySet[Agent]:
    by, name = sort.removeprefix("-"), Lower("name")
    keys: dict[str, tuple[Any, ...]] = {
        "name": (name,),
        "email": (NullIf(Lower("email"), Value("")), name),
        "extension": (NullIf(Length("extension"), Value(0)), F("extension"), name),
        "user": (_user_name(connections[:1]), name),
    }
    down = sort.startswith("-")
    order = [key.desc(nulls_last=True) if down else key.asc(nulls_last=True) for key in keys[by]]
    return agents.order_by(*order, "pk")


def _user_name(connections: Sequence[Connection]) -> Any:
    mapped = Mapping.objects.filter(agent=OuterRef("pk"), connection__in=connections)
    return Subquery(mapped.values_list(Lower("crm_user__name"))[:1], output_field=CharField())

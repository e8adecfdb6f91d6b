"""Who is new, changed, unchanged, inactive or gone by an import: before the word is given, and afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from jackfield.users import UserKind
from jackfield_portal.imports import changes, comparing, searching, words
from jackfield_portal.imports.models import USABLE_STATES, CrmUser, Fate, RunState, StagedUser, UserChange
from jackfield_portal.imports.people import Person, agents_of, difference, known, person

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.core.paginator import Page
    from django.db.models import QuerySet

    from jackfield_portal.imports.models import ImportRun
    from jackfield_portal.organizations.models import Agent

__all__ = ["Group", "counts", "group", "mapped_missing", "names", "people", "rows"]

_FIELDS: Final = ("name", "email", "other_emails", "crm_id", "role")
_BEFORE: Final = ("new", "changed", "unchanged", "inactive", "gone", "without_email", "suspicious")
#: Of an import that has ended is kept who he was: not who stayed as he was, nor who was inactive then.
_AFTER: Final = ("new", "changed", "gone")
_PERSONS: Final = (UserKind.PERSON, UserKind.UNKNOWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """One page of a group; ``cut`` where fewer of its users are kept than there were."""

    name: str
    page: Page[Any]
    people: tuple[Person, ...]
    cut: bool = False


def names(run: ImportRun) -> tuple[str, ...]:
    """The groups that can be looked at, of a run that waits for a word or was applied."""
    return {RunState.HELD: _BEFORE, RunState.APPLIED: _AFTER}.get(RunState(run.state), ())


def counts(run: ImportRun) -> dict[str, int]:
    """How many users are in each of the groups that can be looked at."""
    told = words.counts(run)
    return {name: told[name] if name in told else rows(run, name).count() for name in names(run)}


def group(run: ImportRun, name: str, search: str = "", page: str | int = 1) -> Group:
    """A page of those of a group that hold all words of ``search``; raises KeyError for a group that there is not."""
    found = rows(run, name, search)
    count = None if search.strip() or found.model is not StagedUser else words.counts(run).get(name)
    shown = searching.page_of(found, page, count=count)
    cut = found.model is UserChange and not search.strip() and shown.paginator.count < words.counts(run)[name]
    return Group(name=name, page=shown, people=people(run, name, list(shown.object_list)), cut=cut)


def rows(run: ImportRun, name: str, search: str = "") -> QuerySet[Any]:
    """The rows of a group that hold all words of ``search``, by name; raises KeyError for one that there is not.

    They are staged users while the run waits for a word, but known ones where they are gone. Afterwards they are known
    users where they were new, and else what was changed.
    """
    if name not in names(run):
        raise KeyError(name)
    if run.state == RunState.APPLIED and name != "new":
        fates = [Fate.GONE] if name == "gone" else [Fate.CHANGED, Fate.BACK]
        kept = UserChange.objects.filter(searching.holding(search, ("name", "crm_id")), run=run, fate__in=fates)
        return kept.order_by("name", "crm_id")
    return _users(run, name).filter(searching.holding(search, _FIELDS)).order_by("name", "crm_id")


def people(run: ImportRun, name: str, found: Sequence[Any]) -> tuple[Person, ...]:
    """Some rows of a group as pages show them, with their agents and with what is changed."""
    ids = [row.crm_id for row in found]
    agents = agents_of(run.connection_id, ids)
    if run.state == RunState.APPLIED and name != "new":
        return tuple(_changed(row, agents.get(row.crm_id, ())) for row in found)
    before: dict[str, CrmUser] = {}
    if run.state == RunState.HELD and name != "gone":
        before = {user.crm_id: user for user in known(run.connection_id, ids)}
    return tuple(_compared(row, before.get(row.crm_id), agents.get(row.crm_id, ())) for row in found)


def mapped_missing(run: ImportRun) -> int:
    """How many of the users who are missing from a list that waits for a word are mapped to agents."""
    return comparing.missing(run).filter(mappings__isnull=False).distinct().count() if run.gone else 0


def _users(run: ImportRun, name: str) -> QuerySet[Any]:
    if run.state == RunState.HELD:
        return comparing.missing(run) if name == "gone" else StagedUser.objects.filter(_which(run, name), run=run)
    new = CrmUser.objects.filter(connection=run.connection_id)  # each is known by when he was first seen
    return new.filter(first_seen=run.finished) if run.finished else new.none()


def _which(run: ImportRun, name: str) -> Q:
    if name in _TRAITS:
        return _TRAITS[name](run)
    twin = CrmUser.objects.filter(connection=run.connection_id, crm_id=OuterRef("crm_id"))
    if name == "new":
        return Q(~Exists(twin))
    same = Q(gone_at=None, **{field: OuterRef(field) for field in changes.COMPARED})
    return Q(Exists(twin.filter(same if name == "unchanged" else ~same)))


def _suspicious(run: ImportRun) -> Q:
    listed = StagedUser.objects.filter(run=run).exclude(email="")
    shared = listed.values("email").annotate(users=Count("pk")).filter(users__gt=1).values("email")
    return ~Q(kind__in=_PERSONS) | Q(email__in=shared)


#: What users are, whatever the import does to them.
_TRAITS: Final[Mapping[str, Callable[[ImportRun], Q]]] = {
    "inactive": lambda _run: ~Q(state__in=USABLE_STATES),
    "without_email": lambda _run: Q(email=""),
    "suspicious": _suspicious,
}


def _compared(user: StagedUser | CrmUser, before: CrmUser | None, agents: Sequence[Agent]) -> Person:
    if before is None:
        return person(user, agents=agents)
    found = changes.differences(_values(before), _values(user))
    back = (_("back again"),) if before.gone_at else ()
    return person(user, remarks=back, differences=[difference(*triple) for triple in found], agents=agents)


def _values(user: StagedUser | CrmUser) -> list[str]:
    return [getattr(user, name) for name in changes.COMPARED]


def _changed(change: UserChange, agents: Sequence[Agent]) -> Person:
    return Person(
        id=change.crm_id,
        name=change.name,
        remarks=(_("back again"),) if change.fate == Fate.BACK else (),
        differences=tuple(difference(*triple) for triple in change.fields),
        agents=tuple(agents),
    )

"""Who is new, changed, unchanged, inactive or gone by an import: before the word is given, and afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from jackfield_portal.imports import changes, comparing, searching, words
from jackfield_portal.imports.models import USABLE_STATES, CrmUser, Fate, RunState, StagedUser, UserChange
from jackfield_portal.imports.people import Person, agents_of, difference, known, person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.paginator import Page
    from django.db.models import QuerySet

    from jackfield_portal.imports.models import ImportRun

__all__ = ["Group", "group", "mapped_missing", "names"]

_STAGED_FIELDS: Final = ("name", "email", "other_emails", "crm_id", "role")
_BEFORE: Final = ("new", "changed", "unchanged", "inactive", "gone")
#: Of an import that has ended is kept who he was: not who stayed as he was, nor who was inactive then.
_AFTER: Final = ("new", "changed", "gone")


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


def group(run: ImportRun, name: str, search: str = "", page: str | int = 1) -> Group:
    """A page of those of a group that hold all words of ``search``; raises KeyError for a group that there is not."""
    if name not in names(run):
        raise KeyError(name)
    count = None if search.strip() else words.counts(run)[name]
    if run.state == RunState.HELD:
        return _gone_before(run, search, page, count) if name == "gone" else _staged(run, name, search, page, count)
    return _new_after(run, search, page) if name == "new" else _changed_after(run, name, search, page, count)


def mapped_missing(run: ImportRun) -> int:
    """How many of the users who are missing from a list that waits for a word are mapped to agents."""
    return comparing.missing(run).filter(mappings__isnull=False).distinct().count() if run.gone else 0


def _staged(run: ImportRun, name: str, search: str, page: str | int, count: int | None) -> Group:
    rows = StagedUser.objects.filter(_which(run, name), searching.holding(search, _STAGED_FIELDS), run=run)
    shown = searching.page_of(rows.order_by("name", "crm_id"), page, count=count)
    users = list(shown.object_list)
    agents = agents_of(run.connection_id, [user.crm_id for user in users])
    compared = users if name in {"changed", "inactive"} else []
    before = {user.crm_id: user for user in known(run.connection_id, [user.crm_id for user in compared])}
    people = tuple(_compared(user, before.get(user.crm_id), agents.get(user.crm_id, ())) for user in users)
    return Group(name=name, page=shown, people=people)


def _which(run: ImportRun, name: str) -> Q:
    if name == "inactive":
        return ~Q(state__in=USABLE_STATES)
    twin = CrmUser.objects.filter(connection=run.connection_id, crm_id=OuterRef("crm_id"))
    if name == "new":
        return Q(~Exists(twin))
    same = Q(gone_at=None, **{field: OuterRef(field) for field in changes.COMPARED})
    return Q(Exists(twin.filter(same if name == "unchanged" else ~same)))


def _compared(user: StagedUser, before: CrmUser | None, agents: Sequence[Any]) -> Person:
    if before is None:
        return person(user, agents=agents)
    found = changes.differences(_values(before), _values(user))
    back = (_("back again"),) if before.gone_at else ()
    return person(user, remarks=back, differences=[difference(*triple) for triple in found], agents=agents)


def _values(user: StagedUser | CrmUser) -> list[str]:
    return [getattr(user, name) for name in changes.COMPARED]


def _gone_before(run: ImportRun, search: str, page: str | int, count: int | None) -> Group:
    rows = comparing.missing(run).filter(searching.holding(search, _STAGED_FIELDS)).order_by("name", "crm_id")
    return _of_known("gone", rows, run, page, count)


def _new_after(run: ImportRun, search: str, page: str | int) -> Group:
    """The new ones as they are today: each is known by when he was first seen."""
    rows = CrmUser.objects.filter(connection=run.connection_id)
    rows = rows.filter(first_seen=run.finished) if run.finished else rows.none()
    return _of_known("new", rows.filter(searching.holding(search, _STAGED_FIELDS)), run, page, None)


def _of_known(name: str, rows: QuerySet[CrmUser], run: ImportRun, page: str | int, count: int | None) -> Group:
    shown = searching.page_of(rows, page, count=count)
    users = list(shown.object_list)
    agents = agents_of(run.connection_id, [user.crm_id for user in users])
    return Group(
        name=name, page=shown, people=tuple(person(user, agents=agents.get(user.crm_id, ())) for user in users)
    )


def _changed_after(run: ImportRun, name: str, search: str, page: str | int, count: int | None) -> Group:
    fates = [Fate.GONE] if name == "gone" else [Fate.CHANGED, Fate.BACK]
    kept = UserChange.objects.filter(run=run, fate__in=fates)
    cut = kept.count() < words.counts(run)[name] if count is not None else False
    shown = searching.page_of(kept.filter(searching.holding(search, ("name", "crm_id"))), page)
    found: list[UserChange] = list(shown.object_list)
    agents = agents_of(run.connection_id, [change.crm_id for change in found])
    people = tuple(
        Person(
            id=change.crm_id,
            name=change.name,
            remarks=(_("back again"),) if change.fate == Fate.BACK else (),
            differences=tuple(difference(*triple) for triple in change.fields),
            agents=tuple(agents.get(change.crm_id, ())),
        )
        for change in found
    )
    return Group(name=name, page=shown, people=people, cut=cut)

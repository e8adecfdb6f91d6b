"""What imports have changed of whom: a short record of each run, made as the run is applied."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from jackfield_portal.imports import session
from jackfield_portal.imports.models import CrmUser, Fate, UserChange
from jackfield_portal.imports.rows import COLUMNS
from jackfield_portal.imports.staging import PLACES, USERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from jackfield_portal.imports.comparing import Comparison
    from jackfield_portal.imports.models import ImportRun
    from jackfield_portal.imports.staging import Staging

__all__ = ["COMPARED", "KEPT", "differences", "recorded"]

#: Users of one run of whom is kept what was changed, characters of a text, and how long all that is kept.
KEPT: Final = 1_000
SHORT: Final = 80
KEPT_FOR: Final = timedelta(days=90)
#: More rows than there ever are.
_ALL: Final = 1_000_000_000
#: The columns by which users are compared, as :mod:`comparing` does it: a later moment alone is no change.
COMPARED: Final = tuple(name for name in COLUMNS if name not in {"crm_id", "created_at", "updated_at"})

_KNOWN: Final = CrmUser._meta.db_table  # noqa: SLF001 - Django documents _meta; the underscore is its own oddity
_PAIRS: Final = ", ".join(f"k.{name}, s.{name}" for name in COMPARED)
_DIFFER: Final = " OR ".join(f"s.{name} <> k.{name}" for name in COMPARED)
_CHANGED: Final = (
    f"SELECT s.place, s.crm_id, s.name, k.gone_at, {_PAIRS} FROM {USERS} s "  # noqa: S608 - names of our own
    f"JOIN {PLACES} p ON p.place = s.place "
    f"JOIN {_KNOWN} k ON k.connection_id = p.connection_id AND k.crm_id = s.crm_id "
    f"WHERE k.gone_at IS NOT NULL OR {_DIFFER} LIMIT %s"
)


@contextmanager
def recorded(staging: Staging, compared: Mapping[int, Comparison], now: datetime) -> Iterator[None]:
    """Keep what the applying inside changes of users known before; in the caller's transaction."""
    rooms = {place: room for place in staging.places if any(room := _rooms(compared[place]))}
    changed = _changed(staging, {place: room for place, (room, _) in rooms.items() if room})
    yield
    kept = changed + _gone(staging, {place: room for place, (_, room) in rooms.items() if room}, now)
    if kept:
        UserChange.objects.bulk_create(kept, batch_size=500)
        connections = {staging.runs[place].connection_id for place in rooms}
        UserChange.objects.filter(run__connection__in=connections, run__created__lt=now - KEPT_FOR).delete()


def _rooms(comparison: Comparison) -> tuple[int, int]:
    """How many of the changed and of the gone are kept; where they are too many, half of the room is for either."""
    gone = min(comparison.gone, max(KEPT // 2, KEPT - comparison.changed))
    return min(comparison.changed, KEPT - gone), gone


def differences(before: Sequence[str], after: Sequence[str]) -> list[list[str]]:
    """Column, old and new text, each cut short, for each of COMPARED that is another one."""
    pairs = zip(COMPARED, before, after, strict=True)
    return [[name, _short(was), _short(now)] for name, was, now in pairs if was != now]


def _short(text: str) -> str:
    plain = ", ".join(text.split("\n"))
    return plain if len(plain) <= SHORT else plain[: SHORT - 1] + "…"


def _changed(staging: Staging, rooms: Mapping[int, int]) -> list[UserChange]:
    if not rooms:
        return []
    # Where there are many runs they are small: all rows are fetched, and each run's are cut to its room.
    most = sum(rooms.values()) if len(staging.places) == 1 else _ALL
    kept: dict[int, list[UserChange]] = {place: [] for place in rooms}
    for place, *row in session.asked(_CHANGED, most):
        if place in rooms and len(kept[place]) < rooms[place]:
            kept[place].append(_change(staging.runs[place], *row))
    return [change for changes in kept.values() for change in changes]


def _change(run: ImportRun, crm_id: str, name: str, gone_at: Any, *pairs: str) -> UserChange:
    fate = Fate.CHANGED if gone_at is None else Fate.BACK
    return UserChange(run=run, crm_id=crm_id, name=name, fate=fate, fields=differences(pairs[::2], pairs[1::2]))


def _gone(staging: Staging, rooms: Mapping[int, int], now: datetime) -> list[UserChange]:
    kept = []
    for place, room in rooms.items():
        run = staging.runs[place]
        rows = CrmUser.objects.filter(connection=run.connection_id, gone_at=now).values_list("crm_id", "name")
        kept += [UserChange(run=run, crm_id=crm_id, name=name, fate=Fate.GONE) for crm_id, name in rows[:room]]
    return kept

"""What imports have changed of whom: a short record of each run, made as the run is applied."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from jackfield_portal.imports import session
from jackfield_portal.imports.models import CrmUser, Fate, UserChange
from jackfield_portal.imports.rows import COLUMNS
from jackfield_portal.imports.staging import USERS

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
#: The columns by which users are compared, as :mod:`comparing` does it: a later moment alone is no change.
COMPARED: Final = tuple(name for name in COLUMNS if name not in {"crm_id", "created_at", "updated_at"})

_KNOWN: Final = CrmUser._meta.db_table  # noqa: SLF001 - Django documents _meta; the underscore is its own oddity
_PAIRS: Final = ", ".join(f"k.{name}, s.{name}" for name in COMPARED)
_DIFFER: Final = " OR ".join(f"s.{name} <> k.{name}" for name in COMPARED)
_CHANGED: Final = (
    f"SELECT s.crm_id, s.name, k.gone_at, {_PAIRS} FROM {USERS} s "  # noqa: S608 - names of our own
    f"JOIN {_KNOWN} k ON k.connection_id = %s AND k.crm_id = s.crm_id "
    f"WHERE s.place = %s AND (k.gone_at IS NOT NULL OR {_DIFFER}) LIMIT %s"
)


@contextmanager
def recorded(staging: Staging, compared: Mapping[int, Comparison], now: datetime) -> Iterator[None]:
    """Keep what the applying inside changes of users known before; in the caller's transaction."""
    rooms = {place: _rooms(compared[place]) for place in staging.places}
    found = {place: _changed(staging.runs[place], place, room) for place, (room, _) in rooms.items() if room}
    yield
    for place, (_, room) in rooms.items():
        run = staging.runs[place]
        kept = found.get(place, []) + (_gone(run, now, room) if room else [])
        if not kept:
            continue
        UserChange.objects.bulk_create(kept, batch_size=500)
        UserChange.objects.filter(run__connection=run.connection_id, run__created__lt=now - KEPT_FOR).delete()


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


def _changed(run: ImportRun, place: int, room: int) -> list[UserChange]:
    return [_change(run, *row) for row in session.asked(_CHANGED, session.key(run.connection_id), place, room)]


def _change(run: ImportRun, crm_id: str, name: str, gone_at: Any, *pairs: str) -> UserChange:
    fate = Fate.CHANGED if gone_at is None else Fate.BACK
    return UserChange(run=run, crm_id=crm_id, name=name, fate=fate, fields=differences(pairs[::2], pairs[1::2]))


def _gone(run: ImportRun, now: datetime, room: int) -> list[UserChange]:
    rows = CrmUser.objects.filter(connection=run.connection_id, gone_at=now).values_list("crm_id", "name")
    return [UserChange(run=run, crm_id=crm_id, name=name, fate=Fate.GONE) for crm_id, name in rows[:room]]

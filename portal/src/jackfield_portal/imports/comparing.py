"""Comparing: what is staged against what is known, whether that looks right, and how it becomes what is known.

All of it is work of the database on whole sets, in one pass over all runs that are staged: no row of Python for a user
is made here, and a user who is as he was is not written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connection as database
from django.db.models import Exists, Max, OuterRef, QuerySet
from msgspec import Struct
from msgspec.structs import replace

from jackfield_portal.columnwise import update
from jackfield_portal.connections.models import Connection
from jackfield_portal.imports import session, thresholds
from jackfield_portal.imports.models import COUNTED, USABLE_STATES, CrmUser, ImportRun, RunState, StagedUser
from jackfield_portal.imports.rows import COLUMNS
from jackfield_portal.imports.staging import PLACES, SEEN, USERS
from jackfield_portal.said import said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from jackfield_portal.imports.recognizing import Recognizer
    from jackfield_portal.imports.staging import Staging

_KNOWN: Final = CrmUser._meta.db_table  # noqa: SLF001 - Django documents _meta; the underscore is its own oddity
_CONNECTIONS: Final = Connection._meta.db_table  # noqa: SLF001
_RUNS: Final = ImportRun._meta.db_table  # noqa: SLF001
#: When a user was last touched in the CRM is kept, and is no change of the user.
_MOMENTS: Final = ("created_at", "updated_at")
_COMPARED: Final = tuple(name for name in COLUMNS if name not in {"crm_id", *_MOMENTS})
_CHANGED: Final = f"(k.gone_at IS NOT NULL OR {' OR '.join(f's.{name} <> k.{name}' for name in _COMPARED)})"
_STAGED: Final = f"FROM {USERS} s JOIN {PLACES} p ON p.place = s.place"
_ANYBODY: Final = f"SELECT 1 FROM {PLACES} p JOIN {_KNOWN} k ON k.connection_id = p.connection_id LIMIT 1"  # noqa: S608
_JOINED: Final = f"{_STAGED} LEFT JOIN {_KNOWN} k ON k.connection_id = p.connection_id AND k.crm_id = s.crm_id"

_STILL_OURS: Final = (
    f"SELECT p.place FROM {PLACES} p JOIN {_RUNS} r ON r.id = p.run_id AND r.attempt = p.attempt "  # noqa: S608
    "WHERE r.state = %s"
)
# For each by itself: joined at once, PostgreSQL may read all users of all connections.
_KNOWN_COUNTS: Final = (
    f"SELECT p.place, (SELECT count(*) FROM {_KNOWN} k WHERE k.connection_id = p.connection_id "  # noqa: S608
    f"AND k.gone_at IS NULL) FROM {PLACES} p"
)


class Comparison(Struct, frozen=True, kw_only=True):
    """How a listing differs from what is known. ``inactive`` counts among the staged, whatever else they are.

    ``rewritten`` are the new ones, the changed ones, and those of whom only a moment is another.
    ``limit`` is the share of the known users, in percent, that may be gone without a doubt; a ``preview``
    waits for somebody's word without one.
    """

    known: int = 0
    staged: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    inactive: int = 0
    gone: int = 0
    rewritten: int = 0
    limit: int = thresholds.USUAL_PERCENT
    preview: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """What an import reports."""
        return {name: getattr(self, name) for name in COUNTED}

    @property
    def waits(self) -> bool:
        """Whether somebody has to give his word before it is applied."""
        return self.preview or bool(self.doubt)

    @property
    def doubt(self) -> str:
        """Why this listing waits for somebody's word, in a sentence; empty where it looks right."""
        if self.staged == 0:
            return said("The CRM listed no user at all.")
        if self.gone * 100 > self.known * self.limit:
            return said(
                "%(gone)d of the %(known)d users known so far are missing from the CRM's list, more than %(limit)d%%.",
                gone=self.gone,
                known=self.known,
                limit=self.limit,
            )
        return ""


def compare(staging: Staging) -> dict[int, Comparison]:
    """Compare what each run has staged with what is known of its connection; by their places.

    Raises OperationalError where the database has lost what was staged, IntegrityError where two users have one id.
    """
    staging.flush()
    staging.refuse_twins()
    known = dict(session.asked(_KNOWN_COUNTS))
    blank = not any(known.values()) and not session.asked(_ANYBODY)
    found = {place: counts for place, *counts in session.asked(_counts(blank=blank), *USABLE_STATES)}
    compared = {place: _comparison(known[place], *found.get(place, (0,) * 6)) for place in staging.places}
    if staging.recognizer is not None:
        compared = {place: _with_seen(comparison, staging.recognizer) for place, comparison in compared.items()}
    for place, comparison in compared.items():
        staging.expect(place, comparison.staged)
    return thresholds.judged(staging.runs, compared)


def hold() -> None:
    """Keep the connections of the staged runs from being deleted until the end of the transaction; call it first there.

    No foreign key keeps users and connections together: it would be looked up for each user of each import, a sixth of
    the whole. Whoever deletes a connection locks it before he asks for its users (``connections.removal.purge``).
    """
    if database.vendor == "postgresql":
        held = f"SELECT 1 FROM {_CONNECTIONS} WHERE id IN (SELECT connection_id FROM {PLACES}) FOR KEY SHARE"  # noqa: S608
        session.asked(held)


def still_ours() -> set[int]:
    """The places of the staged runs that nobody has stopped or taken over; nobody can until the transaction ends."""
    locked = " FOR UPDATE OF r" if database.vendor == "postgresql" else ""
    return {place for (place,) in session.asked(_STILL_OURS + locked, RunState.RUNNING.value)}


def missing(run: ImportRun) -> QuerySet[CrmUser]:
    """The known users whom the listing of a run that waits for somebody's word does not hold."""
    staged = StagedUser.objects.filter(run=run, crm_id=OuterRef("crm_id"))
    return CrmUser.objects.filter(~Exists(staged), connection_id=run.connection_id, gone_at=None)


def apply(staging: Staging, compared: Mapping[int, Comparison], now: datetime) -> None:
    """Make what is staged what is known; the caller holds the transaction. Users come back as themselves."""
    if any(compared[place].gone for place in staging.places):
        staging.index()
    for place in staging.places:
        if compared[place].gone:
            _mark_gone(staging.runs[place], place, now)
    here = [compared[place] for place in staging.places]
    if any(comparison.rewritten for comparison in here):
        blank = all(comparison.new == comparison.staged for comparison in here)
        session.done(_insert() if blank else _upsert(), session.moment(now), session.moment(now))


def note(
    staging: Staging, compared: Mapping[int, Comparison], totals: Mapping[UUID, int | None], now: datetime
) -> None:
    """Write into each run's row how it ended: applied, or held where somebody has to give his word."""
    runs, found = [staging.runs[place] for place in compared], list(compared.values())
    doubts = [each.doubt for each in found]
    waits = [each.preview or bool(doubt) for each, doubt in zip(found, doubts, strict=True)]
    ended: dict[str, Sequence[Any]] = {
        "id": [run.pk for run in runs],
        "state": [RunState.HELD.value if waiting else RunState.APPLIED.value for waiting in waits],
        "finished": [None if waiting else now for waiting in waits],
        "beat": [now] * len(runs),
        "hold_reason": doubts,
        "total": [totals[run.pk] for run in runs],
        "requests": [run.requests for run in runs],
        "done": [each.staged for each in found],
    }
    update(ImportRun, ended | {name: [getattr(each, name) for each in found] for name in COUNTED})


def clear_staging(run: ImportRun) -> None:
    """Forget what was kept of a run for somebody's word."""
    StagedUser.objects.filter(run=run).delete()


def _comparison(known: int, *counts: int) -> Comparison:
    staged, new, unchanged, rewritten, there, inactive = counts
    return Comparison(
        known=known,
        staged=staged,
        new=new,
        changed=staged - new - unchanged,
        unchanged=unchanged,
        inactive=inactive,
        gone=known - there,
        rewritten=rewritten,
    )


def _with_seen(comparison: Comparison, recognizer: Recognizer) -> Comparison:
    """The comparison with those who were recognized: they are there, and as they were."""
    seen = len(recognizer.keys)
    return replace(
        comparison,
        staged=comparison.staged + seen,
        unchanged=comparison.unchanged + seen,
        inactive=comparison.inactive + recognizer.inactive,
        gone=comparison.gone - seen,
    )


def _mark_gone(run: ImportRun, place: int, now: datetime) -> None:
    """Mark the users who are missing; the last import that had them is the one applied before."""
    before = ImportRun.objects.filter(connection_id=run.connection_id, state=RunState.APPLIED)
    seen = before.aggregate(seen=Max("finished"))["seen"]
    session.done(
        f"UPDATE {_KNOWN} SET gone_at = %s, last_seen = COALESCE(%s, last_seen) "  # noqa: S608 - names of our own
        f"WHERE connection_id = %s AND gone_at IS NULL "
        f"AND NOT EXISTS (SELECT 1 FROM {USERS} s WHERE s.place = %s AND s.crm_id = {_KNOWN}.crm_id) "
        f"AND NOT EXISTS (SELECT 1 FROM {SEEN} s WHERE s.known = {_KNOWN}.id)",
        session.moment(now),
        session.moment(seen),
        session.key(run.connection_id),
        place,
    )


def _counts(*, blank: bool) -> str:
    """For each place: staged, new, unchanged, to be rewritten, known and still there, inactive."""
    inactive = f"count(*) FILTER (WHERE s.state NOT IN ({', '.join(['%s'] * len(USABLE_STATES))}))"
    if blank:  # nobody is known yet
        return f"SELECT p.place, count(*), count(*), 0, count(*), 0, {inactive} {_STAGED} GROUP BY p.place"
    return (
        "SELECT p.place, count(*), count(*) FILTER (WHERE k.id IS NULL), "
        f"count(*) FILTER (WHERE k.id IS NOT NULL AND NOT {_CHANGED}), "
        f"count(*) FILTER (WHERE k.id IS NULL OR {_CHANGED} OR {_touched()}), "
        "count(*) FILTER (WHERE k.id IS NOT NULL AND k.gone_at IS NULL), "
        f"{inactive} {_JOINED} GROUP BY p.place"
    )


def _touched() -> str:
    differs = "IS DISTINCT FROM" if database.vendor == "postgresql" else "IS NOT"
    return " OR ".join(f"s.{name} {differs} k.{name}" for name in _MOMENTS)


def _insert() -> str:
    """All that is staged, where nobody of it is known."""
    columns = ", ".join(COLUMNS)
    staged = ", ".join(f"s.{name}" for name in COLUMNS)
    return (
        f"INSERT INTO {_KNOWN} ({columns}, connection_id, first_seen, last_seen) "
        f"SELECT {staged}, p.connection_id, %s, %s {_STAGED}"
    )


def _upsert() -> str:
    """Of what is staged, the new and those of whom anything is another."""
    columns = ", ".join(COLUMNS)
    staged = ", ".join(f"s.{name}" for name in COLUMNS)
    renewed = ", ".join(f"{name} = excluded.{name}" for name in (*COLUMNS[1:], "last_seen"))
    return (
        f"INSERT INTO {_KNOWN} ({columns}, connection_id, first_seen, last_seen) "
        f"SELECT {staged}, p.connection_id, %s, %s {_JOINED} WHERE k.id IS NULL OR {_CHANGED} OR {_touched()} "
        f"ON CONFLICT (connection_id, crm_id) DO UPDATE SET {renewed}, gone_at = NULL"
    )

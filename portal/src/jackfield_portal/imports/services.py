"""What an import can do: start, run, wait for a word, be decided, be cancelled. Callable without HTTP."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from jackfield.errors import JackfieldError, error
from jackfield_portal.audit.marking import audited
from jackfield_portal.connections import platforms
from jackfield_portal.connections.lapses import lapsed, refuse_lapsed
from jackfield_portal.connections.models import State
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import changes, comparing, telling
from jackfield_portal.imports.calm import calm
from jackfield_portal.imports.models import ACTIVE_STATES, PREVIEW_KEPT, CrmUser, ImportRun, Origin, RunState
from jackfield_portal.imports.reading import Attempt, Report, Superseded, read_users, silent
from jackfield_portal.imports.staging import Staging
from jackfield_portal.jobs import services as jobs
from jackfield_portal.observability.counting import Count, counted
from jackfield_portal.observability.work import watched_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import User

__all__ = [
    "JOB",
    "begun_by_schedule",
    "cancel",
    "decide",
    "imported",
    "job_id",
    "latest",
    "offered",
    "previewed",
    "ready",
    "run",
    "run_now",
    "settle",
    "start",
    "tidy",
    "waiting",
]

logger = logging.getLogger(__name__)

#: The name of the import's job.
JOB = "imports.run"
#: An import without a job that has not stirred for so long is dead: the longest wait for one page is far shorter.
STALE_AFTER = timedelta(minutes=3)
#: So long a preview keeps imports away that begin by themselves.
PREVIEW_HOLDS = timedelta(days=1)

_WORDS = {"apply": RunState.APPLIED, "discard": RunState.DISCARDED}


def job_id(run: ImportRun) -> str:
    """The fixed id of a run's job, so that it is never enqueued twice."""
    return f"import-{run.pk}"


def latest(connection: Connection) -> ImportRun | None:
    """The newest import of a connection; one whose worker has died for good has failed."""
    found = ImportRun.objects.filter(connection=connection).first()
    if found is None or not _stale(found):
        return found
    with suppress(OperationalError):  # who only looks is not to suffer from a full disk
        settle(connection)
    return ImportRun.objects.filter(connection=connection).first()


def settle(connection: Connection) -> None:
    """End an import of the connection whose worker has died for good."""
    with transaction.atomic():
        _under_way(connection)


def ready(connection: Connection) -> bool:
    """Whether users can be imported from this connection at all."""
    return connection.state not in {State.DRAFT, State.PAUSED} and not lapsed(connection)


def offered(connection: Connection) -> bool:
    """Whether it makes sense to offer an import to somebody: the connector has to be there for that, too."""
    return ready(connection) and platforms.installed(connection.platform)


def waiting(connection: Connection) -> ImportRun | None:
    """The connection's import that waits for somebody's word, a preview among them; None where there is none."""
    return ImportRun.objects.filter(connection=connection, state=RunState.HELD).first()


def previewed(connection: Connection) -> ImportRun | None:
    """The preview of a connection that was read of late and is not decided yet; None where there is none."""
    fresh = ImportRun.objects.filter(connection=connection, beat__gt=timezone.now() - PREVIEW_HOLDS)
    return fresh.filter(state=RunState.HELD, preview=True).first()


def imported(connection: Connection) -> bool:
    """Whether users of a connection have been imported: until then nobody has said that its list is the right one."""
    return CrmUser.objects.filter(connection=connection).exists()


def begun_by_schedule(connections: QuerySet[Connection]) -> QuerySet[Connection]:
    """Those of the connections that a schedule may import from now.

    Left out are those of which nobody has been imported yet, for the first list is looked at by somebody before it is
    applied, and those of which somebody looks at a preview.
    """
    since = timezone.now() - PREVIEW_HOLDS
    previews = ImportRun.objects.filter(connection=OuterRef("pk"), state=RunState.HELD, preview=True, beat__gt=since)
    return connections.filter(Exists(CrmUser.objects.filter(connection=OuterRef("pk"))), ~Exists(previews))


def start(
    connection: Connection, by: User | None = None, *, preview: bool = False, origin: Origin = Origin.PORTAL
) -> ImportRun:
    """Have the users of a connection imported by a job, or return the import that is under way already.

    A ``preview`` reads and compares, and then waits for somebody's word. Raises PortalError where the connection is not
    one that can be imported from. An import that waits for a decision is discarded: the new one says more.
    """
    _refuse_unready(connection)
    try:
        with transaction.atomic():
            found = _under_way(connection) or _begin(connection, started_by=by, preview=preview, origin=origin)
            if found.state == RunState.QUEUED:
                enqueue = jobs.enqueue if by is None else jobs.enqueue_alone  # whoever asked for it looks on
                enqueue(JOB, job_id(found), run=str(found.pk))
    except IntegrityError:  # somebody else was quicker by a moment
        return ImportRun.objects.get(connection=connection, state__in=ACTIVE_STATES)
    return found


def run_now(
    connection: Connection, by: User | None = None, report: Report = silent, *, preview: bool = False
) -> ImportRun:
    """Import the users of a connection in this process; ``report`` is told of each page.

    A ``preview`` waits for somebody's word. Raises PortalError where another import of the connection is under way.
    The CRM's failures are in the run returned.
    """
    _refuse_unready(connection)
    with transaction.atomic():
        if _under_way(connection):
            raise PortalError(
                _("An import of %(name)s is under way already.") % {"name": connection.name},
                remedy=_("Wait for its end, or cancel it in the portal."),
            )
        begun = _begin(connection, started_by=by, preview=preview, origin=Origin.COMMAND)
    try:
        return run(begun.pk, report)
    except BaseException:
        cancel(begun)
        raise


def run(run_id: UUID | str, report: Report = silent, hold: Callable[[], None] = lambda: None) -> ImportRun:
    """Read, compare and apply; from the start, whatever an earlier attempt has left behind.

    ``hold`` is called in the transaction that takes the run: it raises where the job is not this worker's any more.

    Never raises for what the CRM does: the run says how it ended. One that has ended already is returned as it is.
    """
    taken = _take(run_id, hold)
    if taken is not None:
        with watched_run("import run", taken.pk):
            _carry_out(Attempt(run=taken.pk, number=taken.attempt), taken, report)
    return ImportRun.objects.select_related("connection").get(pk=run_id)


@audited("import.decided", lambda _run, given: {"word": given["word"]})
def decide(held: ImportRun, word: str, by: User | None = None) -> ImportRun:
    """``apply`` a held listing all the same, or ``discard`` it and keep what is known.

    Raises PortalError, with nothing changed, for another word and for a run that isn't held.
    """
    state = _WORDS.get(word)
    if state is None:
        raise PortalError(_("Nothing was decided."), remedy=_("Choose to apply the list or to keep what is known."))
    now = timezone.now()
    with transaction.atomic():
        if not ImportRun.objects.filter(pk=held.pk, state=RunState.HELD).update(
            state=state, finished=now, decided_by=by
        ):
            raise PortalError(
                _("This import does not wait for a decision any more."),
                remedy=_("Look at the connection's last import."),
            )
        _apply(held, now) if state == RunState.APPLIED else comparing.clear_staging(held)
        telling.ended([held.pk])
    held.refresh_from_db()
    return held


@audited("import.cancelled", lambda run, _given: {} if run.state == RunState.CANCELLED else None)
def cancel(stopped: ImportRun) -> ImportRun:
    """Stop an import that is under way; nothing is changed by it. One that has ended stays as it is."""
    with transaction.atomic():
        under_way = ImportRun.objects.filter(pk=stopped.pk, state__in=ACTIVE_STATES)
        if under_way.update(state=RunState.CANCELLED, finished=timezone.now()):
            comparing.clear_staging(stopped)
            jobs.cancel(job_id(stopped))
            telling.ended([stopped.pk])
    stopped.refresh_from_db()
    return stopped


def tidy() -> int:
    """Discard the previews that have waited for a word so long that nobody will say one; how many."""
    old = ImportRun.objects.filter(state=RunState.HELD, preview=True, beat__lt=timezone.now() - PREVIEW_KEPT)
    discarded = 0
    for run in old.select_related("connection"):
        with suppress(PortalError):  # somebody has decided this moment
            decide(run, "discard")
            discarded += 1
    return discarded


def _refuse_unready(connection: Connection) -> None:
    if connection.state == State.DRAFT:
        raise PortalError(
            _("%(name)s is still a draft.") % {"name": connection.name},
            remedy=_("Run its Systems Check; once that has passed, import its users."),
        )
    if connection.state == State.PAUSED:
        raise PortalError(
            _("%(name)s is paused.") % {"name": connection.name},
            remedy=_("Resume the connection, then import its users."),
        )
    refuse_lapsed(connection)


def _under_way(connection: Connection) -> ImportRun | None:
    found = ImportRun.objects.select_for_update().filter(connection=connection, state__in=ACTIVE_STATES).first()
    if found and _stale(found):
        _end_stale(found)
        return None
    return found


def _stale(found: ImportRun) -> bool:
    """Whether nobody will end it: its job has ended without it, or there is none and it stands still."""
    if not found.active:
        return False
    job = jobs.state(job_id(found))
    if job is not None:
        return job.finished is not None
    return (found.beat or found.created) < timezone.now() - STALE_AFTER


def _end_stale(found: ImportRun) -> None:
    job = jobs.state(job_id(found))
    found.state, found.finished = RunState.FAILED, timezone.now()
    _note(found, (job.error if job else None) or error("cancelled").as_dict())
    found.save()
    comparing.clear_staging(found)
    telling.ended([found.pk])


def _note(failed: ImportRun, told: dict[str, str]) -> None:
    for name in ("kind", "code", "message", "remedy"):
        setattr(failed, f"error_{name}", told[name])


def _begin(connection: Connection, *, started_by: User | None, **how: Any) -> ImportRun:
    make_room(connection, started_by)
    made = ImportRun.objects.create(connection=connection, started_by=started_by, **how)
    telling.begun(made)
    return made


def _take(run_id: UUID | str, hold: Callable[[], None]) -> ImportRun | None:
    now = timezone.now()
    with transaction.atomic():
        hold()
        rows = ImportRun.objects.filter(pk=run_id, state__in=ACTIVE_STATES)
        if not rows.update(state=RunState.RUNNING, attempt=F("attempt") + 1, done=0, total=None, started=now, beat=now):
            return None
        taken = rows.select_related("connection").get()
        comparing.clear_staging(taken)
    return taken


def _carry_out(attempt: Attempt, taken: ImportRun, report: Report) -> None:
    with counted() as used:
        try:
            with calm(), Staging() as staging:
                read = read_users(attempt, taken, staging, report)
                _settle(attempt, staging, {**read, "requests": used.requests})
        except (jobs.Cancelled, OperationalError):
            _note_requests(attempt, used)
            raise  # the job's own affair: it stops, or runs again from the start
        except Superseded:
            _note_requests(attempt, used)
            logger.info("import %s was cancelled or taken over", attempt.run)
        except Exception as failure:  # noqa: BLE001 - an import must always end in words
            fail(attempt, failure, used.requests)


def _note_requests(attempt: Attempt, used: Count) -> None:
    """Of a run that somebody has stopped, unless another attempt has it now."""
    with suppress(OperationalError):
        ImportRun.objects.filter(pk=attempt.run, attempt=attempt.number).update(requests=used.requests)


def fail(attempt: Attempt, failure: Exception, requests: int | None = None) -> None:
    """End a run with the words of what made it fail."""
    if isinstance(failure, JackfieldError):
        told = failure.as_dict()
    elif isinstance(failure, PortalError):
        told = {"kind": "settings", "code": "portal", "message": failure.message, "remedy": failure.remedy}
    else:
        # Without its message and trace: they could hold what the import worked with.
        logger.error("import %s failed by %s", attempt.run, type(failure).__name__)
        told = error("internal_error").as_dict()
    _fail(attempt, told, requests)


def make_room(connection: Connection, by: User | None = None) -> bool:
    """Whether no import of the connection is under way; a dead one is ended, one that waits for a word discarded."""
    if _under_way(connection):
        return False
    for held in ImportRun.objects.filter(connection=connection, state=RunState.HELD):
        decide(held, "discard", by)
    return True


def _settle(attempt: Attempt, staging: Staging, read: dict[str, int | None]) -> None:
    now = timezone.now()
    with transaction.atomic():
        comparing.hold()
        attempt.write(beat=now, **read)  # from here to the end of the transaction nobody can stop this run
        compared = comparing.compare(staging)
        found = compared[0]
        if found.waits:
            staging.keep(0)
            attempt.write(state=RunState.HELD, hold_reason=found.doubt, **found.counts)
        else:
            with changes.recorded(staging, compared, now):
                comparing.apply(staging, compared, now)
            attempt.write(state=RunState.APPLIED, finished=now, **found.counts)
        telling.ended([attempt.run])


def _apply(held: ImportRun, now: datetime) -> None:
    with Staging() as staging:
        place = staging.take_back(held)
        comparing.hold()
        compared = comparing.compare(staging)
        with changes.recorded(staging, compared, now):
            comparing.apply(staging, compared, now)
    comparing.clear_staging(held)
    ImportRun.objects.filter(pk=held.pk).update(**compared[place].counts)


def _fail(attempt: Attempt, told: dict[str, str], requests: int | None) -> None:
    with suppress(Superseded), transaction.atomic():
        attempt.write(
            state=RunState.FAILED,
            finished=timezone.now(),
            requests=requests,
            **{f"error_{name}": told[name] for name in ("kind", "code", "message", "remedy")},
        )
        telling.ended([attempt.run])

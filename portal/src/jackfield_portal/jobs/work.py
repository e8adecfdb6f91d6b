"""One try of one job: taken, done, and its end noted. Every write holds only while the try is the latest."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, transaction
from django.db.models import F

from jackfield.errors import JackfieldError, error
from jackfield_portal.errors import PortalError
from jackfield_portal.jobs import clock, registry
from jackfield_portal.jobs.models import Job, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from jackfield_portal.jobs.registry import DoneTogether

__all__ = [
    "ATTEMPTS",
    "DEATHS",
    "Alone",
    "Cancelled",
    "Running",
    "by_attempt",
    "claim",
    "claimable",
    "do",
    "do_together",
    "fail",
    "follow",
    "held",
    "told",
]

log = logging.getLogger(__name__)

#: So many tries in all for a job that meets a busy database.
ATTEMPTS = 5
#: So many workers may die over a job: it may have been none of its doing, for a worker has many jobs in its hands.
DEATHS = 10
#: A job that this process has no function for is left for so long to others, which may be of a newer version.
UNKNOWN_WAIT = timedelta(seconds=30)
#: Whatever a job raises, it must not end the worker.
_ANY = (Exception, SystemExit, asyncio.CancelledError)


class Cancelled(Exception):  # noqa: N818 - the word for what happened, not for a mistake
    """The job was asked to stop, or another worker has taken it over: nothing more may be written for it."""


class Alone(Exception):  # noqa: N818 - a verdict, not a mistake
    """The job would hold up those it is done together with: it is to be done by itself."""


class Running:
    """A job at work, as its function sees it."""

    #: The least time between two writes of progress, in seconds.
    pace = 0.2

    def __init__(self, job: Job) -> None:
        self.id = job.id
        self.name = job.name
        self.ids: dict[str, str] = job.ids
        self.attempt = job.attempt
        self.interrupted = job.interrupted
        self.worker = job.worker
        #: When it was last heard of, on the monotonic clock.
        self.stirred = time.monotonic()
        self._told = float("-inf")

    def mine(self) -> Any:
        """The job's row, while this try is the latest and the job runs."""
        return _held([self.id], self.worker, self.attempt)

    def hold(self) -> None:
        """Keep the job from others until the end of the transaction, or raise Cancelled: it is theirs."""
        if not self.mine().select_for_update().exists():
            raise Cancelled(self.id)

    def stir(self) -> None:
        """Tell that it goes on, and nothing else: a job that does not stir for long is given up."""
        self.stirred = time.monotonic()

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Tell how far the job is; raises Cancelled when it is to stop. May be called as often as one likes."""
        now = self.stirred = time.monotonic()
        if now - self._told < self.pace:
            return
        self._told = now
        if not self.mine().filter(cancel_asked=False).update(done=done, total=total, note=note[:300]):
            raise Cancelled(self.id)

    def check(self) -> None:
        """Raise Cancelled when the job is to stop."""
        self.stirred = time.monotonic()
        if not self.mine().filter(cancel_asked=False).exists():
            raise Cancelled(self.id)


def held(running: Sequence[Running]) -> list[Running]:
    """Those that are still this worker's; they are kept from being given to others until the end of the transaction."""
    ids: set[str] = set()
    for attempt, some in by_attempt([(job.id, job.attempt) for job in running]).items():
        mine = _held(some, running[0].worker, attempt).order_by("id").select_for_update()
        ids.update(mine.values_list("id", flat=True))
    return [job for job in running if job.id in ids]


def claimable() -> Any:
    """The jobs that wait and are due."""
    waiting = Job.objects.filter(state=JobState.QUEUED)
    return waiting.exclude(not_before__gt=clock.now())


def claim(tries: Collection[tuple[str, int]], worker: str) -> list[Job]:
    """Take jobs that have been tried so many times; but those that were cancelled, or are somebody else's by now."""
    expected = {job: attempt + 1 for job, attempt in tries}
    for attempt, ids in by_attempt(tries).items():
        waiting = Job.objects.filter(id__in=ids, attempt=attempt, state=JobState.QUEUED)
        waiting.update(
            state=JobState.RUNNING, worker=worker, started=clock.now(), cancel_asked=False, attempt=F("attempt") + 1
        )
    taken = Job.objects.filter(id__in=list(expected), worker=worker, state=JobState.RUNNING)
    return [job for job in taken if job.attempt == expected[job.id]]


def do(running: Running, functions: Mapping[str, Callable[..., None]]) -> None:
    """Do a job that was taken, and note how it ended; raises DatabaseError only where that can't be noted."""
    function = functions.get(running.name)
    if function is None:
        _again(running, UNKNOWN_WAIT, error("internal_error", f"No worker knows how to do “{running.name}”."))
        return
    try:
        function(running, **running.ids)
    except _ANY as failure:
        _end(running, failure)
    else:
        _done([running])


def do_together(running: Sequence[Running], function: DoneTogether) -> None:
    """Do jobs that were taken, and note how each ended; raises DatabaseError only where that can't be noted."""
    try:
        went_wrong = function(running)
    except _ANY as failure:
        went_wrong = {job.id: failure for job in running}
    _done([job for job in running if job.id not in went_wrong])
    for job in running:
        if job.id in went_wrong:
            _end(job, went_wrong[job.id])


def fail(running: Running, failure: BaseException) -> None:
    """End a job that is at work in the failure's words."""
    with transaction.atomic():
        if running.mine().update(state=JobState.FAILED, error=told(failure), finished=clock.now()):
            follow([running])


def follow(failed: Iterable[Running | Job]) -> None:
    """Enqueue what is to be done where these jobs fail; call it in the transaction that ends them."""
    rows = [
        Job(id=f"{job.id}-given-up", name=name, ids=job.ids) for job in failed if (name := registry.given_up(job.name))
    ]
    Job.objects.bulk_create(rows, ignore_conflicts=True)


def told(failure: BaseException) -> dict[str, str]:
    """A failure as kind, code, message and remedy."""
    if isinstance(failure, JackfieldError):
        return failure.as_dict()
    if isinstance(failure, PortalError):
        return {"kind": "settings", "code": "portal", "message": failure.message, "remedy": failure.remedy}
    if isinstance(failure, OperationalError):
        return error("internal_error", "The database could not be used.").as_dict()
    return error("internal_error").as_dict()


def _done(running: Sequence[Running]) -> None:
    now = clock.now()
    for attempt, ids in by_attempt([(job.id, job.attempt) for job in running]).items():
        _held(ids, running[0].worker, attempt).update(state=JobState.DONE, error=None, finished=now)


def _end(running: Running, failure: BaseException) -> None:
    """Note that a job did not get done: what has been asked for, what passes, and what is a failure."""
    if isinstance(failure, Cancelled):
        running.mine().update(state=JobState.CANCELLED, error=None, finished=clock.now())
    elif isinstance(failure, Alone):
        running.mine().update(state=JobState.QUEUED, worker="", handed=None, alone=True)
    elif isinstance(failure, OperationalError):
        _again(running, timedelta(seconds=running.attempt), failure)
    else:
        if not isinstance(failure, JackfieldError | PortalError):
            # Without the message and the trace: they could hold what the job worked with.
            log.error("Job %s failed: %s in %s", running.id, type(failure).__name__, _place(failure))
        fail(running, failure)


def _again(running: Running, wait: timedelta, failure: BaseException) -> None:
    """Something that passes stood in the way: a little later, from the start."""
    if running.attempt - running.interrupted >= ATTEMPTS:
        fail(running, failure)
        return
    running.mine().update(state=JobState.QUEUED, worker="", handed=None, not_before=clock.now() + wait)


def _held(ids: Collection[str], worker: str, attempt: int) -> Any:
    return Job.objects.filter(id__in=ids, worker=worker, attempt=attempt, state=JobState.RUNNING)


def by_attempt(tries: Collection[tuple[str, int]]) -> dict[int, list[str]]:
    """The ids by how often their jobs have been tried: nearly always all as often."""
    found: dict[int, list[str]] = defaultdict(list)
    for job, attempt in tries:
        found[attempt].append(job)
    return found


def _place(mistake: BaseException) -> str:
    trace: Any = mistake.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"

"""One try of one job: taken, done, and its end noted. Every write holds only while the try is the latest."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import OperationalError
from django.db.models import F

from jackfield.errors import JackfieldError, error
from jackfield_portal.errors import PortalError
from jackfield_portal.jobs import clock
from jackfield_portal.jobs.models import Job, JobState

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ATTEMPTS", "Cancelled", "Running", "claim", "claimable", "do", "fail", "told"]

log = logging.getLogger(__name__)

#: So many tries in all for a job that meets a busy database; as many workers may die over a job.
ATTEMPTS = 5
#: A job that this process has no function for is left for so long to others, which may be of a newer version.
UNKNOWN_WAIT = timedelta(seconds=30)


class Cancelled(Exception):  # noqa: N818 - the word for what happened, not for a mistake
    """The job was asked to stop, or another worker has taken it over: nothing more may be written for it."""


class Running:
    """A job at work, as its function sees it."""

    #: The least time between two writes of progress, in seconds.
    pace = 0.2

    def __init__(self, job: Job) -> None:
        self.id = job.id
        self.attempt = job.attempt
        #: When it was last heard of, on the monotonic clock.
        self.stirred = time.monotonic()
        self._worker = job.worker
        self._told = float("-inf")

    def mine(self) -> Any:
        """The job's row, while this try is the latest and the job runs."""
        return Job.objects.filter(id=self.id, worker=self._worker, attempt=self.attempt, state=JobState.RUNNING)

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


def claimable() -> Any:
    """The jobs that wait and are due."""
    waiting = Job.objects.filter(state=JobState.QUEUED)
    return waiting.exclude(not_before__gt=clock.now())


def claim(job_id: str, attempt: int, worker: str) -> Job | None:
    """Take a job that has been tried so many times; None where it was cancelled, or is somebody else's by now."""
    waiting = Job.objects.filter(id=job_id, attempt=attempt, state=JobState.QUEUED)
    taken = waiting.update(
        state=JobState.RUNNING, worker=worker, started=clock.now(), cancel_asked=False, attempt=F("attempt") + 1
    )
    return Job.objects.filter(id=job_id, worker=worker, attempt=attempt + 1).first() if taken else None


def do(job: Job, running: Running, functions: dict[str, Callable[..., None]]) -> None:
    """Do a job that was taken, and note how it ended; raises DatabaseError only where that can't be noted."""
    function = functions.get(job.name)
    if function is None:
        _again(job, running, UNKNOWN_WAIT, error("internal_error", f"No worker knows how to do “{job.name}”."))
        return
    try:
        function(running, **job.ids)
    except Cancelled:
        _end(running, JobState.CANCELLED)
    except OperationalError as busy:
        _again(job, running, timedelta(seconds=job.attempt), busy)
    except (JackfieldError, PortalError) as failure:
        fail(running, failure)
    except (Exception, SystemExit, asyncio.CancelledError) as mistake:  # noqa: BLE001 - it must not end the worker
        # Without the message and the trace: they could hold what the job worked with.
        log.error("Job %s failed: %s in %s", job.id, type(mistake).__name__, _place(mistake))  # noqa: TRY400
        fail(running, mistake)
    else:
        _end(running, JobState.DONE)


def fail(running: Running, failure: BaseException) -> None:
    """End a job that is at work in the failure's words."""
    _end(running, JobState.FAILED, told(failure))


def told(failure: BaseException) -> dict[str, str]:
    """A failure as kind, code, message and remedy."""
    if isinstance(failure, JackfieldError):
        return failure.as_dict()
    if isinstance(failure, PortalError):
        return {"kind": "settings", "code": "portal", "message": failure.message, "remedy": failure.remedy}
    if isinstance(failure, OperationalError):
        return error("internal_error", "The database could not be used.").as_dict()
    return error("internal_error").as_dict()


def _end(running: Running, state: JobState, failure: dict[str, str] | None = None) -> None:
    running.mine().update(state=state, error=failure, finished=clock.now())


def _again(job: Job, running: Running, wait: timedelta, failure: BaseException) -> None:
    """Something that passes stood in the way: a little later, from the start."""
    if job.attempt >= ATTEMPTS:
        fail(running, failure)
        return
    running.mine().update(state=JobState.QUEUED, worker="", handed=None, not_before=clock.now() + wait)


def _place(mistake: BaseException) -> str:
    trace: Any = mistake.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"

"""Takes jobs from the database and does them; a dead worker's jobs are taken up again."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from datetime import timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone

from jackfield.errors import JackfieldError, error
from jackfield_portal.errors import PortalError
from jackfield_portal.jobs.models import Job, JobState
from jackfield_portal.jobs.services import Cancelled, Running, tasks, wakeup

__all__ = ["ATTEMPTS", "DEAD_AFTER", "STUCK_AFTER", "Worker", "revive"]

log = logging.getLogger(__name__)

#: A running job whose worker has not been heard of for so long is run again.
DEAD_AFTER = timedelta(seconds=6)
#: So many times in all; what kills its process each time is given up then.
ATTEMPTS = 5
#: A job that has not stirred for so many seconds hangs: it is given up, and its place goes to others.
STUCK_AFTER = 600.0


def revive() -> int:
    """Put the jobs of dead workers back to the waiting ones; how many."""
    dead = Job.objects.filter(state=JobState.RUNNING, beat__lt=timezone.now() - DEAD_AFTER)
    if not dead.exists():
        return 0
    reason = error("interrupted").as_dict()
    dead.filter(attempt__gte=ATTEMPTS).update(state=JobState.FAILED, error=reason, finished=timezone.now())
    count = dead.update(state=JobState.QUEUED, worker="")
    if count:
        wakeup.set()
    return count


class Worker:
    """One who does jobs; several may be at work, in one process or in many. Once ``given_up`` it takes no more."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.given_up = False
        self._at: Running | None = None

    def beat(self) -> None:
        """Say that this worker is at its job; one whose end could not be noted is so taken up again."""
        job = self._at
        if job is not None:
            Job.objects.filter(id=job.id, worker=self.id, state=JobState.RUNNING).update(beat=timezone.now())

    @property
    def stuck(self) -> bool:
        """Whether the job at hand hangs."""
        job = self._at
        return job is not None and time.monotonic() - job.stirred > STUCK_AFTER

    def give_up(self) -> None:
        """Fail the job that hangs; nothing can end its thread, but whatever that still writes is refused."""
        job, self.given_up = self._at, True
        if job is not None:
            log.error("Job %s has not stirred for %d seconds and was given up.", job.id, STUCK_AFTER)
            self._end(job.id, JobState.FAILED, error=error("timed_out", "The work hung, and was given up.").as_dict())

    def run_next(self) -> bool:
        """Do the job that has waited longest; False where none waits."""
        job = None if self.given_up else self._claim()
        if job is None:
            return False
        self._at = Running(job.id, self.id)
        try:
            self._run(job, self._at)
        finally:
            self._at = None
        return True

    def _claim(self) -> Job | None:
        now = timezone.now()
        waiting = Job.objects.filter(Q(not_before=None) | Q(not_before__lte=now), state=JobState.QUEUED)
        if not waiting.exists():
            return None
        with transaction.atomic():
            job = waiting.first()
            if job is None:
                return None
            Job.objects.filter(id=job.id).update(
                state=JobState.RUNNING,
                worker=self.id,
                beat=now,
                started=now,
                cancel_asked=False,
                attempt=F("attempt") + 1,
            )
        job.refresh_from_db()
        return job

    def _run(self, job: Job, running: Running) -> None:
        try:
            tasks()[job.name](running, **job.ids)
        except Cancelled:
            self._end(job.id, JobState.CANCELLED)
        except OperationalError as busy:
            self._again(job, busy)
        except (JackfieldError, PortalError) as failure:
            self._end(job.id, JobState.FAILED, error=_told(failure))
        except (Exception, SystemExit, asyncio.CancelledError) as mistake:  # noqa: BLE001 - it must not end the worker
            # Without the message and the trace: they could hold what the job worked with.
            log.error("Job %s failed: %s in %s", job.id, type(mistake).__name__, _place(mistake))  # noqa: TRY400
            self._end(job.id, JobState.FAILED, error=_told(mistake))
        else:
            self._end(job.id, JobState.DONE)

    def _end(self, job_id: str, state: JobState, error: dict[str, str] | None = None) -> None:
        mine = Job.objects.filter(id=job_id, worker=self.id, state=JobState.RUNNING)
        mine.update(state=state, error=error, finished=timezone.now())

    def _again(self, job: Job, busy: OperationalError) -> None:
        """The database was busy for longer than one waits: a little later, from the start."""
        if job.attempt >= ATTEMPTS:
            self._end(job.id, JobState.FAILED, error=_told(busy))
            return
        later = timezone.now() + timedelta(seconds=job.attempt)
        mine = Job.objects.filter(id=job.id, worker=self.id, state=JobState.RUNNING)
        mine.update(state=JobState.QUEUED, worker="", not_before=later)


def _told(failure: BaseException) -> dict[str, str]:
    if isinstance(failure, JackfieldError):
        return failure.as_dict()
    if isinstance(failure, PortalError):
        return {"kind": "settings", "code": "portal", "message": failure.message, "remedy": failure.remedy}
    if isinstance(failure, OperationalError):
        return error("internal_error", f"The database could not be used: {failure}.").as_dict()
    return error("internal_error").as_dict()


def _place(mistake: BaseException) -> str:
    trace: Any = mistake.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"

"""Takes jobs from the database and does them; a dead worker's jobs are taken up again."""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone

from jackfield import JackfieldError
from jackfield_portal.errors import PortalError
from jackfield_portal.jobs.models import Job, JobState
from jackfield_portal.jobs.services import Cancelled, Running, tasks, wakeup

__all__ = ["ATTEMPTS", "DEAD_AFTER", "Worker", "revive"]

log = logging.getLogger(__name__)

#: A running job whose worker has not been heard of for so long is run again.
DEAD_AFTER = timedelta(seconds=6)
#: So many times in all; what kills its process each time is given up then.
ATTEMPTS = 5


def revive() -> int:
    """Put the jobs of dead workers back to the waiting ones; how many."""
    dead = Job.objects.filter(state=JobState.RUNNING, beat__lt=timezone.now() - DEAD_AFTER)
    if not dead.exists():
        return 0
    reason = {
        "kind": "vendor",
        "code": "interrupted",
        "message": "The work was interrupted again and again.",
        "remedy": "Start it again; if it stays so, tell the operator of this installation.",
    }
    dead.filter(attempt__gte=ATTEMPTS).update(state=JobState.FAILED, error=reason, finished=timezone.now())
    count = dead.update(state=JobState.QUEUED, worker="")
    if count:
        wakeup.set()
    return count


class Worker:
    """One who does jobs; several may be at work, in one process or in many."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex

    def beat(self) -> None:
        """Say that this worker lives."""
        mine = Job.objects.filter(worker=self.id, state=JobState.RUNNING)
        if mine.exists():
            mine.update(beat=timezone.now())

    def run_next(self) -> bool:
        """Do the job that has waited longest; False where none waits."""
        job = self._claim()
        if job is None:
            return False
        self._run(job)
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

    def _run(self, job: Job) -> None:
        try:
            tasks()[job.name](Running(job.id, self.id), **job.ids)
        except Cancelled:
            self._end(job, JobState.CANCELLED)
        except OperationalError as busy:
            self._again(job, busy)
        except (JackfieldError, PortalError) as failure:
            self._end(job, JobState.FAILED, error=_told(failure))
        except Exception as mistake:  # noqa: BLE001 - one job's mistake must not end the worker
            # Without the message and the trace: they could hold what the job worked with.
            log.error("Job %s failed: %s in %s", job.id, type(mistake).__name__, _place(mistake))  # noqa: TRY400
            self._end(job, JobState.FAILED, error=_told(mistake))
        else:
            self._end(job, JobState.DONE)

    def _end(self, job: Job, state: JobState, error: dict[str, str] | None = None) -> None:
        mine = Job.objects.filter(id=job.id, worker=self.id, state=JobState.RUNNING)
        mine.update(state=state, error=error, finished=timezone.now())

    def _again(self, job: Job, busy: OperationalError) -> None:
        """The database was busy for longer than one waits: a little later, from the start."""
        if job.attempt >= ATTEMPTS:
            self._end(job, JobState.FAILED, error=_told(busy))
            return
        later = timezone.now() + timedelta(seconds=job.attempt)
        Job.objects.filter(id=job.id, worker=self.id).update(state=JobState.QUEUED, worker="", not_before=later)


def _told(failure: Exception) -> dict[str, str]:
    if isinstance(failure, JackfieldError):
        return failure.as_dict()
    if isinstance(failure, PortalError):
        return {"kind": "settings", "code": "portal", "message": failure.message, "remedy": failure.remedy}
    return {
        "kind": "vendor",
        "code": "internal",
        "message": "The work ended by a mistake inside Jackfield.",
        "remedy": "Start it again; if it stays so, tell the operator of this installation.",
    }


def _place(mistake: BaseException) -> str:
    trace: Any = mistake.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"

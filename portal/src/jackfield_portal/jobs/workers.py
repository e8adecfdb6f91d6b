"""Who is at work: each process says each second or two that it lives, and looks after the jobs of those that died."""

from __future__ import annotations

import os
import socket
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from jackfield.errors import error
from jackfield_portal.jobs import clock
from jackfield_portal.jobs.models import Job, JobState, Worker
from jackfield_portal.jobs.work import DEATHS, follow

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

__all__ = ["BEAT_EVERY", "DEAD_AFTER", "Watch", "beat", "hand_back", "leave", "new_id", "requeue_strays", "revive"]

#: Seconds between two signs of life.
BEAT_EVERY = 1.5
#: Who has not been heard of for so long is dead; seen on two looks, so that a clock that jumps kills nobody.
DEAD_AFTER = timedelta(seconds=5)


def new_id() -> str:
    """An id that no other worker has, on no machine and at no time."""
    return uuid.uuid4().hex


def beat(worker: str) -> None:
    """Say that this worker lives. One that was thought dead is there again, without the jobs that it had."""
    now = clock.now()
    if not Worker.objects.filter(id=worker).update(beat=now):
        values = {"host": socket.gethostname()[:255], "pid": os.getpid(), "started": now, "beat": now}
        Worker.objects.get_or_create(id=worker, defaults=values)


def leave(worker: str) -> None:
    """Be gone, with nothing left to look after."""
    Worker.objects.filter(id=worker).delete()


class Watch:
    """Finds the dead: those whose sign of life is old, and the same as at the look before."""

    def __init__(self) -> None:
        self._old: dict[str, datetime] = {}

    def look(self) -> list[str]:
        """The ids of those who are found dead now; they are no longer among the workers."""
        now = clock.now()
        beats = dict(Worker.objects.values_list("id", "beat"))
        old = {worker: at for worker, at in beats.items() if abs(now - at) > DEAD_AFTER}
        dead = [worker for worker, at in old.items() if self._old.get(worker) == at]
        self._old = old
        gone = [worker for worker in dead if Worker.objects.filter(id=worker, beat=old[worker]).delete()[0]]
        revive()
        return gone


def revive() -> int:
    """Put the jobs whose worker is no longer there back to the waiting ones; how many.

    One over which a second worker died is done alone from then on: if it kills its workers, it drags no other with it.
    """
    running = Job.objects.filter(state=JobState.RUNNING).exclude(worker__in=Worker.objects.values("id"))
    if not running.exists():
        return 0
    with transaction.atomic():
        lost = list(running.filter(interrupted__gte=DEATHS - 1).select_for_update())
        running.filter(id__in=[job.id for job in lost]).update(
            state=JobState.FAILED,
            error=error("interrupted").as_dict(),
            interrupted=F("interrupted") + 1,
            finished=clock.now(),
        )
        follow(lost)
    waiting = {"state": JobState.QUEUED, "worker": "", "handed": None, "interrupted": F("interrupted") + 1}
    return running.filter(interrupted__gt=0).update(alone=True, **waiting) + running.update(**waiting)


def hand_back(worker: str) -> int:
    """Put what this worker is at back to the waiting jobs, for others to take; what it still writes is refused."""
    mine = Job.objects.filter(worker=worker, state=JobState.RUNNING)
    return mine.update(state=JobState.QUEUED, worker="", handed=None)


def requeue_strays(worker: str, at_hand: Callable[[], Collection[str]]) -> int:
    """Put jobs that are this worker's by the books, but not at hand, back: their end could not be noted."""
    mine = Job.objects.filter(worker=worker, state=JobState.RUNNING)
    booked = list(mine.values_list("id", "attempt"))
    held = at_hand() if booked else ()  # asked after the books: who is taken meanwhile is in no danger
    lost = [(job, attempt) for job, attempt in booked if job not in held]
    return sum(
        mine.filter(id=job, attempt=attempt).update(state=JobState.QUEUED, worker="", handed=None)
        for job, attempt in lost
    )

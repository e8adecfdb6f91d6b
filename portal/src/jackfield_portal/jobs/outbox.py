"""What the jobs' table says is to be done, handed to the engine; what the engine has lost is found and handed again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from jackfield_portal.jobs import clock
from jackfield_portal.jobs.hands import put_back
from jackfield_portal.jobs.models import Job, JobState, Worker
from jackfield_portal.jobs.work import claimable

if TYPE_CHECKING:
    from collections.abc import Collection

    from jackfield_portal.jobs.engine import Engine

__all__ = ["find_lost", "hand_out", "take_over"]

_BATCH = 500
#: What was handed out so long ago and still waits is asked for: a healthy queue that is long is left alone by that.
_LOST_AFTER = timedelta(seconds=60)


def hand_out(engine: Engine) -> int:
    """Give the engine what is due, the oldest first; how many. Two who do so at once share the work."""
    count = 0
    while given := _hand_out_some(engine):
        count += given
    return count


def _hand_out_some(engine: Engine) -> int:
    due = claimable().filter(handed=None)
    if not due.exists():
        return 0
    with transaction.atomic():
        found = due.select_for_update(skip_locked=True).values_list("id", "attempt")[:_BATCH]
        tries = list(found)
        # First the engine: a try that it has and that is not marked so is handed once more, under the same id.
        engine.put(tries)
        Job.objects.filter(id__in=[job for job, _attempt in tries]).update(handed=clock.now())
    return len(tries)


def find_lost(engine: Engine) -> int:
    """Have jobs handed out anew that the engine knows nothing of, or whose worker is gone; how many."""
    asked = Job.objects.filter(state=JobState.QUEUED, handed__lt=clock.now() - _LOST_AFTER)
    tries = set(asked.order_by("handed").values_list("id", "attempt")[:_BATCH])
    if not tries:
        return 0
    alive = engine.alive(tries, set(Worker.objects.values_list("id", flat=True)))
    return sum(put_back(job, attempt) for job, attempt in tries - alive)


def take_over(engine: Engine, gone: Collection[str]) -> int:
    """Have handed out anew what workers that are gone had taken and not begun; how many."""
    return sum(put_back(job, attempt) for job, attempt in engine.taken_by(gone)) if gone else 0

"""What is done again and again: whoever looks first claims what is due, however many look, whatever a clock does."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from jackfield_portal.jobs import clock
from jackfield_portal.jobs.models import Job, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

__all__ = ["claim", "first_run", "keep", "pause", "schedule", "unschedule"]

_BATCH = 500
_MS = 1000


def schedule(task: str, key: str, every: timedelta, **ids: str) -> Schedule:
    """Have a task done once each ``every``, the first time at a moment within it that the key decides.

    The same task and key again changes what differs, ends a pause, and leaves the rhythm as it is.
    """
    seconds = int(every.total_seconds())
    if seconds < 1:
        raise ValueError("A schedule runs at most once a second.")
    values = {"ids": ids, "every": seconds, "paused": False}
    first = {**values, "next_run": first_run(task, key, seconds)}
    with transaction.atomic():
        found, made = Schedule.objects.select_for_update().get_or_create(task=task, key=key, defaults=first)
        if not made:
            changed = found.every != seconds or found.paused
            Schedule.objects.filter(pk=found.pk).update(**(first if changed else values))
            found.refresh_from_db()
    return found


def unschedule(task: str, key: str) -> None:
    """Have it done no more; a job that was enqueued already is still done."""
    Schedule.objects.filter(task=task, key=key).delete()


def pause(task: str, key: str) -> None:
    """Have it done no more until it is scheduled again."""
    Schedule.objects.filter(task=task, key=key).update(paused=True)


def first_run(task: str, key: str, every: int) -> int:
    """When it is done first, in seconds since 1970: spread by the key, so that a thousand do not start at once."""
    spread = int.from_bytes(hashlib.sha256(f"{task} {key}".encode()).digest()[:8], "big")
    return int(clock.now().timestamp()) + 1 + spread % every


def keep(wanted: Iterable[Schedule]) -> None:
    """Add those of the schedules that are missing."""
    Schedule.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=_BATCH)


def claim() -> int:
    """Enqueue what is due, each once however long nobody looked, in its rhythm from then on; how many."""
    now = clock.now().timestamp()
    # After a clock that was ahead was set right: nothing waits for longer than its rhythm.
    ahead = Schedule.objects.filter(paused=False, next_run__gt=int(now) + F("every"))
    if ahead.exists():
        ahead.update(next_run=F("next_run") - F("every") * ((F("next_run") - int(now) - 1) / F("every")))
    count = 0
    while claimed := _claim_some(now):
        count += claimed
    return count


def _claim_some(now: float) -> int:
    seconds = int(now)
    due = Schedule.objects.filter(paused=False, next_run__lte=seconds)
    if not due.exists():
        return 0
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True)[:_BATCH])
        later = F("next_run") + F("every") * ((seconds - F("next_run")) / F("every") + 1)
        Schedule.objects.filter(pk__in=[row.pk for row in rows]).update(next_run=later)
        # By the moment, not by the slot: after a clock was set back the same slots come again, and are done again.
        slot = int(now * _MS)
        jobs = [Job(id=f"{row.task}-{row.key}-{slot}", name=row.task, ids=row.ids) for row in rows]
        Job.objects.bulk_create(jobs, ignore_conflicts=True)
    return len(rows)

"""The port to whatever runs jobs: enqueue, schedule, progress, cancel, state.

A job is a plain function that is handed :class:`Running` and ids, nothing else. It may be run again from its start
after its process died, so it must be idempotent. Where many of one name wait, they may be done together.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from django.db import transaction

from jackfield_portal.jobs import clock, work, workers
from jackfield_portal.jobs.models import Job, JobState
from jackfield_portal.jobs.registry import at_start, task, tasks, together
from jackfield_portal.jobs.schedules import pause, schedule, unschedule
from jackfield_portal.jobs.work import Alone, Cancelled, Running, held

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

__all__ = [
    "Alone",
    "Cancelled",
    "Running",
    "at_start",
    "cancel",
    "enqueue",
    "enqueue_alone",
    "enqueue_later",
    "enqueue_many",
    "held",
    "pause",
    "run_pending",
    "schedule",
    "state",
    "task",
    "tasks",
    "together",
    "unschedule",
    "wakeup",
]


#: Set whenever there may be work; the runner of this process waits for it.
wakeup = threading.Event()
_BATCH = 500


def enqueue(name: str, job_id: str, **ids: str) -> Job:
    """Have a job run once the current transaction is committed; the same ``job_id`` again gives the job there is."""
    return _enqueue(name, job_id, {"name": name, "ids": ids})


def enqueue_later(wait: timedelta, name: str, job_id: str, **ids: str) -> Job:
    """Have a job run after a while; otherwise as :func:`enqueue`."""
    return _enqueue(name, job_id, {"name": name, "ids": ids, "not_before": clock.now() + wait})


def enqueue_alone(name: str, job_id: str, **ids: str) -> Job:
    """As :func:`enqueue`, for a job that somebody waits for: it is not done together with others, nor behind them."""
    return _enqueue(name, job_id, {"name": name, "ids": ids, "alone": True})


def enqueue_many(name: str, jobs: Mapping[str, dict[str, str]]) -> None:
    """As :func:`enqueue` for many jobs of a name, each given as its id and the ids it is about."""
    if name not in tasks():
        raise KeyError(name)
    rows = [Job(id=job_id, name=name, ids=ids) for job_id, ids in jobs.items()]
    Job.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_BATCH)
    transaction.on_commit(wakeup.set)


def _enqueue(name: str, job_id: str, values: dict[str, object]) -> Job:
    if name not in tasks():
        raise KeyError(name)
    job, _made = Job.objects.get_or_create(id=job_id, defaults=values)
    transaction.on_commit(wakeup.set)
    return job


def state(job_id: str) -> Job | None:
    """How a job stands, or None where there is none of this id."""
    return Job.objects.filter(id=job_id).first()


def cancel(job_id: str) -> None:
    """Ask a job to stop; one that has not begun never will, one that runs stops at its next progress."""
    waiting = Job.objects.filter(id=job_id, state=JobState.QUEUED)
    if not waiting.update(state=JobState.CANCELLED, finished=clock.now()):
        Job.objects.filter(id=job_id, state=JobState.RUNNING).update(cancel_asked=True)


def run_pending() -> int:
    """Do every job that is due here and now, one after the other; how many. For tests: nothing else keeps it alive."""
    worker = workers.new_id()
    workers.beat(worker)
    count = 0
    while waiting := work.claimable().first():
        for job in work.claim([(waiting.id, waiting.attempt)], worker):
            work.do(Running(job), tasks())
            count += 1
    workers.leave(worker)
    return count

"""The port to whatever runs jobs: enqueue, schedule, progress, cancel, state.

A job is a plain function that is handed :class:`Running` and ids, nothing else. It may be run again from its start
after its process died, so it must be idempotent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from django.db import transaction

from jackfield_portal.jobs import clock, work, workers
from jackfield_portal.jobs.models import Job, JobState
from jackfield_portal.jobs.schedules import pause, schedule, unschedule
from jackfield_portal.jobs.work import Cancelled, Running

if TYPE_CHECKING:
    from datetime import timedelta

__all__ = [
    "Cancelled",
    "Running",
    "at_start",
    "cancel",
    "enqueue",
    "enqueue_later",
    "pause",
    "run_pending",
    "schedule",
    "state",
    "task",
    "tasks",
    "unschedule",
    "wakeup",
]


class _Task(Protocol):
    def __call__(self, job: Running, /, **ids: str) -> None: ...


_F = TypeVar("_F", bound=Callable[..., None])
_tasks: dict[str, _Task] = {}
_at_start: list[str] = []
#: Set whenever there may be work; the runner of this process waits for it.
wakeup = threading.Event()


def task(name: str, *, at_start: bool = False) -> Callable[[_F], _F]:
    """Register a function as the job ``name``; one for the start is done whenever a worker starts."""

    def register(function: _F) -> _F:
        _tasks[name] = function
        if at_start and name not in _at_start:
            _at_start.append(name)
        return function

    return register


def tasks() -> dict[str, _Task]:
    """The registered jobs by name."""
    return _tasks


def at_start() -> list[str]:
    """The names of the jobs that are done whenever a worker starts."""
    return _at_start


def enqueue(name: str, job_id: str, **ids: str) -> Job:
    """Have a job run once the current transaction is committed; the same ``job_id`` again gives the job there is."""
    return _enqueue(name, job_id, {"name": name, "ids": ids})


def enqueue_later(wait: timedelta, name: str, job_id: str, **ids: str) -> Job:
    """Have a job run after a while; otherwise as :func:`enqueue`."""
    return _enqueue(name, job_id, {"name": name, "ids": ids, "not_before": clock.now() + wait})


def _enqueue(name: str, job_id: str, values: dict[str, object]) -> Job:
    if name not in _tasks:
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
        job = work.claim(waiting.id, waiting.attempt, worker)
        if job is not None:
            work.do(job, Running(job), _tasks)
            count += 1
    workers.leave(worker)
    return count

"""The port to whatever runs jobs: enqueue, progress, cancel, state.

A job is a plain function that is handed :class:`Running` and ids, nothing else. It may be run again from its start
after its process died, so it must be idempotent.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from django.db import transaction
from django.utils import timezone

from jackfield_portal.jobs.models import Job, JobState

__all__ = ["Cancelled", "Running", "cancel", "enqueue", "run_pending", "state", "task", "tasks", "wakeup"]


class _Task(Protocol):
    def __call__(self, job: Running, /, **ids: str) -> None: ...


_F = TypeVar("_F", bound=Callable[..., None])
_tasks: dict[str, _Task] = {}
#: Set whenever there may be work; the runner of this process waits for it.
wakeup = threading.Event()


class Cancelled(Exception):  # noqa: N818 - the word for what happened, not for a mistake
    """The job was asked to stop, or another worker has taken it over: nothing more may be written for it."""


def task(name: str) -> Callable[[_F], _F]:
    """Register a function as the job ``name``."""

    def register(function: _F) -> _F:
        _tasks[name] = function
        return function

    return register


def tasks() -> dict[str, _Task]:
    """The registered jobs by name."""
    return _tasks


def enqueue(name: str, job_id: str, **ids: str) -> Job:
    """Have a job run once the current transaction is committed; the same ``job_id`` again gives the job there is."""
    if name not in _tasks:
        raise KeyError(name)
    job, _made = Job.objects.get_or_create(id=job_id, defaults={"name": name, "ids": ids})
    transaction.on_commit(wakeup.set)
    return job


def state(job_id: str) -> Job | None:
    """How a job stands, or None where there is none of this id."""
    return Job.objects.filter(id=job_id).first()


def cancel(job_id: str) -> None:
    """Ask a job to stop; one that has not begun never will, one that runs stops at its next progress."""
    waiting = Job.objects.filter(id=job_id, state=JobState.QUEUED)
    if not waiting.update(state=JobState.CANCELLED, finished=timezone.now()):
        Job.objects.filter(id=job_id, state=JobState.RUNNING).update(cancel_asked=True)


def run_pending() -> int:
    """Run every waiting job here and now, one after the other; how many were run. For tests and commands."""
    from jackfield_portal.jobs.worker import Worker

    worker = Worker()
    count = 0
    while worker.run_next():
        count += 1
    return count


class Running:
    """A job at work, as its function sees it."""

    #: The least time between two writes of progress, in seconds.
    pace = 0.2

    def __init__(self, job_id: str, worker: str) -> None:
        self.id = job_id
        #: When it was last heard of, on the monotonic clock.
        self.stirred = time.monotonic()
        self._worker = worker
        self._told = float("-inf")

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Tell how far the job is; raises Cancelled when it is to stop. May be called as often as one likes."""
        now = self.stirred = time.monotonic()
        if now - self._told < self.pace:
            return
        self._told = now
        mine = Job.objects.filter(id=self.id, worker=self._worker, state=JobState.RUNNING, cancel_asked=False)
        if not mine.update(done=done, total=total, note=note[:300], beat=timezone.now()):
            raise Cancelled(self.id)

    def check(self) -> None:
        """Raise Cancelled when the job is to stop."""
        self.stirred = time.monotonic()
        if not Job.objects.filter(id=self.id, worker=self._worker, state=JobState.RUNNING, cancel_asked=False).exists():
            raise Cancelled(self.id)

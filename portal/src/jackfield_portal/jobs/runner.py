"""Runs the jobs of the serving process: a few threads, begun when the process serves and ended with it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from jackfield_portal.jobs.services import wakeup
from jackfield_portal.jobs.worker import Worker, revive

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["start", "stop"]

log = logging.getLogger(__name__)

_lock = threading.Lock()
_running: _Runner | None = None


def start() -> None:
    """Begin to run jobs in this process; a second call changes nothing."""
    global _running  # noqa: PLW0603 - one runner a process is the point
    with _lock:
        if _running is None:
            _running = _Runner(settings.JACKFIELD_WORKERS)


def stop() -> None:
    """Take no more jobs; waits for those at work."""
    global _running  # noqa: PLW0603
    with _lock:
        if _running is not None:
            _running.stop()
            _running = None


class _Runner:
    def __init__(self, count: int) -> None:
        self._stopped = threading.Event()
        self._workers = [Worker() for _ in range(count)]
        self._free = threading.Semaphore(0)
        # Daemons: Ctrl-C ends them in mid-job, like kill -9, and the job is run again at the next start.
        self._threads = [threading.Thread(target=self._work, args=(worker,), daemon=True) for worker in self._workers]
        self._threads.append(threading.Thread(target=self._watch, daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopped.set()
        wakeup.set()
        for _ in self._workers:
            self._free.release()
        for thread in self._threads:
            thread.join(timeout=30)

    def _work(self, worker: Worker) -> None:
        while not self._stopped.is_set():
            self._free.acquire()
            _guarded(lambda: _drain(worker, self._stopped))

    def _watch(self) -> None:
        """Each second, or when something was enqueued here: look after the dead, and wake the workers."""
        while not self._stopped.is_set():
            _guarded(self._beat)
            for _ in self._workers:
                self._free.release()
            wakeup.wait(timeout=1.0)
            wakeup.clear()

    def _beat(self) -> None:
        for worker in self._workers:
            worker.beat()
        revive()


def _drain(worker: Worker, stopped: threading.Event) -> None:
    while not stopped.is_set() and worker.run_next():
        pass


def _guarded(work: Callable[[], None]) -> None:
    close_old_connections()
    try:
        work()
    except DatabaseError as failure:
        log.warning("The jobs wait for the database: %s", failure)

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
        self._free = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []
        self._workers = [self._hired() for _ in range(count)]
        self._begin(self._watch)

    def _hired(self) -> Worker:
        worker = Worker()
        self._begin(self._work, worker)
        return worker

    def _begin(self, target: Callable[..., None], *args: Worker) -> None:
        # Daemons: Ctrl-C ends them in mid-job, like kill -9, and the job is run again at the next start.
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        self._stopped.set()
        wakeup.set()
        for _ in self._workers:
            self._free.release()
        for thread in self._threads:
            thread.join(timeout=30)

    def _work(self, worker: Worker) -> None:
        while not (self._stopped.is_set() or worker.given_up):
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
        for place, worker in enumerate(self._workers):
            if worker.stuck:
                worker.give_up()
                self._workers[place] = self._hired()
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
    except Exception as mistake:  # noqa: BLE001 - a thread that ends would leave its jobs to nobody
        log.error("The jobs were disturbed: %s", type(mistake).__name__)  # noqa: TRY400

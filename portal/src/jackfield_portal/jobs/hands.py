"""The threads that do jobs: so many at once, and one more for each that hangs."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING

from django.db import DatabaseError, close_old_connections, connections
from django.db.models import F

from jackfield.errors import error
from jackfield_portal.jobs import work
from jackfield_portal.jobs.models import Job, JobState

if TYPE_CHECKING:
    from collections.abc import Callable

    from jackfield_portal.jobs.work import Running

__all__ = ["STUCK_AFTER", "Hands"]

log = logging.getLogger(__name__)

#: A job that has not stirred for so many seconds hangs: it is given up, and its place goes to others.
STUCK_AFTER = 600.0


@dataclass(eq=False)
class _Order:
    job: str
    attempt: int
    ended: threading.Event = field(default_factory=threading.Event)
    taken: bool = False
    running: Running | None = None


class Hands:
    """Does jobs in ``count`` threads. They are daemons: a process may end over them, its jobs go to others."""

    def __init__(self, worker: str, count: int, functions: dict[str, Callable[..., None]]) -> None:
        self.count = count
        self._worker = worker
        self._functions = functions
        self._waiting: SimpleQueue[_Order | None] = SimpleQueue()
        self._orders: set[_Order] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._done = 0
        for _ in range(count):
            self._hire()

    def do(self, job: str, attempt: int) -> None:
        """Have a try of a job done, and wait for its end; returns early where it was given up or handed back."""
        order = _Order(job, attempt)
        with self._lock:
            closed = self._closed
            if not closed:
                self._orders.add(order)
        if closed:
            put_back(job, attempt)
            return
        self._waiting.put(order)
        order.ended.wait()

    def at_hand(self) -> set[str]:
        """The ids of the jobs that are being done here, or about to be."""
        with self._lock:
            return {order.job for order in self._orders}

    @property
    def room(self) -> int:
        """How many jobs may be here at once: what the threads can do, and where jobs are short what they did last."""
        with self._lock:
            done, self._done = self._done, 0
            return 0 if self._closed else self.count + done

    def give_up_stuck(self) -> None:
        """Fail the jobs that hang; nothing can end their threads, but whatever those still write is refused."""
        now = time.monotonic()
        with self._lock:
            stuck = [order for order in self._orders if order.running and now - order.running.stirred > STUCK_AFTER]
        for order in stuck:
            log.error("Job %s has not stirred for %d seconds and was given up.", order.job, STUCK_AFTER)
            if order.running is not None:
                work.fail(order.running, error("timed_out", "The work hung, and was given up."))
            self._let_go(order)
            self._hire()

    def close(self, grace: float) -> None:
        """Take no more, and wait for so many seconds at most for those at work; the rest is handed back."""
        with self._lock:
            self._closed = True
            waiting = [order for order in self._orders if not order.taken]
            at_work = [order for order in self._orders if order.taken]
        for order in waiting:
            with suppress(DatabaseError):
                put_back(order.job, order.attempt)
            self._let_go(order)
        end = time.monotonic() + grace
        for order in at_work:
            order.ended.wait(max(0.0, end - time.monotonic()))
            self._let_go(order)
        for _ in range(self.count):
            self._waiting.put(None)

    def _let_go(self, order: _Order) -> None:
        with self._lock:
            self._orders.discard(order)
        order.ended.set()

    def _hire(self) -> None:
        threading.Thread(target=self._live, name="jackfield-job", daemon=True).start()

    def _live(self) -> None:
        while order := self._waiting.get():
            with self._lock:
                order.taken = not (self._closed or order.ended.is_set())
            if order.taken:
                self._carry_out(order)
            if order.ended.is_set():
                break  # it was given up or handed back meanwhile: another has this one's place
            self._done += 1
            self._let_go(order)
        connections.close_all()

    def _carry_out(self, order: _Order) -> None:
        try:
            job = work.claim(order.job, order.attempt, self._worker)
            if job is not None:
                order.running = work.Running(job)
                work.do(job, order.running, self._functions)
        except DatabaseError as failure:
            log.warning("The end of job %s could not be noted: %s", order.job, type(failure).__name__)
        except BaseException as mistake:  # noqa: BLE001 - a thread that ends would leave its jobs to nobody
            log.error("Job %s was disturbed: %s", order.job, type(mistake).__name__)  # noqa: TRY400
        finally:
            close_old_connections()  # none is held while waiting


def put_back(job: str, attempt: int) -> bool:
    """Have a job that waits for this try handed out anew, under the next try's number."""
    waiting = Job.objects.filter(id=job, attempt=attempt, state=JobState.QUEUED)
    return bool(waiting.update(attempt=F("attempt") + 1, handed=None))

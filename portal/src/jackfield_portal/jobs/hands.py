"""The threads that do jobs: so many orders at once, of one job or a batch, and one more for each that hangs."""

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
from jackfield_portal.jobs.registry import tasks, togethers
from jackfield_portal.jobs.work import Running

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["STUCK_AFTER", "Hands"]

log = logging.getLogger(__name__)

#: A job that has not stirred for so many seconds hangs: it is given up, and its place goes to others.
STUCK_AFTER = 600.0


@dataclass(eq=False)
class _Order:
    tries: Sequence[tuple[str, int]]
    ended: threading.Event = field(default_factory=threading.Event)
    taken: bool = False
    running: Sequence[Running] = ()

    @property
    def stirred(self) -> float:
        """When any of its jobs was last heard of; now, where none has begun."""
        return max((job.stirred for job in self.running), default=time.monotonic())


class Hands:
    """Does jobs in ``count`` threads. They are daemons: a process may end over them, its jobs go to others."""

    def __init__(self, worker: str, count: int) -> None:
        self.count = count
        self._worker = worker
        self._waiting: SimpleQueue[_Order | None] = SimpleQueue()
        self._orders: set[_Order] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._done = 0
        for _ in range(count):
            self._hire()

    def do(self, tries: Sequence[tuple[str, int]]) -> None:
        """Have tries of jobs done, and wait for their end; returns early where they were given up or handed back."""
        order = _Order(tries)
        with self._lock:
            closed = self._closed
            if not closed:
                self._orders.add(order)
        if closed:
            put_back(tries)
            return
        self._waiting.put(order)
        order.ended.wait()

    def at_hand(self) -> set[str]:
        """The ids of the jobs that are being done here, or about to be."""
        with self._lock:
            return {job for order in self._orders for job, _attempt in order.tries}

    @property
    def room(self) -> int:
        """How many orders may be here at once: what the threads can do, and where they are short what they did last."""
        with self._lock:
            done, self._done = self._done, 0
            return 0 if self._closed else self.count + done

    def give_up_stuck(self) -> None:
        """Fail the jobs that hang; nothing can end their threads, but whatever those still write is refused."""
        now = time.monotonic()
        with self._lock:
            stuck = [order for order in self._orders if now - order.stirred > STUCK_AFTER]
        for order in stuck:
            for job in order.running:
                log.error("Job %s has not stirred for %d seconds and was given up.", job.id, STUCK_AFTER)
                work.fail(job, error("timed_out", "The work hung, and was given up."))
            self._let_go(order)
            self._hire()

    def shut(self) -> None:
        """Take no more; what has not begun is handed back."""
        with self._lock:
            self._closed = True
            waiting = [order for order in self._orders if not order.taken]
        for order in waiting:
            with suppress(DatabaseError):
                put_back(order.tries)
            self._let_go(order)

    def close(self, grace: float) -> None:
        """Take no more, and wait for so many seconds at most for those at work; the rest is handed back."""
        self.shut()
        with self._lock:
            at_work = list(self._orders)
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
            order.running = [Running(job) for job in work.claim(order.tries, self._worker)]
            _do(order.running)
        except DatabaseError as failure:
            log.warning("The end of %s could not be noted: %s", _told(order), type(failure).__name__)
        except BaseException as mistake:  # noqa: BLE001 - a thread that ends would leave its jobs to nobody
            log.error("%s: disturbed by %s", _told(order), type(mistake).__name__)  # noqa: TRY400
        finally:
            close_old_connections()  # none is held while waiting


def put_back(tries: Collection[tuple[str, int]]) -> int:
    """Have jobs that wait for these tries handed out anew, under the next try's number; how many."""
    count = 0
    for attempt, ids in work.by_attempt(tries).items():
        waiting = Job.objects.filter(id__in=ids, attempt=attempt, state=JobState.QUEUED)
        count += waiting.update(attempt=F("attempt") + 1, handed=None)
    return count


def _do(running: Sequence[Running]) -> None:
    """One by itself, several together; where this process knows no way to do so, one after the other."""
    way = togethers().get(running[0].name) if len(running) > 1 else None
    if way is not None:
        work.do_together(running, way.function)
        return
    for job in running:
        job.stir()
        work.do(job, tasks())


def _told(order: _Order) -> str:
    first = order.tries[0][0]
    return f"job {first}" if len(order.tries) == 1 else f"job {first} and {len(order.tries) - 1} more"

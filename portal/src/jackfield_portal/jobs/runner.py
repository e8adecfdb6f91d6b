"""Makes this process a worker: it says that it lives, hands out what is due, and does what it is given."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from jackfield_portal.jobs import outbox, schedules, workers
from jackfield_portal.jobs.hands import Hands
from jackfield_portal.jobs.orders import ALONE, BATCHES
from jackfield_portal.jobs.services import at_start, enqueue, wakeup

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from jackfield_portal.jobs.engine import Engine

__all__ = ["purge", "ready", "start", "stop"]

log = logging.getLogger(__name__)

#: Seconds that a process that ends leaves its jobs, unless told otherwise.
GRACE = 2.0
#: Batches that are done at once beside the jobs by themselves: while one waits, another has the processor.
_BATCHES = 2
_TICK = 1.0
_CLAIM_EVERY = 5.0
_LOST_EVERY = 30.0

_lock = threading.Lock()
_running: _Runner | None = None


def start(count: int | None = None) -> None:
    """Begin to do jobs in this process, so many at once; a second call changes nothing."""
    global _running  # noqa: PLW0603 - one runner a process is the point
    with _lock:
        if _running is None:
            _running = _Runner(settings.JACKFIELD_WORKERS if count is None else count)


def stop(grace: float = GRACE) -> None:
    """Take no more jobs, wait so many seconds at most for those at work, and hand back the rest."""
    global _running
    with _lock:
        runner, _running = _running, None
    if runner is not None:
        runner.stop(grace)


def ready() -> bool:
    """Whether this process takes jobs."""
    return _running is not None and _running.engine is not None


def purge(before: datetime) -> int:
    """Have the engine of this process forget what ended before this moment; how many."""
    engine = _running.engine if _running is not None else None
    return engine.purge(before) if engine is not None else 0


class _Runner:
    def __init__(self, count: int) -> None:
        self.id = workers.new_id()
        self.engine: Engine | None = None
        self._hands = {ALONE: Hands(self.id, count), BATCHES: Hands(self.id, min(count, _BATCHES))}
        self._watch = workers.Watch()
        self._stopped = threading.Event()
        self._last: dict[str, float] = {}
        # Not daemons: whoever ends the process, they see it and hand back what is at work here.
        turns = ((self._beat, lambda: self._stopped.wait(workers.BEAT_EVERY)), (self._tick, _called))
        self._threads = [threading.Thread(target=self._loop, args=turn) for turn in turns]
        for thread in self._threads:
            thread.start()

    def stop(self, grace: float) -> None:
        end = time.monotonic() + grace
        for hands in self._hands.values():
            hands.shut()
        for hands in self._hands.values():
            hands.close(max(0.0, end - time.monotonic()))
        self._stopped.set()
        wakeup.set()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()
        if self.engine is not None:
            _guarded(self.engine.drain)
        _guarded(self._leave)
        if self.engine is not None:
            self.engine.stop()
        connections.close_all()

    def _leave(self) -> None:
        workers.hand_back(self.id)
        if self.engine is not None:
            outbox.take_over(self.engine, [self.id])
            outbox.hand_out(self.engine)
        workers.leave(self.id)

    def _loop(self, turn: Callable[[], None], wait: Callable[[], object]) -> None:
        while not self._stopped.is_set():
            _guarded(turn)
            wait()
            if not threading.main_thread().is_alive():
                threading.Thread(target=stop).start()
                break
        connections.close_all()

    def _beat(self) -> None:
        """Apart from all else, for it may not be late."""
        workers.beat(self.id)
        workers.requeue_strays(self.id, self._at_hand)
        for hands in self._hands.values():
            hands.give_up_stuck()

    def _tick(self) -> None:
        """Each second, or when something was enqueued here."""
        if self.engine is None:
            self._begin()
        if self.engine is None:
            return
        if self._due("look", workers.BEAT_EVERY):
            outbox.take_over(self.engine, self._watch.look())
        if self._due("lost", _LOST_EVERY):
            outbox.find_lost(self.engine)
        if self._due("claim", _CLAIM_EVERY):
            schedules.claim()
        outbox.hand_out(self.engine)

    def _begin(self) -> None:
        from jackfield_portal.jobs.engine import Engine

        workers.beat(self.id)  # nobody is given a job who is not known to live
        self.engine = Engine(self.id, self._hands)
        for name in at_start():
            enqueue(name, f"{name}-{self.id}")

    def _at_hand(self) -> set[str]:
        return {job for hands in self._hands.values() for job in hands.at_hand()}

    def _due(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now - self._last.get(what, float("-inf")) < every:
            return False
        self._last[what] = now
        return True


def _called() -> None:
    wakeup.wait(_TICK)
    wakeup.clear()


def _guarded(turn: Callable[[], None]) -> None:
    try:
        turn()
    except DatabaseError as failure:
        log.warning("The jobs wait for the database: %s", type(failure).__name__)
    except Exception as mistake:  # noqa: BLE001 - a thread that ends would leave its jobs to nobody
        if threading.main_thread().is_alive():  # at the end of a process, nothing can be begun any more
            log.error("The jobs were disturbed: %s", type(mistake).__name__)  # noqa: TRY400
    finally:
        close_old_connections()  # none is held while waiting

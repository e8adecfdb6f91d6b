"""What is handed to the engine in one go: one try of one job, or a batch of them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from jackfield_portal.jobs.registry import togethers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jackfield_portal.jobs.models import Job

__all__ = ["ALONE", "BATCHES", "Order", "name_of", "packed"]

#: The queues: of jobs by themselves, and of batches.
ALONE: Final = "jobs"
BATCHES: Final = "batches"
#: Fewer of a name that wait are done each by itself: that is over sooner, and is seen while it is under way.
MANY: Final = 4
#: What waits is shared out among all workers, but not in batches that are smaller than this.
_LEAST: Final = 25
#: Batches for each worker.
_SHARES: Final = 2


@dataclass(frozen=True, slots=True)
class Order:
    """Tries of jobs, each as its id and how often it has been tried before.

    An order of the same name as one that was handed out before is the same order.
    """

    queue: str
    name: str
    tries: Sequence[tuple[str, int]]


def name_of(job: str, attempt: int) -> str:
    """The name of an order of one try: its job's id, from the second try on with their number behind it."""
    return f"{job}~{attempt + 1}" if attempt else job


def packed(waiting: Sequence[Job], workers: int) -> Iterator[Order]:
    """The orders that these jobs make for so many workers, the oldest first."""
    known = togethers()
    by_name: dict[str, list[Job]] = defaultdict(list)
    for job in waiting:
        if job.alone or job.name not in known:
            yield _order([job])
        else:
            by_name[job.name].append(job)
    for name, jobs in by_name.items():
        most = min(known[name].most, max(_LEAST, ceil(len(jobs) / (_SHARES * max(1, workers)))))
        size = most if len(jobs) >= MANY else 1
        yield from (_order(jobs[start : start + size]) for start in range(0, len(jobs), size))


def _order(jobs: Sequence[Job]) -> Order:
    tries = [(job.id, job.attempt) for job in jobs]
    if len(tries) == 1:
        return Order(ALONE, name_of(*tries[0]), tries)
    return Order(BATCHES, f"batch-{uuid.uuid4().hex}", tries)

"""What the jobs' table says is to be done, handed to the engine; what the engine has lost is found and handed again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from jackfield_portal.jobs import clock
from jackfield_portal.jobs.hands import put_back
from jackfield_portal.jobs.models import Job, JobState, Worker
from jackfield_portal.jobs.orders import name_of, packed
from jackfield_portal.jobs.work import claimable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from jackfield_portal.jobs.engine import Engine
    from jackfield_portal.jobs.orders import Order

__all__ = ["find_lost", "hand_out", "take_over"]

_BATCH = 1_000
#: What was handed out so long ago and still waits is asked for: a healthy queue that is long is left alone by that.
_LOST_AFTER = timedelta(seconds=60)


def hand_out(engine: Engine) -> int:
    """Give the engine what is due, the oldest first; how many jobs. Two who do so at once share the work."""
    count = 0
    while given := _hand_out_some(engine):
        count += given
    return count


def _hand_out_some(engine: Engine) -> int:
    due = claimable().filter(handed=None)
    if not due.exists():
        return 0
    with transaction.atomic():
        waiting = list(due.select_for_update(skip_locked=True).only("id", "name", "attempt", "alone")[:_BATCH])
        orders = list(packed(waiting, Worker.objects.count()))
        # First the engine: what it has and is not marked so is handed out once more, and each try is taken once.
        engine.put(orders)
        _mark(orders)
    return len(waiting)


def _mark(orders: Iterable[Order]) -> None:
    """Note what was handed out, and in what."""
    now = clock.now()
    alone = []
    for order in orders:
        if len(order.tries) == 1:
            alone.append(order.tries[0][0])
        else:
            Job.objects.filter(id__in=[job for job, _attempt in order.tries]).update(handed=now, batch=order.name)
    if alone:
        Job.objects.filter(id__in=alone).update(handed=now, batch="")


def find_lost(engine: Engine) -> int:
    """Have jobs handed out anew that the engine knows nothing of, or whose worker is gone; how many."""
    asked = Job.objects.filter(state=JobState.QUEUED, handed__lt=clock.now() - _LOST_AFTER)
    rows = asked.order_by("handed").values_list("id", "attempt", "batch")[:_BATCH]
    names = {(job, attempt): batch or name_of(job, attempt) for job, attempt, batch in rows}
    if not names:
        return 0
    alive = engine.alive(set(names.values()), set(Worker.objects.values_list("id", flat=True)))
    return put_back([one for one, name in names.items() if name not in alive])


def take_over(engine: Engine, gone: Collection[str]) -> int:
    """Have handed out anew what workers that are gone had taken and not begun; how many."""
    return put_back(engine.taken_by(gone)) if gone else 0

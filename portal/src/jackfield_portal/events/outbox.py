"""The outbox: what is to be told, written with the change that it tells of, and handed to jobs by its id."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jackfield_portal.events.models import Delivery, DeliveryState, Event, Subscription
from jackfield_portal.jobs import services as jobs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from django.db.models import QuerySet

__all__ = ["JOB", "WAITS", "again", "anybody_listens", "listening", "put", "try_later"]

#: The name of the job that makes one try.
JOB = "events.deliver"
#: Waits before the tries after the first; together about two days and a half.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 86_400))


def listening(organizations: Collection[UUID]) -> QuerySet[Subscription]:
    """The subscriptions of these organizations that are told of anything."""
    return Subscription.objects.filter(organization__in=list(organizations), active=True)


def anybody_listens() -> bool:
    """Whether any organization is told of anything: to ask for hundreds of them one by one takes longer."""
    return Subscription.objects.filter(active=True).exists()


def put(organization: UUID, kind: str, data: dict[str, Any], subscriptions: Iterable[Subscription]) -> None:
    """Have an event told to these, once the current transaction is committed; never if it is rolled back."""
    wanted = list(subscriptions)
    if not wanted:
        return
    event = Event.objects.create(organization_id=organization, type=kind, data=data)
    for delivery in Delivery.objects.bulk_create([Delivery(event=event, subscription=one) for one in wanted]):
        _enqueue(delivery)


def try_later(delivery: Delivery) -> timedelta | None:
    """Have the next try made after its wait; None where that was the last one."""
    made = delivery.tries
    if made > len(WAITS):
        return None
    wait = WAITS[made - 1]
    jobs.enqueue_later(wait, JOB, _job_id(delivery), delivery=str(delivery.pk))
    return wait


def again(delivery: Delivery) -> None:
    """Begin the telling anew, whatever has become of it."""
    delivery.state, delivery.tries, delivery.next_try = DeliveryState.WAITING, 0, None
    delivery.round += 1
    delivery.save(update_fields=["state", "tries", "next_try", "round"])
    _enqueue(delivery)


def _enqueue(delivery: Delivery) -> None:
    from jackfield_portal.events import tasks  # noqa: F401 - a process that only imports has not loaded the jobs

    jobs.enqueue(JOB, _job_id(delivery), delivery=str(delivery.pk))


def _job_id(delivery: Delivery) -> str:
    return f"event-{delivery.pk}-{delivery.round}-{delivery.tries + 1}"

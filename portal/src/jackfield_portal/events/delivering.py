"""One try of telling an event: signed, sent, and noted."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from jackfield.errors import JackfieldError
from jackfield.http import post
from jackfield_portal.audit import services as audit
from jackfield_portal.errors import PortalError
from jackfield_portal.events import keeping, outbox, signing
from jackfield_portal.events.models import Attempt, Delivery, DeliveryState, Event, Subscription
from jackfield_portal.observability.secrets import in_use

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["GIVE_UP_AFTER", "WITHIN", "body_of", "deliver"]

log = logging.getLogger(__name__)

#: Seconds that a receiver has.
WITHIN = 10.0
#: A webhook that has taken nothing for so long is switched off.
GIVE_UP_AFTER = timedelta(days=5)
_GONE = 410
_LONGEST = 300


def deliver(delivery_id: str) -> None:
    """Make the next try of a delivery that waits; one that was delivered or whose webhook is off is left alone.

    A process that dies between the answer and its note has the event told twice: receivers go by its id.
    """
    found = Delivery.objects.select_related("event", "subscription").filter(pk=delivery_id).first()
    if found is None or found.state != DeliveryState.WAITING:
        return
    if not found.subscription.active:
        Delivery.objects.filter(pk=found.pk).update(state=DeliveryState.FAILED, next_try=None)
        return
    _note(found, _tried(found))


def body_of(event: Event) -> bytes:
    """The event as it travels; the same bytes at every try."""
    told = {"id": str(event.pk), "type": event.type, "timestamp": event.at.isoformat(), "data": event.data}
    return json.dumps(told, separators=(",", ":"), sort_keys=True).encode()


def _tried(delivery: Delivery) -> Attempt:
    """Send it; what comes of that, not yet saved."""
    attempt, begin = Attempt(delivery=delivery), time.perf_counter()
    try:
        keys = keeping.secrets_of(delivery.subscription)
        with in_use(keys):
            attempt.status = asyncio.run(_sent(delivery, keys))
    except JackfieldError as failure:
        attempt.code, attempt.problem = failure.code, failure.message[:_LONGEST]
    except PortalError as failure:
        attempt.code, attempt.problem = "portal", failure.message[:_LONGEST]
    attempt.seconds = round(time.perf_counter() - begin, 3)
    return attempt


async def _sent(delivery: Delivery, keys: tuple[str, ...]) -> int:
    body, now = body_of(delivery.event), int(time.time())
    headers = {
        "content-type": "application/json",
        "user-agent": "jackfield-webhooks/1",
        **signing.headers(keys, str(delivery.event_id), now, body),
    }
    return await post(delivery.subscription.url, content=body, headers=headers, within=WITHIN)


def _note(delivery: Delivery, attempt: Attempt) -> None:
    now, taken = timezone.now(), attempt.status is not None and 200 <= attempt.status < 300  # noqa: PLR2004
    with transaction.atomic():
        standing = Delivery.objects.select_for_update().filter(pk=delivery.pk, round=delivery.round).first()
        subscription = Subscription.objects.select_for_update().filter(pk=delivery.subscription_id).first()
        if standing is None or subscription is None:
            return  # begun anew, or deleted meanwhile
        attempt.save()
        standing.tries += 1
        if taken:
            standing.state, standing.next_try = DeliveryState.DELIVERED, None
            Subscription.objects.filter(pk=subscription.pk).update(failing_since=None)
        else:
            _failed(standing, subscription, now, gone=attempt.status == _GONE)
        standing.save(update_fields=["state", "tries", "next_try"])


def _failed(delivery: Delivery, subscription: Subscription, now: datetime, *, gone: bool) -> None:
    since = subscription.failing_since or now
    Subscription.objects.filter(pk=subscription.pk, failing_since=None).update(failing_since=now)
    if gone or now - since >= GIVE_UP_AFTER:
        _switch_off(subscription, now)
    wait = outbox.try_later(delivery) if subscription.active else None
    delivery.next_try = now + wait if wait else None
    if wait is None:
        delivery.state = DeliveryState.FAILED


def _switch_off(subscription: Subscription, now: datetime) -> None:
    if subscription.active:
        subscription.active, subscription.disabled = False, now
        subscription.save(update_fields=["active", "disabled"])
        audit.record(subscription.organization_id, None, "subscription.disabled", subscription)
        log.warning("Webhook %s was switched off: it has taken nothing for long.", subscription.pk)

"""Webhooks: addresses that are told of events, and the log of what each was told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AfterValidator, Field

from jackfield_portal.api.lookup import delivery_of, webhook_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page
from jackfield_portal.api.repeats import told_once
from jackfield_portal.api.scoping import needs, organization_of
from jackfield_portal.api.shapes import Given, Name, clean
from jackfield_portal.events import services
from jackfield_portal.events.models import Delivery, EventType, Subscription

router = Router(tags=["webhooks"])

Address = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(clean)]
Types = Annotated[list[EventType], Field(min_length=1, max_length=len(EventType.values))]


class WebhookOut(Schema):
    """A webhook. Of its address only the ``host`` is told: the rest may hold what only the receiver may know."""

    id: UUID
    name: str
    host: str
    types: list[str]
    active: bool
    created: datetime
    failing_since: datetime | None
    disabled: datetime | None


class WebhookMade(WebhookOut):
    """A webhook with its signing secret, which is told this once."""

    secret: str


class WebhookIn(Given):
    """A new webhook."""

    name: Name
    url: Address
    types: Types


class WebhookChanged(Given):
    """What is to be other; a field that is left out, or null, stays."""

    name: Name | None = None
    url: Address | None = None
    types: Types | None = None
    active: bool | None = None


class AttemptOut(Schema):
    """One try: the status of the answer, or the code of why there was none."""

    at: datetime
    status: int | None
    code: str | None
    seconds: float


class DeliveryOut(Schema):
    """An event that is told; ``state`` is waiting, delivered or failed."""

    id: UUID
    event: UUID
    type: str
    at: datetime
    state: str
    next_try: datetime | None
    attempts: list[AttemptOut]


@router.get("/webhooks", summary="List the webhooks", **needs(Scope.READ, response=Page[WebhookOut]))
def list_webhooks(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """The organization's webhooks, the oldest first."""
    return page(services.of(organization_of(request)), asked, _told, by="created")


@router.post("/webhooks", summary="Add a webhook", **needs(Scope.MANAGE, response={201: WebhookMade}))
def add_webhook(request: HttpRequest, given: WebhookIn) -> Status[dict[str, Any]]:
    """Have an address told of the chosen types of events."""
    made, secret = services.add(organization_of(request), **given.model_dump())
    return Status(201, {**_told(made), "secret": told_once(request, secret)})


@router.get("/webhooks/{webhook_id}", summary="Look at a webhook", **needs(Scope.READ, response=WebhookOut))
def show_webhook(request: HttpRequest, webhook_id: UUID) -> dict[str, Any]:
    """One webhook."""
    return _told(webhook_of(request, webhook_id))


@router.patch("/webhooks/{webhook_id}", summary="Change a webhook", **needs(Scope.MANAGE, response=WebhookOut))
def change_webhook(request: HttpRequest, webhook_id: UUID, given: WebhookChanged) -> dict[str, Any]:
    """Change what is given; one that was switched off for its failures is told again when it is ``active``."""
    found = webhook_of(request, webhook_id)
    wanted = {name: value for name, value in given.model_dump(exclude={"active"}).items() if value is not None}
    if wanted:
        services.change(found, **{"name": found.name, "url": found.url, "types": found.types, **wanted})
    if given.active is not None and given.active != found.active:
        services.switch(found, active=given.active)
    return _told(found)


@router.delete("/webhooks/{webhook_id}", summary="Delete a webhook", **needs(Scope.MANAGE, response={204: None}))
def delete_webhook(request: HttpRequest, webhook_id: UUID) -> Status[None]:
    """Delete a webhook with its log."""
    services.delete(webhook_of(request, webhook_id))
    return Status(204, None)


@router.post(
    "/webhooks/{webhook_id}/secret", summary="Make a new signing secret", **needs(Scope.MANAGE, response=WebhookMade)
)
def rotate_secret(request: HttpRequest, webhook_id: UUID) -> dict[str, Any]:
    """A new signing secret; the old one signs beside it for a day."""
    found = webhook_of(request, webhook_id)
    secret = services.rotate(found)
    return {**_told(found), "secret": told_once(request, secret)}


@router.post(
    "/webhooks/{webhook_id}/test", summary="Send a test event", **needs(Scope.MANAGE, response={202: DeliveryOut})
)
def test_webhook(request: HttpRequest, webhook_id: UUID) -> Status[dict[str, Any]]:
    """Tell this webhook alone an event of the type “test”."""
    return Status(202, _delivery(services.test(webhook_of(request, webhook_id))))


@router.get(
    "/webhooks/{webhook_id}/deliveries",
    summary="What a webhook was told",
    **needs(Scope.READ, response=Page[DeliveryOut]),
)
def list_deliveries(request: HttpRequest, webhook_id: UUID, asked: Asked) -> dict[str, Any]:
    """The log of a webhook, the newest first."""
    return page(services.deliveries_of(webhook_of(request, webhook_id)), asked, _delivery, by="-created")


@router.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/again",
    summary="Tell an event again",
    **needs(Scope.MANAGE, response={202: DeliveryOut}),
)
def tell_again(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> Status[dict[str, Any]]:
    """Have an event told once more, with its own id."""
    found = delivery_of(webhook_of(request, webhook_id), delivery_id)
    services.redeliver(found)
    found.refresh_from_db()
    return Status(202, _delivery(found))


def _told(webhook: Subscription) -> dict[str, Any]:
    known = ("id", "name", "types", "active", "created", "failing_since", "disabled")
    return {**{name: getattr(webhook, name) for name in known}, "host": urlsplit(webhook.url).hostname or ""}


def _delivery(delivery: Delivery) -> dict[str, Any]:
    attempts = [
        {"at": one.at, "status": one.status, "code": one.code or None, "seconds": one.seconds}
        for one in delivery.attempts.all()
    ]
    event = {"event": delivery.event_id, "type": delivery.event.type, "at": delivery.event.at}
    return {**{name: getattr(delivery, name) for name in ("id", "state", "next_try")}, **event, "attempts": attempts}

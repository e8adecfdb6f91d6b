"""Who is told of events, what there was to tell, and how the telling went.

An event and its deliveries are written in the transaction of the change that they tell of: they are the outbox.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

__all__ = ["Attempt", "Delivery", "DeliveryState", "Event", "EventType", "Subscription"]


class EventType(models.TextChoices):
    """What is told; the value is stable and travels in the event."""

    BROKEN = "connection.broken", _("A connection needs attention")
    RECOVERED = "connection.recovered", _("A connection works again")
    IMPORTED = "import.finished", _("An import has ended")
    HELD = "import.held", _("An import waits for a decision")
    MAPPED = "mapping.changed", _("Mappings were changed")
    GONE = "user.gone", _("CRM users are gone")


#: Told by the button that tries a webhook, and by nothing else.
TEST = "test"


class Subscription(models.Model):
    """An address that is told of the chosen types of events; its signing secrets lie in the vault under its id.

    ``failing_since`` is the first failure after the last success, ``disabled`` when it was switched off for that.
    ``old_secret_until`` is how long the secret before the last rotation signs, too.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="+")
    name = models.CharField(_("Name"), max_length=100)
    url = models.CharField(_("Address"), max_length=2000)
    types = models.JSONField(default=list)
    active = models.BooleanField(_("Active"), default=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    failing_since = models.DateTimeField(null=True)
    disabled = models.DateTimeField(null=True)
    old_secret_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("created", "id")

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """Something that happened, as it is told; ``data`` holds ids and numbers, no name, address or secret."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="+")
    type = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "id")
        indexes = (models.Index(fields=("at",), name="event_old"),)

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class DeliveryState(models.TextChoices):
    """How the telling of one event to one address stands."""

    WAITING = "waiting", _("waiting")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("given up")


class Delivery(models.Model):
    """The telling of one event to one address; ``round`` counts how often somebody has had it begun anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", db_index=False)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    round = models.PositiveIntegerField(default=1)
    tries = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(default=timezone.now)
    next_try = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created", "-id")
        indexes = (models.Index(fields=("subscription", "-created", "-id"), name="delivery_latest"),)
        constraints = (models.UniqueConstraint(fields=("event", "subscription"), name="told_once"),)

    def __str__(self) -> str:
        return f"{self.event_id} {self.state}"


class Attempt(models.Model):
    """One try of a delivery: the status of the answer, or the code of why there was none."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    status = models.PositiveIntegerField(null=True)
    code = models.CharField(max_length=60, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    seconds = models.FloatField(default=0.0)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.status or self.code)

"""What can be done with webhooks: add, change, try, replace the secret, tell again, delete. Callable without HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic_core import PydanticCustomError

from jackfield.settings import repaired_url
from jackfield_portal.audit.marking import audited
from jackfield_portal.errors import PortalError
from jackfield_portal.events import keeping, outbox
from jackfield_portal.events.models import TEST, Delivery, Event, EventType, Subscription
from jackfield_portal.jobs import services as jobs

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jackfield_portal.organizations.models import Organization, User

__all__ = ["add", "change", "delete", "deliveries_of", "get", "of", "redeliver", "rotate", "switch", "test", "tidy"]

#: The name of the job that lets old events go; it is scheduled with the first webhook.
TIDY = "events.tidy"
#: So many webhooks may one organization have.
MOST = 20
_BATCH = 500


def of(organization: Organization) -> QuerySet[Subscription]:
    """The webhooks of an organization, the oldest first."""
    return Subscription.objects.filter(organization=organization)


def get(organization: Organization, subscription_id: UUID) -> Subscription:
    """One webhook; raises Subscription.DoesNotExist for those of others as for none."""
    return of(organization).get(pk=subscription_id)


def add(
    organization: Organization, *, name: str, url: str, types: Collection[str], by: User | None = None
) -> tuple[Subscription, str]:
    """A new webhook and its signing secret, which is shown this once; raises PortalError for what cannot be one."""
    values = {"name": name.strip()[:100], "url": _address(url), "types": _types(types)}
    with transaction.atomic():
        if of(organization).count() >= MOST:
            raise PortalError(
                _("There are %(n)d webhooks already.") % {"n": MOST}, remedy=_("Delete one that is not needed.")
            )
        made = _added(Subscription(organization=organization, created_by=by, **values))
        return made, keeping.make(made)


@audited("subscription.added", lambda made, _given: _facts(made))
def _added(subscription: Subscription) -> Subscription:
    subscription.save()
    jobs.schedule(TIDY, "daily", timedelta(days=1))
    return subscription


@audited("subscription.saved", lambda _done, given: _facts(given["subscription"]))
def change(subscription: Subscription, *, name: str, url: str, types: Collection[str]) -> None:
    """Another name, address or choice of events; what waits to be told goes to the new address."""
    subscription.name, subscription.url = name.strip()[:100], _address(url)
    subscription.types = _types(types)
    subscription.save(update_fields=["name", "url", "types"])


@audited("subscription.saved", lambda _done, given: {"active": given["active"]})
def switch(subscription: Subscription, *, active: bool) -> None:
    """Tell it nothing for a while, or have it told again, also after it was switched off for its failures."""
    subscription.active = active
    if active:
        subscription.failing_since = subscription.disabled = None
    subscription.save(update_fields=["active", "failing_since", "disabled"])


@audited("subscription.rotated")
def rotate(subscription: Subscription) -> str:
    """A new signing secret, shown this once; the old one signs beside it for a day."""
    return keeping.replace(subscription)


@audited("subscription.deleted")
def delete(subscription: Subscription) -> None:
    """Delete a webhook with its secrets and its log."""
    keeping.forget(subscription)
    subscription.delete()


def test(subscription: Subscription) -> Delivery:
    """Have an event of the type ``test`` told to this webhook alone; raises PortalError while it is switched off."""
    if not subscription.active:
        raise PortalError(_("The webhook is switched off."), remedy=_("Switch it on, then try it."))
    with transaction.atomic():
        outbox.put(subscription.organization_id, TEST, {"subscription": str(subscription.pk)}, [subscription])
    return Delivery.objects.filter(subscription=subscription, event__type=TEST).latest("created")


def redeliver(delivery: Delivery) -> None:
    """Have an event told once more, with its own id; raises PortalError while its webhook is switched off."""
    if not delivery.subscription.active:
        raise PortalError(_("The webhook is switched off."), remedy=_("Switch it on, then tell the event again."))
    with transaction.atomic():
        outbox.again(delivery)


def deliveries_of(subscription: Subscription) -> QuerySet[Delivery]:
    """What it was told, the newest first."""
    return Delivery.objects.filter(subscription=subscription).select_related("event").prefetch_related("attempts")


def tidy(now: datetime | None = None) -> int:
    """Let events go that are JACKFIELD_KEEP_DAYS old, and with them the log of their deliveries; how many."""
    before = (now or timezone.now()) - timedelta(days=settings.JACKFIELD_KEEP_DAYS)
    count = 0
    while keys := list(Event.objects.filter(at__lt=before).values_list("pk", flat=True)[:_BATCH]):
        Event.objects.filter(pk__in=keys).delete()
        count += len(keys)
    return count


def _facts(subscription: Subscription) -> dict[str, object]:
    """Of its address the host alone: the rest may hold what only the receiver may know."""
    return {"host": urlsplit(subscription.url).hostname or "", "types": list(subscription.types)}


def _address(url: str) -> str:
    """The address as it was given, if requests may be sent there at all; where it leads is judged with each request."""
    try:
        repaired_url(url)
    except PydanticCustomError as refused:
        told = refused.context or {}
        raise PortalError(str(told.get("sentence", "")), remedy=str(told.get("remedy", ""))) from None
    text = url.strip()
    if "://" not in text:
        text = f"https://{text}"
    return text.partition("#")[0]


def _types(types: Collection[str]) -> list[str]:
    known = [kind for kind in EventType.values if kind in set(types)]
    if not known or len(known) < len(set(types)):
        raise PortalError(_("No event was chosen that there is."), remedy=_("Choose at least one of the list."))
    return known

"""The pages of the webhooks: add, try, follow, replace the secret, delete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield_portal.errors import PortalError
from jackfield_portal.events import services
from jackfield_portal.events.models import Delivery, Subscription
from jackfield_portal.jobs.services import run_pending

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.organizations.models import Organization
    from tests.portal.events.receiver import Receiver

pytestmark = pytest.mark.django_db

FORM = {"name": "Tickets", "url": "https://hooks.example.com/in?key=1", "types": ["import.held", "user.gone"]}


def test_secret_is_shown_once(portal: Client) -> None:
    """When the webhook is added, and on no page after that; no cache keeps it."""
    made = portal.post(reverse("events:add"), FORM)
    secret = re.findall(r"whsec_[\w+/=]+", made.content.decode())
    webhook = Subscription.objects.get()
    later = portal.get(reverse("events:show", args=[webhook.pk])).content.decode()
    assert (len(secret), made["Cache-Control"], "whsec_" in later) == (1, "no-store", False)
    assert (webhook.url, webhook.types) == (FORM["url"], ["import.held", "user.gone"])


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://hooks.example.com/", "without encryption|in the clear"),
        ("ftp://hooks.example.com/", "https://"),
        ("https://me:word@hooks.example.com/", "user name or password"),
        ("nowhere at all", "web address"),
    ],
)
def test_address_that_cannot_be_one(portal: Client, url: str, said: str) -> None:
    """Is refused beside its field, in words that say what to do, and nothing is kept."""
    answer = portal.post(reverse("events:add"), {**FORM, "url": url})
    assert answer.status_code == 422
    assert re.search(said, answer.content.decode())
    assert not Subscription.objects.exists()


def test_event_that_there_is_not(organization: Organization) -> None:
    """A type that is unknown is refused as a whole, and so is none at all."""
    for types in ([], ["import.held", "x"], ["test"]):
        with pytest.raises(PortalError):
            services.add(organization, name="x", url="https://hooks.example.com/", types=types)


def test_test_button_and_log(portal: Client, webhook: Subscription, receiver: Receiver) -> None:
    """A test event is sent, the log shows the answer, and the event can be told again."""
    receiver.answers = [500, 204]
    portal.post(reverse("events:test", args=[webhook.pk]))
    waiting = portal.get(reverse("events:log", args=[webhook.pk])).content.decode()
    run_pending()
    delivery = Delivery.objects.get()
    failed = portal.get(reverse("events:log", args=[webhook.pk])).content.decode()
    portal.post(reverse("events:redeliver", args=[webhook.pk, delivery.pk]))
    run_pending()
    done = portal.get(reverse("events:log", args=[webhook.pk])).content.decode()
    assert ("hx-trigger" in waiting, "500" in failed, "next try" in failed) == (True, True, True)
    assert ("204" in done, "hx-trigger" in done) == (True, False)


def test_edit_switch_rotate_delete(portal: Client, webhook: Subscription) -> None:
    """Each does what its button says."""
    portal.post(reverse("events:change", args=[webhook.pk]), {**FORM, "name": "Other"})
    portal.post(reverse("events:switch", args=[webhook.pk]))
    webhook.refresh_from_db()
    assert (webhook.name, webhook.active) == ("Other", False)
    portal.post(reverse("events:switch", args=[webhook.pk]))
    rotated = portal.post(reverse("events:rotate", args=[webhook.pk]))
    assert b"whsec_" in rotated.content
    portal.post(reverse("events:delete", args=[webhook.pk]))
    assert not Subscription.objects.exists()


def test_switched_off_after_failures_is_said(portal: Client, webhook: Subscription) -> None:
    """On the page of the webhook, with what to do."""
    from django.utils import timezone

    Subscription.objects.update(active=False, disabled=timezone.now())
    page = portal.get(reverse("events:show", args=[webhook.pk])).content.decode()
    assert "took nothing for days and was switched off" in page


def test_address_is_not_in_the_audit_log(portal: Client) -> None:
    """Its host is; path and query may hold what only the receiver may know."""
    from jackfield_portal.audit.models import Entry

    portal.post(reverse("events:add"), FORM)
    assert Entry.objects.get(action="subscription.added").detail["host"] == "hooks.example.com"


def test_there_is_an_end_to_webhooks(organization: Organization) -> None:
    """One organization can't have events told to a thousand addresses."""
    for number in range(services.MOST):
        services.add(organization, name=str(number), url="https://hooks.example.com/", types=["import.held"])
    with pytest.raises(PortalError):
        services.add(organization, name="one more", url="https://hooks.example.com/", types=["import.held"])

"""Events are told signed, tried again, noted, and given up in the end; real requests to a real receiver."""

from __future__ import annotations

import base64
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from jackfield_portal.audit.models import Entry
from jackfield_portal.events import delivering, keeping, outbox, services, signing
from jackfield_portal.events.models import Delivery, DeliveryState, Event, Subscription
from jackfield_portal.jobs.models import Job
from jackfield_portal.jobs.services import run_pending

if TYPE_CHECKING:
    from tests.portal.events.receiver import Receiver, Told

pytestmark = pytest.mark.django_db


def signatures(told: Told, *secrets: str) -> list[bool]:
    """Whether each secret has signed what was told, as Standard Webhooks has it."""
    content = f"{told.headers['webhook-id']}.{told.headers['webhook-timestamp']}.".encode() + told.body
    made = [
        base64.b64encode(hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), content, "sha256")).decode()
        for secret in secrets
    ]
    return [f"v1,{one}" in told.headers["webhook-signature"].split() for one in made]


def due_now() -> None:
    """Have whatever waits be due."""
    Job.objects.filter(state="queued").update(not_before=None)


def test_signature_of_the_specification() -> None:
    """The example of Standard Webhooks: the same secret, id, time and body give the same signature."""
    secret, event = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert signing.signature(secret, event, 1614265330, b'{"test": 2432232314}') == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_event_arrives_signed(signed: tuple[Subscription, str], receiver: Receiver) -> None:
    """With its id, its time and a signature of the secret that was shown; the log notes the answer."""
    webhook, secret = signed
    delivery = services.test(webhook)
    run_pending()
    told = receiver.told[0]
    assert told.event == {
        "id": str(delivery.event_id),
        "type": "test",
        "timestamp": delivery.event.at.isoformat(),
        "data": {"subscription": str(webhook.pk)},
    }
    assert (told.headers["webhook-id"], signatures(told, secret)) == (str(delivery.event_id), [True])
    delivery.refresh_from_db()
    assert (delivery.state, [attempt.status for attempt in delivery.attempts.all()]) == ("delivered", [204])


def test_failure_is_tried_again_with_the_same_words(webhook: Subscription, receiver: Receiver) -> None:
    """After a wait, as the same event; what comes of each try is noted."""
    receiver.answers = [500, 503, 200]
    delivery = services.test(webhook)
    for _ in range(3):
        run_pending()
        due_now()
    delivery.refresh_from_db()
    assert [attempt.status for attempt in delivery.attempts.all()] == [500, 503, 200]
    assert (
        len({told.body for told in receiver.told}) == len({told.headers["webhook-id"] for told in receiver.told}) == 1
    )
    webhook.refresh_from_db()
    assert (delivery.state, webhook.failing_since) == (DeliveryState.DELIVERED, None)


def test_waits_grow(webhook: Subscription, receiver: Receiver) -> None:
    """The next try is told, and comes no earlier."""
    receiver.answers = [500]
    delivery = services.test(webhook)
    run_pending()
    assert run_pending() == 0
    delivery.refresh_from_db()
    assert delivery.next_try is not None
    assert timedelta(seconds=5) < delivery.next_try - timezone.now() <= outbox.WAITS[0]
    assert list(outbox.WAITS) == sorted(outbox.WAITS)


def test_it_is_given_up_in_the_end(webhook: Subscription, receiver: Receiver) -> None:
    """After the last try nothing waits any more; the webhook itself goes on."""
    receiver.answers = [500]
    delivery = services.test(webhook)
    for _ in range(len(outbox.WAITS) + 3):
        run_pending()
        due_now()
    delivery.refresh_from_db()
    webhook.refresh_from_db()
    assert (delivery.state, delivery.tries, delivery.next_try) == ("failed", len(outbox.WAITS) + 1, None)
    assert webhook.active


def test_long_failure_switches_it_off_with_a_notice(webhook: Subscription, receiver: Receiver) -> None:
    """A webhook that has taken nothing for days is told nothing more, and the audit log says so."""
    receiver.answers = [500]
    Subscription.objects.update(failing_since=timezone.now() - delivering.GIVE_UP_AFTER)
    services.test(webhook)
    run_pending()
    webhook.refresh_from_db()
    assert (webhook.active, webhook.disabled is not None) == (False, True)
    assert Entry.objects.latest("pk").action == "subscription.disabled"
    assert not Job.objects.filter(state="queued").exists()


def test_gone_receiver_is_believed(webhook: Subscription, receiver: Receiver) -> None:
    """410 says that nobody wants to hear it any more."""
    receiver.answers = [410]
    services.test(webhook)
    run_pending()
    webhook.refresh_from_db()
    assert not webhook.active


def test_redirect_is_not_followed(webhook: Subscription, receiver: Receiver) -> None:
    """It counts as a failure: an event goes where somebody has said, and nowhere else."""
    receiver.answers = [307]
    delivery = services.test(webhook)
    run_pending()
    assert [attempt.status for attempt in delivery.attempts.all()] == [307]
    assert len(receiver.told) == 1


def test_private_address_is_refused(webhook: Subscription, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless the operator allows the network: nothing is sent, and the log says why."""
    monkeypatch.delenv("JACKFIELD_ALLOWED_NETWORKS")
    delivery = services.test(webhook)
    run_pending()
    assert [attempt.code for attempt in delivery.attempts.all()] == ["address_not_allowed"]
    assert receiver.told == []


def test_old_secret_signs_for_a_day(signed: tuple[Subscription, str], receiver: Receiver) -> None:
    """While a secret is being replaced both sign; after that the new one alone."""
    webhook, old = signed
    new = services.rotate(webhook)
    services.test(webhook)
    run_pending()
    Subscription.objects.update(old_secret_until=timezone.now())
    services.test(webhook)
    run_pending()
    assert [signatures(told, new, old) for told in receiver.told] == [[True, True], [True, False]]


def test_secret_lies_encrypted_and_goes_with_the_webhook(signed: tuple[Subscription, str]) -> None:
    """No row holds it in clear, and none is left when its webhook is deleted."""
    from django.db import connection as database

    from jackfield_portal.vault.models import Secret
    from tests.support.rows import rows

    webhook, secret = signed
    assert [row for row in rows(database) if secret in row or secret.removeprefix("whsec_") in row] == []
    assert keeping.secrets_of(webhook) == (secret,)
    services.delete(webhook)
    assert not Secret.objects.exists()


def test_switched_off_webhook_is_told_nothing(webhook: Subscription, receiver: Receiver) -> None:
    """What waits when it is switched off is given up, and can be told again later."""
    delivery = services.test(webhook)
    services.switch(webhook, active=False)
    run_pending()
    delivery.refresh_from_db()
    assert (receiver.told, delivery.state) == ([], DeliveryState.FAILED)


def test_event_is_told_again_on_demand(webhook: Subscription, receiver: Receiver) -> None:
    """With its own id, after it was delivered or given up; both tries stand in the log."""
    delivery = services.test(webhook)
    run_pending()
    services.redeliver(Delivery.objects.select_related("subscription").get(pk=delivery.pk))
    run_pending()
    assert [told.headers["webhook-id"] for told in receiver.told] == [str(delivery.event_id)] * 2
    assert delivery.attempts.count() == 2


def test_job_that_is_done_twice_tells_once(webhook: Subscription, receiver: Receiver) -> None:
    """What was delivered is not delivered again by a job that comes late."""
    delivery = services.test(webhook)
    run_pending()
    delivering.deliver(str(delivery.pk))
    delivering.deliver("00000000-0000-0000-0000-000000000000")
    assert len(receiver.told) == 1


def test_old_events_go(webhook: Subscription) -> None:
    """With the log of their deliveries, after JACKFIELD_KEEP_DAYS."""
    services.test(webhook)
    assert services.tidy() == 0
    assert services.tidy(timezone.now() + timedelta(days=31)) == 1
    assert not Event.objects.exists()
    assert not Delivery.objects.exists()

"""When a connection breaks, and when it is well again: settled once, told once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jackfield_portal.checks import services as checks
from jackfield_portal.checks import verdicts
from jackfield_portal.checks.models import CheckRun, Turn
from jackfield_portal.checks.turns import turned
from jackfield_portal.connections import services
from jackfield_portal.connections.models import State
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Job, Schedule
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.notices.models import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.connections.models import Connection
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str]]]:
    """What whoever listens has been told, as webhooks would be."""
    told: list[tuple[str, str]] = []

    def hear(*, connection: Connection, turn: Turn, **_: Any) -> None:
        told.append((connection.name, str(turn)))

    turned.connect(hear)
    yield told
    turned.disconnect(hear)


def check_by_itself(connection: Connection, number: int) -> None:
    """What the schedule does, with all that comes of it at once."""
    jobs.enqueue("checks.daily", f"by-itself-{number}", connection=str(connection.pk))
    run_pending()
    connection.refresh_from_db()


def test_told_once_when_it_breaks_and_once_when_it_is_well(
    live: Connection, acme: Acme, heard: list[tuple[str, str]]
) -> None:
    """Three checks that fail are told once, two that pass after them once."""
    for number, status in enumerate((403, 403, 403, 200, 200)):
        acme.server.status = status
        check_by_itself(live, number)
    assert heard == [("Acme", "broke"), ("Acme", "well")]
    assert [notice.title for notice in Notice.objects.all()] == ["Acme is well again", "Acme needs attention"]


def test_told_by_mail_to_each_administrator(
    live: Connection, acme: Acme, settings: SettingsWrapper, onlooker: Client
) -> None:
    """The organization's administrators get a mail with what is wrong and what to do; a read-only member gets none."""
    settings.EMAIL_HOST, settings.JACKFIELD_URL = "mail.example.com", "https://jackfield.example.com/"
    acme.server.status = 403
    check_by_itself(live, 1)
    sent = mail.outbox[0]
    assert (len(mail.outbox), sent.to, sent.subject) == (
        1,
        ["admin@example.com"],
        "Example Ltd: Acme needs attention",
    )
    run = checks.last(live)
    assert run is not None
    assert f"https://jackfield.example.com{reverse('checks:show', args=[run.batch])}" in sent.body
    assert "Ask the CRM's administrator for the right" in sent.body and "token-555" not in sent.body


def test_what_may_pass_is_tried_again_before_anybody_is_called(live: Connection, acme: Acme) -> None:
    """A CRM that is away for a moment turns nothing: the check is tried again, and only then it is said."""
    acme.server.status = 503
    check_by_itself(live, 1)
    assert (live.state, Notice.objects.count()) == (State.LIVE, 0)
    for _ in verdicts.WAITS:
        Job.objects.filter(name=verdicts.AGAIN).update(not_before=None)
        run_pending()
    live.refresh_from_db()
    assert (live.state, Notice.objects.get().kind) == (State.NEEDS_ATTENTION, "broke")


def test_what_has_passed_is_told_to_nobody(live: Connection, acme: Acme) -> None:
    """A CRM that is back at the second try was never broken."""
    acme.server.status = 503
    check_by_itself(live, 1)
    acme.server.status = 200
    Job.objects.filter(name=verdicts.AGAIN).update(not_before=None)
    run_pending()
    live.refresh_from_db()
    assert (live.state, Notice.objects.count(), CheckRun.objects.count()) == (State.LIVE, 0, 3)


def test_by_hand_the_verdict_is_at_once(live: Connection, acme: Acme) -> None:
    """Who looks on sees how it stands now, whatever may pass."""
    acme.server.status = 503
    checks.start_one(live)
    run_pending()
    live.refresh_from_db()
    assert live.state == State.NEEDS_ATTENTION


def test_new_settings_that_fail_turn_nothing(live: Connection, acme: Acme, heard: list[tuple[str, str]]) -> None:
    """A wrong new key breaks nothing, so nobody is told."""
    services.save_settings(live, acme.values(token="wrong-555"))
    checks.start_one(live)
    run_pending()
    assert heard == []


def test_first_pass_is_no_news(live: Connection, heard: list[tuple[str, str]]) -> None:
    """A connection that was never broken cannot be well again."""
    checks.start_one(live)
    run_pending()
    assert (heard, Notice.objects.count()) == ([], 0)


def test_paused_and_deleted_connections_turn_nothing(
    live: Connection, acme: Acme, heard: list[tuple[str, str]]
) -> None:
    """A check that ends after a pause or a deletion is nobody's news."""
    acme.server.status = 403
    for act in (services.pause, services.delete):
        run = CheckRun.objects.create(batch=live.pk, connection=live, version=services.live(live))
        act(live)
        checks.check(str(run.pk))
        services.restore(live)
        services.resume(live)
    assert heard == []


def test_turn_that_is_rolled_back_was_never_told(live: Connection, acme: Acme) -> None:
    """What is written of a turn is there exactly when the turn is."""
    acme.server.status = 403
    run = CheckRun.objects.create(batch=live.pk, connection=live, version=services.live(live))
    with transaction.atomic():
        checks.check(str(run.pk))
        transaction.set_rollback(True)
    live.refresh_from_db()
    assert (Notice.objects.count(), live.state) == (0, State.LIVE)


def test_told_of_an_owner_who_left(live: Connection) -> None:
    """The schedule's check tells once a month that the key's owner is gone, though the key still works."""
    now = timezone.now()
    CrmUser.objects.create(
        connection=live, crm_id="u1", name="Kim Holder", state="inactive", first_seen=now, last_seen=now
    )
    for number in range(3):
        check_by_itself(live, number)
    assert [notice.title for notice in Notice.objects.all()] == ["The owner of the key of Acme has left"]
    Notice.objects.update(made=now - timedelta(days=31))
    check_by_itself(live, 4)
    assert Notice.objects.count() == 2


def test_rounds_are_made_daily() -> None:
    """A worker's start has old checks, notices and deleted connections cleared away each day."""
    for number, name in enumerate(jobs.at_start()):
        jobs.enqueue(name, f"start-{number}")
    run_pending()
    rounds = {"connections.tidy", "checks.tidy", "notices.tidy"}
    assert rounds <= set(Schedule.objects.filter(every=86_400).values_list("task", flat=True))


def test_history_shows_what_was(portal: Client, live: Connection, acme: Acme) -> None:
    """The dialog lists each check with its verdict, its reason, and where the connection broke."""
    acme.server.status = 403
    check_by_itself(live, 1)
    page = portal.get(reverse("checks:history", args=[live.pk]), headers=HTMX).content.decode()
    assert (page.count(">passed<"), page.count("not passed")) == (1, 1)
    assert [text for text in ("Broke here.", "by itself", "by hand", "The CRM refuses this") if text not in page] == []


def test_old_checks_go_but_for_the_last(live: Connection, acme: Acme) -> None:
    """Of checks older than ninety days the last twenty of each connection stay, and the last that turned anything.

    The connection's first check is of today, and stays in any case.
    """
    long_ago = timezone.now() - timedelta(days=100)
    for number in range(25):
        turn = Turn.BROKE if number == 0 else ""
        CheckRun.objects.create(batch=live.pk, connection=live, state="passed", finished=long_ago, turn=turn)
    jobs.enqueue("checks.tidy", "t1")
    run_pending()
    assert (CheckRun.objects.count(), CheckRun.objects.exclude(turn="").count()) == (22, 1)

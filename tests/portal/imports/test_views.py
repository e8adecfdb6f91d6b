"""The import's dialog and the line on the card, as a browser meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from jackfield.errors import error
from jackfield_portal.imports import services
from jackfield_portal.imports.models import CrmUser, ImportRun, RunState
from jackfield_portal.jobs import services as jobs
from tests.portal.imports.books import known_user

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}
POLL = {**HTMX, "HX-Target": "import-run"}


def started(portal: Client, connection: Connection) -> tuple[ImportRun, str]:
    answer = portal.post(reverse("imports:start", args=[connection.pk]), headers=HTMX)
    run = services.latest(connection)
    assert run is not None
    return run, answer.content.decode()


def dialog(portal: Client, run: ImportRun) -> str:
    return portal.get(reverse("imports:run", args=[run.pk]), headers=POLL).content.decode()


def numbers(ledger: Any, *places: int) -> list[Any]:
    return [ledger.person(place) for place in places]


def test_the_dialog_follows_the_import(portal: Client, ledger: Any, connection: Connection) -> None:
    """It shows a bar while it is under way, and then what came out."""
    ledger.BOOK.pages = [numbers(ledger, 1, 2)]
    known_user(connection, 1)
    run, begun = started(portal, connection)
    jobs.run_pending()
    ended = dialog(portal, run)
    assert ("<progress" in begun, "every 2s" in begun) == (True, True)
    assert ("The users are imported." in ended, "every 2s" in ended) == (True, False)


def test_the_bar_knows_the_total(portal: Client, connection: Connection) -> None:
    """Where the CRM tells how many users there are, the bar tells how far one is."""
    run, _begun = started(portal, connection)
    ImportRun.objects.update(state=RunState.RUNNING, done=30, total=120)
    page = dialog(portal, run)
    assert ('value="25"' in page, "30 of 120 users read." in page) == (True, True)


def test_a_failure_shows_cause_and_remedy(portal: Client, ledger: Any, connection: Connection) -> None:
    """What went wrong and what to do stand in the dialog."""
    ledger.BOOK.pages = [error("quota_exhausted", "The day's quota is used up.", remedy="Wait until midnight.")]
    run, _begun = started(portal, connection)
    jobs.run_pending()
    page = dialog(portal, run)
    assert ("quota is used up." in page, "Wait until midnight." in page) == (True, True)


def test_a_held_import_is_previewed_and_decided(portal: Client, ledger: Any, connection: Connection) -> None:
    """Who would go is named, and nothing happens without the word."""
    ledger.BOOK.pages = [numbers(ledger, 1, 2, 3)]
    services.run_now(connection)
    ledger.BOOK.pages = [numbers(ledger, 1)]
    page = dialog(portal, services.run_now(connection))
    held = services.latest(connection)
    assert held is not None
    decided = portal.post(reverse("imports:decide", args=[held.pk]), {"word": "apply"}, headers=HTMX)
    assert [word in page for word in ("User 2", "Apply anyway", "Keep what we have")] == [True, True, True]
    assert (decided.status_code, CrmUser.objects.filter(gone_at=None).count()) == (200, 1)


@pytest.mark.parametrize("word", ["", "perhaps"])
def test_no_word_is_no_decision(portal: Client, ledger: Any, connection: Connection, word: str) -> None:
    """A decision that is none gets a sentence and changes nothing."""
    run = services.run_now(connection)
    answer = portal.post(reverse("imports:decide", args=[run.pk]), {"word": word}, headers=HTMX)
    run.refresh_from_db()
    assert (answer.status_code, run.state) == (422, RunState.HELD)


def test_an_import_can_be_cancelled(portal: Client, ledger: Any, connection: Connection) -> None:
    """The button stops the run and its job."""
    ledger.BOOK.pages = [numbers(ledger, 1, 2)]
    run, _begun = started(portal, connection)
    portal.post(reverse("imports:cancel", args=[run.pk]), headers=HTMX)
    jobs.run_pending()
    run.refresh_from_db()
    assert (run.state, CrmUser.objects.count()) == (RunState.CANCELLED, 0)


def test_a_draft_says_what_comes_first(portal: Client, connection: Connection) -> None:
    """An import before the check is refused in words."""
    type(connection).objects.update(state="draft")
    answer = portal.post(reverse("imports:start", args=[connection.pk]), headers=HTMX)
    assert "Run its Systems Check" in answer.content.decode()


def test_without_the_script_the_import_has_a_page(portal: Client, connection: Connection) -> None:
    """A plain form leads to a plain page."""
    answer = portal.post(reverse("imports:start", args=[connection.pk]), follow=True)
    assert (answer.status_code, "<progress" in answer.content.decode()) == (200, True)


def test_the_card_tells_of_the_last_import(portal: Client, ledger: Any, connection: Connection) -> None:
    """Counts stand on the card."""
    ledger.BOOK.pages = [numbers(ledger, 1, 2)]
    services.run_now(connection)
    page = portal.get(reverse("imports:status", args=[connection.pk])).content.decode()
    assert "2 new, 0 changed, 0 unchanged, 0 inactive, 0 gone." in page


@pytest.mark.parametrize("name", ["start", "decide", "cancel"])
def test_a_reader_cannot_change(onlooker: Client, ledger: Any, connection: Connection, name: str) -> None:
    """A read-only member may look at imports only."""
    run = services.run_now(connection)
    key = connection.pk if name == "start" else run.pk
    answer = onlooker.post(reverse(f"imports:{name}", args=[key]), {"word": "apply"})
    assert (answer.status_code, ImportRun.objects.count()) == (403, 1)


@pytest.mark.parametrize("name", ["start", "decide", "cancel", "run", "status"])
def test_a_stranger_finds_nothing(stranger: Client, ledger: Any, connection: Connection, name: str) -> None:
    """Another organization's imports do not exist for him."""
    run = services.run_now(connection)
    key = connection.pk if name in {"start", "status"} else run.pk
    ask = stranger.get if name in {"run", "status"} else stranger.post
    assert ask(reverse(f"imports:{name}", args=[key])).status_code == 404

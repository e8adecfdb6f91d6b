"""A link by which somebody without an account enters a connection's secrets."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jackfield_portal.checks import services as checks
from jackfield_portal.connections import guesses, links, services
from jackfield_portal.connections.models import SecretLink, State
from jackfield_portal.jobs.services import enqueue, run_pending
from jackfield_portal.notices.models import Notice
from tests.support.rows import rows

if TYPE_CHECKING:
    from django.http import HttpResponse

    from jackfield_portal.connections.models import Connection
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SECRET = "token-555-0100"


def asked_for(portal: Client, connection: Connection, acme: Acme, **other: str) -> HttpResponse:
    """The answer to an administrator who wants a link."""
    given = {"token": "", "server": acme.url, "pages": acme.url, **other}
    return portal.post(reverse("connections:make-link", args=[connection.pk]), given, headers=HTMX)


@pytest.fixture
def address(portal: Client, connection: Connection, acme: Acme) -> str:
    """The path of a link that was just made."""
    page = asked_for(portal, connection, acme).content.decode()
    found = re.search(r"http://testserver(/connections/enter/[^<\s]+)", page)
    assert found, page
    return found[1]


@pytest.fixture
def visitor() -> Client:
    """A browser in which nobody has signed in, and which shows no mark of ours with its forms."""
    return Client(enforce_csrf_checks=True)


def test_secret_is_entered_without_an_account(visitor: Client, address: str, connection: Connection) -> None:
    """Who has the link enters the secret; it becomes what the administrator's check puts to use."""
    assert visitor.post(address, {"token": SECRET}).status_code == 200
    connection.refresh_from_db()
    assert (connection.state, services.stored_secrets(connection)) == (State.DRAFT, {"token"})
    checks.start_one(connection)
    run_pending()
    connection.refresh_from_db()
    assert connection.state == State.LIVE


def test_page_shows_the_secret_fields_only(visitor: Client, address: str, acme: Acme) -> None:
    """The page has the secret fields, the instructions and where it all goes, and no other setting."""
    page = visitor.get(address).content.decode()
    names = re.findall(r'<input[^>]* name="(\w+)"', page)
    assert (names, "Open <strong>Profile</strong>" in page, acme.host in page) == (["token", "extra"], True, True)
    assert "Administration" not in page


def test_other_fields_are_not_taken(visitor: Client, address: str, connection: Connection, acme: Acme) -> None:
    """Whatever else is posted changes nothing: the secret goes where the administrator has said."""
    visitor.post(address, {"token": SECRET, "server": "https://evil.example.net/", "name": "Mine"})
    version = services.candidate(connection)
    assert version is not None and (version.host, version.values["server"]) == (acme.host, acme.url)


def test_works_once(visitor: Client, address: str) -> None:
    """A used link opens nothing any more."""
    visitor.post(address, {"token": SECRET})
    for answer in (visitor.get(address), visitor.post(address, {"token": "other-555"})):
        assert (answer.status_code, "not valid any more" in answer.content.decode()) == (403, True)


def test_works_for_half_an_hour(visitor: Client, address: str, connection: Connection) -> None:
    """An old link opens nothing, and keeps nothing."""
    link = SecretLink.objects.get()
    assert link.expires - link.made <= timedelta(minutes=30)
    SecretLink.objects.update(expires=timezone.now())
    assert visitor.post(address, {"token": SECRET}).status_code == 403
    assert services.newest(connection) is None


def test_another_word_opens_nothing(visitor: Client, address: str, connection: Connection) -> None:
    """A link's id without its word is nothing, nor is the word of another link."""
    word = address.rstrip("/").rpartition("/")[2]
    for token in (word[:-1], word.swapcase(), "x", "0" * 64, SecretLink.objects.get().token_hash):
        guess = reverse("connections:enter", args=[SecretLink.objects.get().pk, token])
        assert visitor.post(guess, {"token": SECRET}).status_code == 403
    assert services.newest(connection) is None


def test_word_is_kept_nowhere(address: str) -> None:
    """The database holds a hash, so who reads it can open no link."""
    word = address.rstrip("/").rpartition("/")[2]
    assert word not in "\n".join(rows(database))


def test_blank_secret_does_not_use_it_up(visitor: Client, address: str) -> None:
    """A blank is refused beside its field, and the link works on; nothing that was entered comes back."""
    answer = visitor.post(address, {"token": "", "extra": "sesame-555"})
    page = answer.content.decode()
    assert (answer.status_code, 'id="id_token_error"' in page, "sesame-555" in page) == (422, True, False)
    assert visitor.post(address, {"token": SECRET}).status_code == 200


def test_secret_is_in_no_answer(visitor: Client, portal: Client, address: str, connection: Connection) -> None:
    """Neither who entered it nor the administrator is ever shown it."""
    answers = [visitor.post(address, {"token": SECRET}), visitor.get(address)]
    answers += [portal.get(reverse("connections:settings", args=[connection.pk])), portal.get(reverse("web:manage"))]
    assert [answer for answer in answers if SECRET in f"{answer.headers} {answer.content.decode()}"] == []


def test_page_is_secluded(visitor: Client, address: str) -> None:
    """In no cache, in no search engine, and its address is told to no other site."""
    for answer in (visitor.get(address), visitor.get(f"{address[:-2]}x/"), visitor.post(address, {"token": SECRET})):
        said = (answer["Cache-Control"], answer["X-Robots-Tag"], answer["Referrer-Policy"])
        assert said == ("no-store", "noindex, nofollow, noarchive", "no-referrer")


def test_guesses_are_braked(visitor: Client, address: str) -> None:
    """After many links that did not open, even the right one has to wait."""
    guess = reverse("connections:enter", args=[SecretLink.objects.get().pk, "guess"])
    seen = [visitor.get(guess).status_code for _ in range(guesses.MOST + 1)]
    assert (set(seen[:-1]), seen[-1], visitor.get(address).status_code) == ({403}, 429, 429)
    cache.clear()
    assert visitor.get(address).status_code == 200


def test_new_link_ends_the_old_one(
    portal: Client, visitor: Client, address: str, connection: Connection, acme: Acme
) -> None:
    """There is one link at a time."""
    asked_for(portal, connection, acme)
    assert visitor.get(address).status_code == 403


def test_saved_settings_end_the_link(visitor: Client, address: str, connection: Connection, acme: Acme) -> None:
    """A link does not undo what was saved after it."""
    services.save_settings(connection, acme.values(pages=f"{acme.url}records/"))
    assert visitor.post(address, {"token": "late-555"}).status_code == 403


def test_deleted_connection_takes_its_link_along(visitor: Client, address: str, connection: Connection) -> None:
    """A link to a connection that was deleted opens nothing, not even after it was restored."""
    services.delete(connection)
    first = visitor.get(address).status_code
    services.restore(connection)
    assert (first, visitor.get(address).status_code) == (403, 403)


def test_wrong_settings_get_no_link(portal: Client, connection: Connection, acme: Acme) -> None:
    """What only the administrator can correct is asked of him, before anybody else is."""
    answer = asked_for(portal, connection, acme, server="ftp://example.com/")
    assert (answer.status_code, 'id="id_server_error"' in answer.content.decode()) == (422, True)
    assert SecretLink.objects.count() == 0


def test_draft_keeps_what_the_link_was_made_with(portal: Client, address: str, connection: Connection) -> None:
    """The other settings are found again in the form."""
    page = portal.get(reverse("connections:settings", args=[connection.pk]), headers=HTMX).content.decode()
    assert "You find what was entered here before" in page


def test_new_secret_of_a_live_connection_waits_for_its_check(
    portal: Client, visitor: Client, live: Connection, acme: Acme
) -> None:
    """What somebody enters for a connection in use is a candidate: nothing breaks by it."""
    before = services.live(live)
    page = asked_for(portal, live, acme).content.decode()
    found = re.search(r"http://testserver(/connections/enter/[^<\s]+)", page)
    assert found and visitor.post(found[1], {"token": "other-555"}).status_code == 200
    assert (services.live(live), services.candidate(live) is not None) == (before, True)


def test_administrator_is_told(visitor: Client, address: str, connection: Connection) -> None:
    """Once it was used, the organization is told, without the secret."""
    visitor.post(address, {"token": SECRET})
    notice = Notice.objects.get()
    assert (notice.organization, "of Acme was entered" in notice.title) == (connection.organization, True)
    assert SECRET not in f"{notice.title} {notice.text}"


def test_old_links_are_cleared_away(address: str) -> None:
    """The daily round takes what opens nothing any more, a day later."""
    for days, left in ((0, 1), (2, 0)):
        SecretLink.objects.update(expires=timezone.now() - timedelta(days=days))
        enqueue("connections.tidy", f"tidy-{days}")
        run_pending()
        assert SecretLink.objects.count() == left


def test_used_at_once_by_two_counts_once(connection: Connection, acme: Acme) -> None:
    """Of two who have opened it, the second is told, and changes nothing."""
    made = links.make(connection, {"server": acme.url, "pages": acme.url})
    first, second = (links.opened(made.link.pk, made.token) for _ in range(2))
    assert first is not None and second is not None
    links.enter(first, {"token": SECRET})
    with pytest.raises(Exception, match="used already"):
        links.enter(second, {"token": "second-555"})

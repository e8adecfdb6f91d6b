from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from jackfield_portal.organizations.models import User

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Membership

pytestmark = pytest.mark.django_db


def test_page_has_its_sections_to_the_letter(portal: Client) -> None:
    """The three sections, the plus, the check and Save are called what the set-up article calls them."""
    page = portal.get(reverse("web:manage")).content.decode()
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", page)
    assert headings[:3] == ["Connected Account and CRM Settings", "Jackfield Administration", "CRM User Mappings"]
    parts = ('aria-label="Add New CRM Platform"', ">Systems Check</a>", 'form="mapping-form">Save</button>')
    assert [part for part in parts if part not in page] == []


def test_menu_leads_to_manage_organization(portal: Client) -> None:
    """The menu Administration holds Manage Organization."""
    page = portal.get(reverse("web:manage")).content.decode()
    assert "<summary>Administration</summary>" in page
    assert f'<a href="{reverse("web:manage")}">Manage Organization</a>' in page


def test_card_tells_how_a_connection_stands(portal: Client, live: Connection) -> None:
    """A card shows name, platform, state, whose key it is, and the last check."""
    page = portal.get(reverse("web:cards")).content.decode()
    texts = ("Acme", "Live", "In use.", "Acme Ltd, key of Kim Holder (owner)", "passed, ")
    assert [text for text in texts if text not in page] == []


def test_card_of_an_uninstalled_connector_says_so(portal: Client, live: Connection) -> None:
    """A connection whose connector is gone stays on the page and says what has happened."""
    live.platform = "gone"
    live.save()
    assert "connector is not installed" in portal.get(reverse("web:manage")).content.decode()


def test_onlooker_sees_no_buttons(onlooker: Client, live: Connection) -> None:
    """A read-only member sees the connections, and nothing that changes them."""
    page = onlooker.get(reverse("web:manage")).content.decode()
    assert [
        word for word in ("Add New CRM Platform", "Edit settings", ">Delete<", 'form="mapping-form"') if word in page
    ] == []


def test_connections_of_others_are_not_shown(stranger: Client, live: Connection) -> None:
    """An organization sees its own connections only."""
    assert "Kim Holder" not in stranger.get(reverse("web:manage")).content.decode()


def test_page_needs_a_sign_in(client: Client) -> None:
    """Whoever is not signed in is asked to."""
    assert client.get(reverse("web:manage"))["Location"] == "/sign-in/?next=/organization/"


def test_user_without_an_organization_is_told_so(client: Client) -> None:
    """A user who belongs nowhere gets a sentence, not an error."""
    client.force_login(User.objects.create_user("alone@example.com", "x", name="Al Alone"))
    answer = client.get(reverse("web:manage"))
    assert (answer.status_code, "You do not belong to an organization yet" in answer.content.decode()) == (403, True)


def test_missing_page_is_told_in_words(portal: Client) -> None:
    """An address that leads nowhere gets a sentence."""
    answer = portal.get("/nothing/here/")
    assert (answer.status_code, "There is nothing at this address" in answer.content.decode()) == (404, True)


def test_mistake_is_told_without_a_trace(administrator: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake inside the portal shows a plain page, and neither trace nor text of the mistake."""

    def fail(*_: object) -> None:
        raise ValueError("sesame-555")

    monkeypatch.setattr("jackfield_portal.web.pages.cards_of", fail)
    browser = Client(raise_request_exception=False)
    browser.force_login(administrator.user)
    answer = browser.get(reverse("web:manage"))
    page = answer.content.decode()
    assert (answer.status_code, "The portal made a mistake" in page, "sesame" in page) == (500, True, False)


def test_form_from_elsewhere_is_refused_in_words(administrator: Membership) -> None:
    """A form without the portal's own mark is refused, and says what to do."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(administrator.user)
    answer = browser.post(reverse("connections:add"), {"platform": "acme"})
    assert (answer.status_code, "This form is out of date" in answer.content.decode()) == (403, True)


def test_unknown_host_is_refused(portal: Client) -> None:
    """A request for a host that is not the portal's is refused in words."""
    answer = portal.get(reverse("web:manage"), headers={"host": "evil.example.com"})
    assert (answer.status_code, "could not be understood" in answer.content.decode()) == (400, True)


def test_policy_allows_nothing_from_outside(portal: Client) -> None:
    """The page's policy names no other host and no inline code."""
    policy = portal.get(reverse("web:manage"))["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert [word for word in ("unsafe", "http:", "https:", "*") if word in policy] == []


def test_page_loads_nothing_from_outside(portal: Client, live: Connection) -> None:
    """Every script, style, image and frame of the page is the portal's own, and none stands inside the page."""
    page = portal.get(reverse("web:manage")).content.decode()
    assert [
        url for url in re.findall(r'(?:src|srcset|<link[^>]*href)="([^"]+)"', page) if not url.startswith("/")
    ] == []
    assert re.findall(r"<style|<script(?![^>]*src=)|\sstyle=|\son[a-z]+=", page) == []


@pytest.mark.parametrize("name", ["portal.css", "portal.js", "pico/pico.min.css", "jackfield.svg"])
def test_files_are_served_without_a_collecting_step(client: Client, name: str) -> None:
    """The portal's process serves its own files."""
    assert client.get(f"/static/web/{name}").status_code == 200

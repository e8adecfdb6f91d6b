from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from jackfield_portal import settings as settings_module
from jackfield_portal.environment import choice
from jackfield_portal.errors import PortalError
from jackfield_portal.web.views import broken
from tests.portal.conftest import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import RequestFactory
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.organizations.models import Membership

pytestmark = pytest.mark.django_db

SIGN_IN = {"en": "<h1>Sign in</h1>", "de": "<h1>Anmelden</h1>"}


def choose(browser: Client, language: str) -> None:
    address = reverse("organizations:language")
    assert browser.post(address, {"language": language, "next": "/sign-in/"}).url == "/sign-in/"


def language_of(browser: Client, path: str = "/account/", **headers: str) -> str:
    page = browser.get(path, headers=headers).content.decode()
    return page.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(("asked", "language"), [("de", "de"), ("de-AT,en;q=0.5", "de"), ("fr", "en"), ("en", "en")])
def test_browser_is_answered_in_the_language_it_asks_for(client: Client, asked: str, language: str) -> None:
    """A page is in the language of Accept-Language, says so, and in English where the portal does not speak that."""
    page = client.get(reverse("organizations:sign-in"), headers={"accept-language": asked})
    assert SIGN_IN[language] in page.content.decode()
    assert (f'<html lang="{language}">' in page.content.decode(), page["Content-Language"]) == (True, language)


def test_deployment_says_the_language_of_whoever_says_none(client: Client, settings: SettingsWrapper) -> None:
    """Without a wish the page is in the deployment's language; one that the browser has goes before it."""
    settings.LANGUAGE_CODE = "de"
    assert (language_of(client, "/sign-in/"), language_of(client, "/sign-in/", **{"accept-language": "en"})) == (
        "de",
        "en",
    )


@pytest.mark.parametrize("path", ["/sign-in/", "/nothing-here/", "/account/"])
def test_pages_vary_by_what_decides_their_language(portal: Client, client: Client, path: str) -> None:
    """No cache between may give a page to whoever has another cookie or another wish."""
    for browser in (portal, Client()):
        varies = {name.strip().lower() for name in browser.get(path, follow=True)["Vary"].split(",")}
        assert {"accept-language", "cookie"} <= varies


def test_choice_before_signing_in_becomes_the_persons(client: Client, administrator: Membership) -> None:
    """What is chosen on the page for signing in is the person's own from then on, in other browsers, too."""
    choose(client, "de")
    assert language_of(client, "/sign-in/") == "de"
    client.post(reverse("organizations:sign-in"), {"username": administrator.user.email, "password": PASSWORD})
    elsewhere = Client()
    elsewhere.force_login(administrator.user)
    assert (language_of(client), language_of(elsewhere, **{"accept-language": "en"})) == ("de", "de")


def test_persons_choice_goes_before_another_ones_cookie(client: Client, administrator: Membership) -> None:
    """Where somebody else has chosen in this browser, and signed out, a person who has chosen keeps his language."""
    administrator.user.language = "en"
    administrator.user.save()
    choose(client, "de")
    client.force_login(administrator.user)
    assert language_of(client) == "en"


def test_choice_is_taken_back_on_the_account_page(portal: Client) -> None:
    """The account page leaves the language to the browser again."""
    choose(portal, "de")
    assert "Wie der Browser fragt" in portal.get("/account/").content.decode()
    choose(portal, "")
    assert "As the browser asks" not in portal.get("/account/").content.decode()
    assert language_of(portal) == "en"


@pytest.mark.parametrize("language", ["xx", "../de", "de-x"])
def test_unknown_language_changes_nothing(portal: Client, administrator: Membership, language: str) -> None:
    """A language that the portal does not speak is not kept."""
    choose(portal, language)
    administrator.user.refresh_from_db()
    assert administrator.user.language == ""


def test_page_of_a_mistake_speaks_the_readers_language(rf: RequestFactory) -> None:
    """The page that needs no database says its language, too."""
    with translation.override("de"):
        page = broken(rf.get("/")).content.decode()
    assert ('<html lang="de">' in page, "<h1>Etwas ist schiefgegangen</h1>" in page) == (True, True)


@pytest.mark.parametrize("asked", ["en", "de"])
def test_languages_are_offered_by_their_own_names(client: Client, asked: str) -> None:
    """Whoever does not read the page finds his language all the same; the page's own is marked."""
    page = client.get("/sign-in/", headers={"accept-language": asked}).content.decode()
    found = re.findall(r'<button[^>]* lang="(..)"( aria-current="true")?>(\w+)<', page)
    assert [(code, name) for code, _marked, name in found] == [("en", "English"), ("de", "Deutsch")]
    assert [code for code, marked, _name in found if marked] == [asked]


def test_language_is_chosen_by_a_form_alone(client: Client) -> None:
    """A link from elsewhere cannot change it, and the way back stays within the portal."""
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("organizations:language"), {"language": "de"}).status_code == 403
    answer = client.post(reverse("organizations:language"), {"language": "de", "next": "https://evil.example.com/"})
    assert (client.get(reverse("organizations:language")).status_code, answer["Location"]) == (405, "/")


def test_person_is_read_once(portal: Client) -> None:
    """His language costs no question of its own; whoever has no session is not looked for."""
    with CaptureQueriesContext(connection) as asked:
        portal.get("/organization/")
    assert sum('FROM "organizations_user" WHERE' in query["sql"] for query in asked) == 1
    with CaptureQueriesContext(connection) as asked:
        Client().get("/nothing-here/")
    assert len(asked) == 0


_SAYS = """
import threading
from jackfield_portal.commands.{module} import {prepare}
{prepare}()
from django.utils.translation import gettext
job = threading.Thread(target=lambda: print(gettext("Save")))
job.start()
job.join()
print(gettext("Save"))
"""


@pytest.mark.parametrize(("module", "prepare"), [("serve", "prepare_portal"), ("importing", "prepare")])
def test_command_line_speaks_english(tmp_path: Path, module: str, prepare: str) -> None:
    """Where the deployment speaks German its commands do not, while the jobs beside them do."""
    environment = {**os.environ, "JACKFIELD_HOME": str(tmp_path), "JACKFIELD_LANGUAGE": "de"}
    environment = {name: value for name, value in environment.items() if name != "DJANGO_SETTINGS_MODULE"}
    program = _SAYS.format(module=module, prepare=prepare)
    for _first_and_second_time in range(2):  # the second time the database is there, and less is loaded
        told = subprocess.check_output([sys.executable, "-c", program], env=environment, text=True)  # noqa: S603
        assert told.split() == ["Speichern", "Save"]


def test_language_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment's language that the portal does not speak is refused by the variable's name."""
    monkeypatch.setenv("JACKFIELD_LANGUAGE", "fr")
    with pytest.raises(PortalError, match="JACKFIELD_LANGUAGE is none of en, de"):
        choice("JACKFIELD_LANGUAGE", *dict(settings_module.LANGUAGES))

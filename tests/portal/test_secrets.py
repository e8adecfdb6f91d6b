"""A secret is nowhere but in the vault: not in pages, headers, logs, jobs or files, whatever went wrong on its way."""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from django.db import connection as database
from django.test import Client
from django.urls import reverse

from jackfield_portal.checks import services as checks
from jackfield_portal.connections import services
from jackfield_portal.connections.instructions import as_html
from jackfield_portal.imports import services as imports
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.web.logs import OneLine
from tests.portal.conftest import ON_POSTGRESQL, PASSWORD
from tests.support.rows import rows

if TYPE_CHECKING:
    from pathlib import Path

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Membership
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db

GOOD, WRONG, EXTRA = "token-555-0100", "sesame/555+wrong=", "extra sesame 555"
SPELLINGS = [
    spelt
    for secret in (GOOD, WRONG, EXTRA)
    for spelt in (secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode().rstrip("="))
]


@pytest.fixture(params=["", "on"], ids=["plain", "debug"])
def _debug(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACKFIELD_DEBUG", request.param)


@pytest.fixture
def browser(administrator: Membership) -> Client:
    """A browser that is shown the portal's own page for its mistakes."""
    client = Client(raise_request_exception=False)
    client.force_login(administrator.user)
    return client


def walk(browser: Client, connection: Connection, acme: Acme) -> list[str]:
    """The journey, with what goes wrong on it; all that was sent back."""
    settings = reverse("connections:settings", args=[connection.id])
    answers = []
    for token, extra, server in (
        (GOOD, EXTRA, "not an address"),
        (GOOD, EXTRA, acme.url),
        (WRONG, "", acme.url),
        ("", "", "https://elsewhere.example.com/"),
    ):
        given = {"token": token, "extra": extra, "server": server, "pages": server}
        answers += [browser.post(settings, given, headers=headers) for headers in ({}, {"HX-Request": "true"})]
        answers.append(browser.post(reverse("connections:repair", args=[connection.id]) + "?field=server", given))
        run = checks.start_one(connection) if services.newest(connection) else None
        connection.refresh_from_db()
        if services.live(connection):
            imports.start(connection)
        run_pending()
        pages = [settings, reverse("web:manage"), reverse("web:cards")]
        pages += [reverse("checks:show", args=[run.batch])] if run else []
        pages += [reverse("imports:run", args=[found.pk]) for found in connection.import_runs.all()]
        answers += [browser.get(page) for page in pages]
    return [f"{answer.headers} {answer.cookies} {answer.content.decode()}" for answer in answers]


@pytest.mark.usefixtures("_debug")
def test_no_secret_leaves_the_vault(
    browser: Client, connection: Connection, acme: Acme, caplog: pytest.LogCaptureFixture
) -> None:
    """Good, wrong and kept secrets are in no page, header, cookie, row or log line, in no spelling."""
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(OneLine())
    sent = walk(browser, connection, acme)
    places = {"pages": "\n".join(sent), "rows": "\n".join(rows(database)), "log": caplog.text}
    assert "connections_settingsversion" in places["rows"]
    assert [(place, spelt) for place, text in places.items() for spelt in SPELLINGS if spelt in text] == []
    assert GOOD in acme.server.seen[0]


@pytest.mark.usefixtures("_debug")
@pytest.mark.parametrize(
    "where", ["vault.services.put", "connections.services.save_settings", "connections.views._tell"]
)
def test_no_secret_in_a_mistake(
    browser: Client,
    connection: Connection,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
) -> None:
    """A mistake in the midst of saving shows no secret in its page or its line in the log."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nothing to see")

    monkeypatch.setattr(f"jackfield_portal.{where}", fail)
    caplog.handler.setFormatter(OneLine())
    given = {"token": GOOD, "extra": EXTRA, "server": "https://acme.example.com/"}
    answer = browser.post(reverse("connections:settings", args=[connection.id]), given)
    told = answer.content.decode() + caplog.text
    assert (answer.status_code, "ZeroDivisionError" in caplog.text) == (500, True)
    assert [spelt for spelt in SPELLINGS if spelt in told] == []


@pytest.mark.skipif(ON_POSTGRESQL, reason="reads the files of SQLite; the rows are read by another test")
@pytest.mark.django_db(transaction=True)
def test_no_secret_in_any_file(live: Connection, acme: Acme, tmp_path: Path) -> None:
    """The bytes of the database's files, with what was deleted and what is still to be written into them, hold none."""
    services.save_settings(live, acme.values(extra=EXTRA, token=WRONG))
    services.save_settings(live, acme.values(token="another"))
    folder = type(tmp_path)(str(database.settings_dict["NAME"])).parent
    files = {path.name: path.read_bytes() for path in folder.glob("test.sqlite3*")}
    assert any(b"connections_settingsversion" in content for content in files.values())
    assert [(name, spelt) for name, content in files.items() for spelt in SPELLINGS if spelt.encode() in content] == []


def test_password_and_session_are_not_in_the_log(
    administrator: Membership, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake while somebody signs in tells his password to nobody."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("jackfield_portal.organizations.brake.passed", fail)
    client = Client(raise_request_exception=False)
    given = {"username": "admin@example.com", "password": PASSWORD}
    answer = client.post(reverse("organizations:sign-in"), given)
    assert (answer.status_code, PASSWORD in answer.content.decode() + caplog.text) == (500, False)


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt:alert(1))",
        "[click](&#106;avascript:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "[click](vbscript:x)",
        "<javascript:alert(1)>",
        "![x](https://evil.example.com/pixel.png)",
        '[x](https://example.com/ "\\" onmouseover=alert(1) x=\\"")',
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_instructions_bring_no_code(markdown: str) -> None:
    """Whatever a connector writes as instructions, it becomes text and links to web pages, and loads nothing."""
    drawn = as_html(markdown)
    tags = {part.split(">")[0].split()[0].strip("/") for part in drawn.split("<")[1:]}
    assert tags <= {"p", "a"}
    assert [
        word for word in ('href="javascript', 'href="data', 'href="vbscript', "<img", '" onm') if word in drawn.lower()
    ] == []

"""Mails that leave the portal, taken by a mail server on loopback."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from jackfield_portal import mail
from jackfield_portal.environment import choice, table
from jackfield_portal.errors import PortalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper


class _Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as it takes to be given a mail."""

    def handle(self) -> None:
        self.say("220 mail.example.com")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.say("354 go on")
                self.server.taken.append(self.text())  # type: ignore[attr-defined]
            refused = word == b"RCPT" and b"nobody@" in line
            self.say("550 unknown" if refused else "221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return

    def text(self) -> str:
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(lines).decode()

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """Its port, and the mails that it has taken."""
    taken: list[str] = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp) as server:
        server.taken = taken  # type: ignore[attr-defined]
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server.server_address[1], taken
        server.shutdown()
        thread.join()


@pytest.fixture
def smtp(settings: SettingsWrapper) -> Iterator[list[str]]:
    """A portal with a mail server; the mails that this has taken."""
    with mail_server() as (port, taken):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
        settings.DEFAULT_FROM_EMAIL = "Jackfield <jackfield@example.com>"
        yield taken


def test_mail_is_taken_by_the_server(smtp: list[str]) -> None:
    """A mail goes out with its sender, receiver, subject and text."""
    assert mail.sent("Hello", "Some text", "ada@example.com")
    words = ("From: Jackfield <jackfield@example.com>", "To: ada@example.com", "Subject: Hello", "Some text")
    assert [word for word in words if word not in smtp[0]] == []


def test_refused_mail_is_told_without_its_text(smtp: list[str], caplog: pytest.LogCaptureFixture) -> None:
    """What the server refuses, and a subject of two lines, is no success; the log says so without the mail."""
    assert not mail.sent("Hello", "sesame-555", "nobody@example.com")
    assert not mail.sent("Hello\nBcc: all@example.com", "sesame-555", "ada@example.com")
    assert (smtp, "could not be sent" in caplog.text, "sesame" in caplog.text) == ([], True, False)


@pytest.mark.parametrize("text", ["{", "[]", '{"basic": 5}'])
def test_plan_table_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A plan table that is not JSON, or no table of tables, is refused at the start, by the variable's name."""
    monkeypatch.setenv("JACKFIELD_PLANS", text)
    with pytest.raises(PortalError, match="JACKFIELD_PLANS is not a table"):
        table("JACKFIELD_PLANS")


def test_plan_table_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is read as JSON; without one there is none."""
    assert table("JACKFIELD_PLANS") == {}
    monkeypatch.setenv("JACKFIELD_PLANS", '{"basic": {"platforms": []}}')
    assert table("JACKFIELD_PLANS") == {"basic": {"platforms": []}}


def test_word_that_is_none_of_them_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that knows some words takes no other."""
    assert choice("JACKFIELD_SECOND_FACTOR", "nobody", "everybody") == "nobody"
    monkeypatch.setenv("JACKFIELD_SECOND_FACTOR", "all")
    with pytest.raises(PortalError, match="JACKFIELD_SECOND_FACTOR is none of nobody, everybody"):
        choice("JACKFIELD_SECOND_FACTOR", "nobody", "everybody")

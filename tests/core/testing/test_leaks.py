"""The leak gate: what it finds, in which line, and that it never tells what it found."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from jackfield.http import Redactor
from jackfield.testing.leaks import Leak, leaks_in, leaks_in_text
from tests.core.testing import spool

if TYPE_CHECKING:
    from pathlib import Path

KEY = 's3cret/+"of 5550-Example'
USER = "acme+public-5550"
PAIR = base64.b64encode(f"{USER}:{KEY}".encode()).decode()
#: Put together at run time, so that no scanner takes this file for a leak.
JWT = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{"alg":"none"}', b'{"sub":"5550"}', b"-")
)


def kinds(text: str, *, numbers: bool = False, secrets: tuple[str, ...] = (KEY,)) -> list[str]:
    """What the gate finds in a body."""
    return [
        leak.what for leak in leaks_in_text(f"body: {json.dumps(text)}\n", "t.yaml", Redactor(secrets), numbers=numbers)
    ]


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        KEY.upper(),
        quote(KEY),
        quote(KEY, safe=""),
        quote(quote(KEY, safe=""), safe=""),
        json.dumps({"echo": KEY}),
        json.dumps(json.dumps({"echo": KEY})),
        "".join(f"\\u{ord(letter):04x}" for letter in KEY),
        KEY.replace('"', "&quot;"),
        PAIR,
        base64.urlsafe_b64encode(f"x{USER}:{KEY}".encode()).decode(),
        quote(PAIR, safe=""),
        base64.b64encode(quote(KEY, safe="").encode()).decode(),
    ],
)
def test_secret_is_found_in_every_form(text: str) -> None:
    """Plain, in other case, quoted for a URL, escaped for JSON or HTML, in base64, and one inside the other."""
    assert "a secret of the settings" in kinds(f"It was {text} that was sent.")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"Basic {PAIR}", "credentials of the kind Basic"),
        ("Bearer abcdef0123456789", "credentials of the kind Bearer"),
        (f"It is {JWT}.", "a JSON Web Token"),
        ("Authorization: x", "an Authorization header"),
        ("Set-Cookie: a=b", "a cookie"),
        ("JSESSIONID=0123456789AB", "a cookie"),
        ("https://user:word@crm.example.com/", "credentials in an address"),
        ("-----BEGIN RSA PRIVATE " + "KEY-----", "a private key"),
        ('{"accessToken": "0123456789"}', "a secret, by the name of its member"),
        ('{"client_secret": "0123456789"}', "a secret, by the name of its member"),
        ("https://crm.example.com/?api_key=0123456789", "a secret, by the name of its parameter"),
        ("amara@copperkettle.com", "an e-mail address that somebody may have"),
        ("?mail=amara%40copperkettle.com", "an e-mail address that somebody may have"),
    ],
)
def test_secrets_that_nobody_named_are_found(text: str, what: str) -> None:
    """Credentials, tokens, cookies and mailboxes are told by how they look."""
    assert kinds(text, secrets=()) == [what]


@pytest.mark.parametrize(
    "text",
    [
        "The plan is called Basic Subscription; the bearer of good news.",
        '{"next_page_token": "0123456789", "passwordExpired": "2026-11-23", "token": "***", "token": null}',
        "amara@example.com, a@b.example, a@x.invalid, logo@2x.png, manager@odata.type",
        "2026-11-23 09:15:00 +0000, 555001, 00000000-0000-4000-8000-000000005550",
    ],
)
def test_what_only_looks_like_one_is_let_through(text: str) -> None:
    """Plans, pages, reserved addresses, dates and ids are no leaks."""
    assert kinds(text, numbers=True) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+1 404 867 1234", True),
        ("(404) 867-1234", True),
        ("404-867-1234", True),
        ('{"mobilePhone": "4048671234"}', True),
        ("+1 404 555 0150", False),
        ("+15550100000", False),
        ('{"mobilePhone": "4045550150"}', False),
    ],
)
def test_telephone_numbers_of_a_service_must_be_fictional(text: str, found: bool) -> None:
    """A number from a service is one with 555, or it is a leak; a simulator's are fictional by themselves."""
    assert kinds(text, numbers=True) == ["a telephone number that is not fictional"] * found
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'a: 1\nb: "one\n  two {USER}\n  three"\n', 3),
        ('a: 1\nb: "one\n  two\\\n  \\ s3cret/+\\"of\\\n  \\ 5550-Example"\n', 2),
    ],
)
def test_line_is_told_also_where_the_value_is_folded(tmp_path: Path, text: str, line: int) -> None:
    """A leak in a long body stands in its own line, or where the body begins when it is broken in two."""
    path = tmp_path / "t.yaml"
    path.write_text(text)
    assert leaks_in(path, [USER, KEY]) == [Leak("t.yaml", line, "a secret of the settings")]


def test_binary_bodies_are_read(tmp_path: Path) -> None:
    """A body that YAML writes in base64 is looked into."""
    path = tmp_path / "t.yaml"
    path.write_text(f"string: !!binary |\n  {base64.b64encode(bytes([0, 255]) + KEY.encode()).decode()}\n")
    assert {leak.what for leak in leaks_in(path, [KEY])} == {"a secret of the settings"}


def test_headers_that_no_recording_keeps_are_told(tmp_path: Path) -> None:
    """Any header is a leak whose name does not say that it is about the content, the limits or the way to go on."""
    headers = dict.fromkeys(
        ("x_total_count", "x_ratelimit_remaining", "link", "retry_after", "server", "x_auth_total"), "1"
    )
    tape = spool.tape(tmp_path, spool.turn(spool.BASE, {}, **headers))
    assert [leak.what for leak in leaks_in(tape.path)] == [
        "the header server, which no recording keeps",
        "the header x-auth-total, which no recording keeps",
    ]


def test_source_decides_about_numbers(tmp_path: Path) -> None:
    """Unless told otherwise, numbers must be fictional in what was recorded from a service."""
    turn = spool.turn(spool.BASE, {"phone": "404-867-1234"})
    assert leaks_in(spool.tape(tmp_path, turn).path) == []
    assert [leak.what for leak in leaks_in(spool.tape(tmp_path, turn, source="service").path)] == [
        "a telephone number that is not fictional"
    ]


def test_what_is_no_yaml_is_searched_all_the_same(tmp_path: Path) -> None:
    """A file that cannot be read as YAML is looked through line by line."""
    path = tmp_path / "t.yaml"
    path.write_text(f"a: [\n{KEY}\n")
    assert leaks_in(path, [KEY]) == [Leak("t.yaml", 2, "a secret of the settings")]


def test_leak_never_shows_what_it_found() -> None:
    """Whatever is printed of a leak holds neither the secret nor the address."""
    text = f"a: {KEY}\nb: amara@copperkettle.com\nheaders:\n  x-{KEY}: 1\n"
    found = leaks_in_text(text, "t.yaml", Redactor([KEY]))
    told = " ".join([repr(found), *map(str, found)])
    assert [leak.line for leak in found] == [1, 2, 4, 4]
    assert ("s3cret" in told, "copperkettle" in told) == (False, False)
    assert str(found[1]) == "t.yaml, line 2: an e-mail address that somebody may have"

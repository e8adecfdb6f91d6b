"""No secret survives in a text, in whichever spelling."""

from __future__ import annotations

import base64
import html
import io
import json
import logging
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jackfield.http import Basic, Bearer, Header, NoAuth, Query, RedactingFilter, Redactor

#: A busy machine is no fault of the redactor.
CALM = settings(deadline=None)

SECRETS = st.lists(st.text(min_size=4, max_size=20), min_size=1, max_size=4)
ASCII_SECRETS = st.lists(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=4), min_size=1, max_size=4
)
SPELLINGS = (
    str,
    lambda text: quote(text, safe=""),
    quote,
    quote_plus,
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    html.escape,
    lambda text: repr(text)[1:-1],
    lambda text: base64.b64encode(text.encode(errors="replace")).decode(),
    lambda text: base64.urlsafe_b64encode(text.encode(errors="replace")).decode().rstrip("="),
)


@CALM
@given(SECRETS, st.lists(st.text(max_size=5), min_size=4, max_size=4))
def test_no_secret_survives(secrets: list[str], between: list[str]) -> None:
    """Whatever stands around them, and however they touch, none of the secrets is left."""
    text = "".join(part for pair in zip(between, secrets, strict=False) for part in pair)
    redacted = Redactor(secrets)(text)
    assert [secret for secret in secrets if secret in redacted] == []


@CALM
@given(SECRETS.map(lambda secrets: [s.encode(errors="replace").decode() for s in secrets]), st.sampled_from(SPELLINGS))
def test_no_spelling_survives(secrets: list[str], spelling: object) -> None:
    """Quoted, escaped, encoded: the spelling is gone as a whole."""
    spelt = [spelling(secret) for secret in secrets]  # type: ignore[operator]
    redacted = Redactor(secrets)(f"before {' '.join(spelt)} after")
    assert [text for text in spelt if text in redacted] == []


@CALM
@given(ASCII_SECRETS, st.sampled_from([str.upper, str.lower, str.swapcase, str.title]))
def test_no_case_survives(secrets: list[str], case: object) -> None:
    """A secret in other letters is one still."""
    redacted = Redactor(secrets)(" ".join(case(secret) for secret in secrets))  # type: ignore[operator]
    assert [secret for secret in secrets if secret.lower() in redacted.lower()] == []


@CALM
@given(st.text(min_size=8, max_size=20), st.text(max_size=9), st.text(max_size=9))
def test_nothing_inside_base64_survives(secret: str, before: str, after: str) -> None:
    """A secret in the middle of something encoded is taken out of it."""
    encoded = base64.b64encode(f"{before}{secret}{after}".encode(errors="replace")).decode()
    assert encoded != Redactor([secret])(encoded)


@CALM
@given(st.text(max_size=50))
def test_other_text_is_untouched(text: str) -> None:
    """Without secrets, and with blank or tiny ones, nothing is changed."""
    assert text == Redactor(["", "a", "abc"])(text)


@pytest.mark.parametrize(
    ("secrets", "text", "expected"),
    [
        (["abcdef", "defghi"], "x abcdefghi y", "x *** y"),
        (["key-1234", "key-1234-5678"], "key-1234-5678", "***"),
        (["aaaa"], "aaaaaa", "***"),
        (["s/c ret&"], "?key=s%2Fc+ret%26&", "?key=***&"),
        (["s/c ret&"], "?next=%3Fkey%3Ds%252Fc%2520ret%2526", "?next=%3Fkey%3D***"),
        (['qu"ote'], '{"key": "qu\\"ote"}', '{"key": "***"}'),
        (["ab/cd"], r'{"key": "ab\/cd"}', '{"key": "***"}'),
        (["Secret"], "SECRET secret", "*** ***"),
        (["12345", "67890"], "1234567890", "******"),
        (["****"], "a **** b", "a ••• b"),
    ],
)
def test_secrets_become_stars(secrets: list[str], text: str, expected: str) -> None:
    """The longest wins, overlapping ones are one, and every spelling is known."""
    assert expected == Redactor(secrets)(text)


@pytest.mark.parametrize(
    ("auth", "text"),
    [
        (Basic("key-1234"), "Basic a2V5LTEyMzQ6"),
        (Basic("key-1234"), "Basic a2V5LTEyMzQ="),
        (Basic("anna", "pass-1234"), "Basic YW5uYTpwYXNzLTEyMzQ="),
        (Bearer("token-1234"), "Bearer token-1234"),
        (Header("X-Auth", "Token token=abcdefgh"), "abcdefgh"),
        (Query("key", "value-1234"), "?key=value-1234"),
    ],
)
def test_credentials_tell_their_secrets(auth: NoAuth, text: str) -> None:
    """What goes over the wire is among the secrets of its kind."""
    assert text != Redactor(auth.secrets())(text)
    assert text.rsplit("=", maxsplit=1)[-1] not in Redactor(auth.secrets())(text) or text.endswith("=")


@pytest.mark.parametrize("auth", [Basic(""), Bearer(""), Header("X", ""), Query("x", ""), NoAuth()])
def test_blank_credentials_are_no_secret(auth: NoAuth) -> None:
    """A blank is never looked for."""
    assert Redactor(auth.secrets())("nothing to hide") == "nothing to hide"


@pytest.mark.parametrize(
    "auth", [Basic("hush-1", "hush-2"), Bearer("hush-1"), Header("X", "hush-1"), Query("x", "hush")]
)
def test_credentials_are_not_shown(auth: NoAuth) -> None:
    """Neither the credentials nor the redactor show what they hold."""
    assert "hush" not in repr(auth) + repr(Redactor(auth.secrets()))


def test_more_secrets_can_join() -> None:
    """A redactor with further secrets knows the old ones too."""
    assert Redactor(["first-one"]).including(["second-one"])("first-one second-one") == "*** ***"


def test_log_lines_are_cleaned() -> None:
    """A host's handler with the filter writes no secret: not in the message, its arguments or a traceback."""
    handler = logging.StreamHandler(io.StringIO())
    handler.addFilter(RedactingFilter(Redactor(["hush-hush"])))
    logger = logging.Logger("acme")  # noqa: LOG001 - this test alone writes to it
    logger.addHandler(handler)
    try:
        int("hush-hush")
    except ValueError:
        logger.exception("asked with %s", "hush-hush", stack_info=True)
    text = handler.stream.getvalue()
    assert "hush-hush" not in text
    assert text.startswith("asked with ***\nTraceback")
    assert "ValueError: invalid literal for int() with base 10: '***'" in text

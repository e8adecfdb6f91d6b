"""Answers are read into models, or tell what is wrong with them."""

from __future__ import annotations

import time
import traceback

import pytest
from msgspec import Struct
from msgspec.json import Decoder
from pydantic import BaseModel, TypeAdapter, field_validator

from jackfield.errors import VendorError
from jackfield.http import Answer, Headers, Redactor


class User(BaseModel):
    """A user as a CRM sends it."""

    USER_ID: int
    NAME: str | None = None
    TAGS: dict[str, int] = {}

    @field_validator("NAME")
    @classmethod
    def not_bob(cls, name: str | None) -> str | None:
        """Refuse a name with a message that repeats it."""
        if name == "Bob":
            raise ValueError(f"no user may be {name}")
        return name


USERS = TypeAdapter(list[User])


def answer(body: bytes | str, kind: str = "application/json") -> Answer:
    """An answer whose texts are cleaned of ``hush-hush``."""
    content = body.encode() if isinstance(body, str) else body
    headers = Headers({"Content-Type": kind})
    redact = Redactor(["hush-hush"])
    return Answer(status=200, headers=headers, content=content, url="https://api.example.com/Users", redact=redact)


def misread(body: bytes | str) -> VendorError:
    """The error that reading users from this body raises."""
    with pytest.raises(VendorError) as raised:
        answer(body).read(USERS)
    return raised.value


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('[{"USER_ID": 1, "NAME": "Zoé", "MORE": null}]', "application/json"),
        ('\ufeff[{"USER_ID": 1, "NAME": "Zoé"}]', "application/json; charset=UTF-8"),
        ('[{"USER_ID": 1, "NAME": "Zoé"}]'.encode("latin-1"), 'application/json; charset="iso-8859-1"'),
        ('[{"USER_ID": 1, "NAME": "Zoé"}]'.encode("utf-16"), "application/json; charset=utf-16"),
    ],
)
def test_body_is_read(body: bytes | str, kind: str) -> None:
    """JSON becomes the connector's models, in whichever character set it comes."""
    assert [User(USER_ID=1, NAME="Zoé")] == answer(body, kind).read(USERS)


@pytest.mark.clause("U6")
@pytest.mark.parametrize("body", ["", '[{"USER_ID": 1}', "[1, 2", "<html>", "[" * 100_000, b"\xff\xfe\x00", "NaN,"])
def test_broken_data_is_told(body: bytes | str) -> None:
    """What is cut off or no JSON at all is broken data, from both readers."""
    with pytest.raises(VendorError) as raised:
        answer(body).json()
    assert (raised.value.code, misread(body).code) == ("malformed_answer", "malformed_answer")


@pytest.mark.clause("U7")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('[{"USER_ID": 1}, {"USER_ID": "seven"}]', "[1].USER_ID should be a valid integer"),
        ('[{"USER_ID": null}]', "[0].USER_ID should be a valid integer"),
        ('[{"NAME": "Ann"}]', "[0].USER_ID is missing"),
        ('[{"USER_ID": 1, "TAGS": {"a": []}}]', "[0].TAGS.a should be a valid integer"),
        ('{"USER_ID": 1}', "the whole should be a valid array"),
        ('[{"USER_ID": 1, "NAME": "Bob"}]', "[0].NAME is not as it should be"),
    ],
)
def test_wrong_field_is_named(body: str, expected: str) -> None:
    """The first field that is not as it should be is named with its place, and what it should be."""
    raised = misread(body)
    assert raised.code == "wrong_shape"
    assert expected in raised.message


class Member(Struct):
    """A user as msgspec reads him."""

    USER_ID: int
    NAME: str | None = None
    TAGS: dict[str, int] = {}


MEMBERS = Decoder(list[Member])


@pytest.mark.clause("U6")
@pytest.mark.parametrize(
    "body",
    [
        "",
        '[{"USER_ID": 1}',
        "[",
        "<html>",
        b"\xff\xfe\x00",
        "NaN,",
        '[{"X": ' + "[" * 100_000,
        '[{"NAME": "\udcff"}]',
    ],
)
def test_broken_data_is_told_by_the_quick_reader_too(body: bytes | str) -> None:
    """What is cut off, no JSON at all, or nested without an end is broken data for msgspec as well."""
    raw = body.encode(errors="surrogateescape") if isinstance(body, str) else body
    with pytest.raises(VendorError) as raised:
        answer(raw).read(MEMBERS)
    assert raised.value.code == "malformed_answer"


@pytest.mark.clause("U7")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('[{"USER_ID": 1}, {"USER_ID": "seven"}]', "[1].USER_ID should be int, not str."),
        ('[{"USER_ID": null}]', "[0].USER_ID should be int, not null."),
        ('[{"NAME": "Ann"}]', "[0].USER_ID is missing."),
        ('[{"USER_ID": 1, "NAME": 5}]', "[0].NAME should be str or null, not int."),
        ('[{"USER_ID": 1, "TAGS": {"a": []}}]', "[0].TAGS[...] should be int, not array."),
        ('{"USER_ID": 1}', "the whole should be array, not object."),
    ],
)
def test_wrong_field_is_named_by_the_quick_reader_too(body: str, expected: str) -> None:
    """The first field that is not as it should be is named with its place, and what stands there is not."""
    with pytest.raises(VendorError) as raised:
        answer(body).read(MEMBERS)
    assert (raised.value.code, raised.value.message.partition("promises: ")[2]) == ("wrong_shape", expected)


@pytest.mark.clause("C8")
@pytest.mark.parametrize("body", ['[{"USER_ID": "seven"}]', '[{"USER_ID": 1, "NAME": "Bob"}]', '[{"hush-hush": "seven'])
def test_values_stay_out_of_errors(body: str) -> None:
    """Neither the message nor the traceback repeats what stands in a field."""
    raised = misread(body)
    text = "".join(traceback.format_exception(raised)) + str(raised.as_dict())
    assert [value for value in ("seven'", "Bob", "hush-hush") if value in text] == []


def test_error_names_the_request() -> None:
    """A misread answer says which request it belongs to."""
    assert misread("").request == "GET https://api.example.com/Users"


def test_headers_are_found_in_any_case() -> None:
    """Header names have no case."""
    headers = Headers({"X-Total-Count": "12"})
    assert (headers["x-total-count"], headers.get("X-TOTAL-COUNT"), headers.get("X-Other")) == ("12", "12", None)


@pytest.mark.parametrize(
    "kind", ["", ";;=", "text/plain", *(f"text/plain; charset={name}" for name in ("latin-1", "none-such", "idna"))]
)
def test_text_is_always_readable(kind: str) -> None:
    """An unknown character set or a wrong one spoils characters, not the call."""
    assert "caf" in answer(b"caf\xe9", kind).text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", None),
        ("<p>hush-hush</p>", "***"),
        ("a < b, b > c", "a < b, b > c"),
        ("<scr" * 10_000, "<scr" * 74 + "<sc…"),
        ("<script>" * 20_000, None),
        ("x" * 298 + " hush-hush", "x" * 298 + " …"),
        ("a\x1b[31mred\x00b", "a [31mred b"),
    ],
)
def test_excerpt_is_plain_and_clean(body: str, expected: str | None) -> None:
    """An excerpt is one line of visible text, short, without even the half of a secret."""
    assert expected == answer(body).excerpt()


def test_half_a_secret_does_not_survive_a_long_page() -> None:
    """A page so long that only its beginning is looked at may be cut in the middle of a secret."""
    text = answer(f"<i {'x' * 47_000}> " + " " * 2_991 + "hush-hush").excerpt()
    assert "hush" not in (text or "")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('<https://api.example.com/Users?page=2>; rel="next"', {"next": "https://api.example.com/Users?page=2"}),
        ("</Users?a=1,2>; rel=next", {"next": "/Users?a=1,2"}),
        ('<?p=1>; rel="first", <?p=9>; title="a, <b>; c"; REL="Last"', {"first": "?p=1", "last": "?p=9"}),
        ('<?p=2>; rel="next section"', {"next": "?p=2", "section": "?p=2"}),
        ("<?p=2>; rel=next, <?p=3>; rel=next", {"next": "?p=2"}),
        ("<?p=2>; rel", {}),
        ("<?p=2>", {}),
        ('next: ?p=2, <broken; rel="next"', {}),
        ("", {}),
    ],
)
def test_links_are_read_by_their_relation(header: str, expected: dict[str, str]) -> None:
    """The header Link gives its targets by their relation; what cannot be read gives none."""
    found = Answer(status=200, headers=Headers({"Link": header}), url="https://api.example.com/Users").links
    assert expected == dict(found)


def test_links_are_none_without_their_header() -> None:
    """An answer without the header leads nowhere."""
    assert dict(answer("[]").links) == {}


def test_link_header_of_rubbish_costs_no_time() -> None:
    """A long header that is hardly a link is read in a moment."""
    header = '<a>;a="' * 10_000 + "<;" * 10_000 + " " * 10_000
    begin = time.perf_counter()
    assert dict(Answer(status=200, headers=Headers({"Link": header}), url="https://api.example.com/").links) == {}
    assert time.perf_counter() - begin < 1.0

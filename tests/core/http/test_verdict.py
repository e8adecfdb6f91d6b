"""What the core makes of an answer that the connector does not judge."""

from __future__ import annotations

import pytest

from jackfield.errors import JackfieldError, error
from jackfield.http import Answer, Headers
from jackfield.http.verdict import completed, verdict
from tests.core.http.serving import client, failure, reply, serving


def answer(status: int, body: str = "{}", kind: str = "application/json", **headers: str) -> Answer:
    """An answer from https://api.example.com/v3.1/Users."""
    return Answer(
        status=status,
        reason="Because",
        headers=Headers({"Content-Type": kind, **headers}),
        content=body.encode(),
        url="https://api.example.com/v3.1/Users",
    )


def code_of(given: Answer, *, known: bool = False, accept: str = "application/json") -> str | None:
    """The code of the verdict."""
    judged = verdict(given, known=known, accept=accept)
    return judged.code if judged else None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, None),
        (201, None),
        (204, None),
        (206, "malformed_answer"),
        (304, "not_the_api"),
        (400, "unexpected_status"),
        (401, "credentials_refused"),
        (402, "plan_required"),
        (403, "forbidden"),
        (404, "not_the_api"),
        (405, "not_the_api"),
        (408, "timed_out"),
        (410, "unexpected_status"),
        (418, "unexpected_status"),
        (425, "unavailable"),
        (429, "throttled"),
        (500, "server_error"),
        (501, "server_error"),
        (502, "unavailable"),
        (503, "unavailable"),
        (504, "unavailable"),
        (520, "server_error"),
    ],
)
def test_status_is_judged(status: int, expected: str | None) -> None:
    """Each status has its meaning, the same for every connector."""
    assert expected == code_of(answer(status))


@pytest.mark.parametrize("status", [304, 404, 405])
def test_known_host_with_a_missing_page_is_odd(status: int) -> None:
    """Where the API has answered before, a missing page is the vendor's doing, not a wrong address."""
    assert code_of(answer(status), known=True) == "unexpected_status"


@pytest.mark.clause("C5")
@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ("<!doctype html><p>Hello", "text/html", "not_the_api"),
        ("<html>", "application/json", "not_the_api"),
        ("\ufeff <html>", "application/json", "not_the_api"),
        ("hello", "text/plain", "not_the_api"),
        ("{}", "", "not_the_api"),
        ("", "application/json", "unexpected_content"),
        (" \r\n", "text/html", "unexpected_content"),
        ("{}", "application/json; charset=utf-8", None),
        ("{}", "application/vnd.acme+json", None),
        ("{}", "text/JSON", None),
        ("null", "application/json", None),
    ],
)
def test_good_status_needs_data(body: str, kind: str, expected: str | None) -> None:
    """A page, a text or nothing is no success, whatever the status says."""
    assert expected == code_of(answer(200, body, kind))


def test_page_of_a_known_host_is_the_vendors_trouble() -> None:
    """A maintenance page in place of data does not make the address wrong."""
    assert code_of(answer(200, "<html>", "text/html"), known=True) == "unexpected_content"


def test_what_was_asked_for_is_data() -> None:
    """A connector that asks for another type gets it."""
    assert code_of(answer(200, "a,b", "text/csv; header=present"), accept="text/csv, application/json;q=0.5") is None


def test_error_tells_what_the_crm_said() -> None:
    """Status line and an excerpt without tags are the detail, method and address the request."""
    page = "<html><style>p {color: red}</style><script>alert(1)</script><p>Down for\n <b>maintenance</b> &amp; more"
    judged = verdict(answer(503, page, "text/html", **{"Retry-After": "7"}), known=True)
    assert judged is not None
    expected = ("503 Because, text/html: Down for maintenance & more", "GET https://api.example.com/v3.1/Users", 7.0)
    assert expected == (judged.detail, judged.request, judged.retry_after)


def test_unknown_status_is_named() -> None:
    """A status without a meaning of its own is named in the sentence."""
    judged = verdict(answer(418), known=True)
    assert str(judged) == "The CRM answered with the status 418, which the connector does not know."


def test_excerpts_are_short() -> None:
    """A long page is cut."""
    judged = verdict(answer(500, "word " * 100_000, "text/plain"), known=True)
    assert judged is not None
    assert len(judged.detail or "") <= 340


def test_refusals_ask_for_no_wait() -> None:
    """Retry-After on an answer that waiting does not better is not passed on."""
    judged = verdict(answer(401, **{"Retry-After": "7"}), known=True)
    assert judged is not None
    assert judged.retry_after is None


def test_connectors_own_words_stay() -> None:
    """What the connector said is kept, what it left open is filled in."""
    own = error("throttled", "Slow down.", remedy="Wait.", detail="mine", retry_after=2.0)
    full = completed(own, answer(403, **{"Retry-After": "7"}))
    expected = ("Slow down.", "Wait.", "mine", 2.0, "GET https://api.example.com/v3.1/Users")
    assert expected == (full.message, full.remedy, full.detail, full.retry_after, full.request)


async def test_connectors_verdict_comes_first() -> None:
    """A refusal with status 200 is a refusal where the connector says so."""

    def judge(given: Answer) -> JackfieldError | None:
        return error("credentials_refused") if given.json() == {"ok": False} else None

    async with serving(reply('{"ok": false}')) as server:
        assert (await failure(server.url, judge=judge)).code == "credentials_refused"


async def test_one_good_answer_makes_a_host_known() -> None:
    """After a good answer of the same client, a page in place of data is no wrong address any more."""
    page = reply("<html>", kind="text/html")
    async with serving(page, page, reply(), page) as server, client(server.url) as http:
        codes = []
        for _ in range(4):
            try:
                await http.get("Users")
            except JackfieldError as raised:
                codes.append(raised.code)
    assert codes == ["not_the_api", "not_the_api", "unexpected_content"]


async def test_unjudged_answer_is_given_whatever_its_status() -> None:
    """A connector that wants to see for itself gets the answer."""
    async with serving(reply("<p>no", "404 Nowhere", "text/html")) as server, client(server.url) as http:
        given = await http.get("Users", judged=False)
    assert (given.status, given.reason, given.media_type, given.text) == (404, "Nowhere", "text/html", "<p>no")

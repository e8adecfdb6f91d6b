"""What ConnectWise's answers mean: the bodies are those that the vendor's guide and public recordings show."""

from __future__ import annotations

import pytest

from jackfield.http import Answer, Headers
from jackfield_connectwise._verdict import verdict

JSON, TEXT, HTML = "application/json; charset=utf-8", "text/plain", "text/html"
NO_RIGHT = "You do not have security permission to perform this action."


def code_of(status: int, body: str, media: str = JSON, **headers: str) -> str | None:
    found = verdict(answer(status, body, media, **headers))
    return found.code if found else None


def answer(status: int, body: str, media: str = JSON, **headers: str) -> Answer:
    given = {"content-type": media, **{name.replace("_", "-"): value for name, value in headers.items()}}
    url = "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/system/members"
    return Answer(status=status, headers=Headers(given), content=body.encode(), url=url)


@pytest.mark.parametrize("status", [400, 401, 404])
def test_no_route_is_an_unknown_company(status: int) -> None:
    """The cloud's gateway says in plain text that it cannot route; no key is at fault."""
    assert code_of(status, "Cannot route. Codebase/company is invalid", TEXT) == "account_unknown"


@pytest.mark.parametrize("status", [400, 401, 403])
def test_ssl_is_required_is_the_wrong_host(status: int) -> None:
    """The host of the sign-in screen says so, under a status that nobody has recorded."""
    body = '{"code":"Security","message":"SSL is required.","errors":null}'
    assert code_of(status, body) == "not_the_api"


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("words", ["The clientId is invalid", "ClientID required", "client-id is missing"])
def test_client_id_is_the_operators(status: int, words: str) -> None:
    """Sources contradict each other about the status; the words tell, in JSON and in text."""
    assert code_of(status, f'{{"code":"Unauthorized","message":"{words}"}}') == "deployment_setting_missing"
    assert code_of(status, words, TEXT) == "deployment_setting_missing"


@pytest.mark.parametrize(
    ("status", "code"), [(403, "Security"), (401, "Unauthorized"), (403, "Unauthorized"), (401, "Security")]
)
def test_missing_permission_is_told_from_refused_keys(status: int, code: str) -> None:
    """The same sentence comes under either code, so the sentence decides."""
    assert code_of(status, f'{{"code":"{code}","message":"{NO_RIGHT}"}}') == "forbidden"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, ""),
        (401, '{"code":"Unauthorized","message":"Whatever it says."}'),
        (401, '{"code":"ConnectWiseApi","message":"UserNotAuthenticated"}'),
        (403, '{"code":"ConnectWiseApi","message":"UserNotAuthenticated"}'),
        (400, '{"code":"Unauthorized","message":"Whatever it says."}'),
    ],
)
def test_refused_keys(status: int, body: str) -> None:
    """By the status 401, or by the words of the cloud and of servers on premises under any other."""
    assert code_of(status, body) == "credentials_refused"


def test_throttling_is_told_by_its_words_too() -> None:
    """The body has error for code, and the seconds to wait in its sentence; a Retry-After comes first."""
    body = '{"error":"ConnectWiseAPI","message":"Too many requests. Please try again in 30 seconds."}'
    by_words, by_header = verdict(answer(429, body)), verdict(answer(429, body, retry_after="7"))
    assert by_words is not None
    assert by_header is not None
    assert (by_words.code, by_words.retry_after) == ("throttled", 30.0)
    assert (by_header.code, by_header.retry_after) == ("throttled", None)
    assert code_of(403, body) == "throttled"


@pytest.mark.parametrize(
    "message",
    [
        "A timeout has occured. Please try again.",
        "Timeout expired.  The timeout period elapsed prior to obtaining a connection from the pool.",
    ],
)
def test_time_out_inside_connectwise_is_tried_again(message: str) -> None:
    """It comes as a 500 and is transient; another 500 is left to the core."""
    assert code_of(500, f'{{ "code": "ConnectWiseApi",\r\n  "message": "{message}"}}') == "timed_out"
    assert code_of(500, '{"code":"ConnectWiseApi","message":"String was not recognized as a valid Boolean."}') is None


def test_page_that_forbids_is_a_firewalls() -> None:
    """ConnectWise forbids in JSON; the network before its cloud does with a page, and for a time."""
    assert code_of(403, "<html><body>Attention required</body></html>", HTML) == "unavailable"
    assert code_of(403, '{"message":"Forbidden"}') is None


@pytest.mark.parametrize(
    ("status", "body", "media"),
    [
        (200, '[{"id": 1, "message": "Too many requests"}]', JSON),
        (200, '{"CompanyName": "Unauthorized clientId", "Codebase": "v2026_1/"}', JSON),
        (200, "null", JSON),
        (404, '{"code":"ConnectWiseApi","message":"The endpoint does not exist."}', JSON),
        (404, "<html>Not found</html>", HTML),
        (400, '{"code":"ApiFindCondition","message":"name is not a recognized name."}', JSON),
        (503, "<html>Maintenance</html>", HTML),
    ],
)
def test_the_rest_is_left_to_the_core(status: int, body: str, media: str) -> None:
    """Good answers, and refusals that their status tells, are judged by the core."""
    assert code_of(status, body, media) is None

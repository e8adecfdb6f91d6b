"""Each standard fault as it goes over the wire, in front of a small application that knows no CRM."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from jackfield.errors import SettingsError
from jackfield.simulation import Receive, Reply, Scope, Send, SimulatorOptions, faulty, serving

PAGES = {"0": [{"id": 1}, {"id": 2}, {"id": 3}], "3": [{"id": 4}]}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """A list in pages under /things, an object under /thing, a 404 elsewhere."""
    if scope["path"] == "/things":
        skip = scope["query_string"].decode().partition("=")[2] or "0"
        reply = _json(PAGES.get(skip, []), total="4", link='<https://api.example/things?skip=3>; rel="next"')
    elif scope["path"] == "/enveloped":
        reply = _json({"data": {"tags": [{"id": 8}], "rows": [{"id": 1}, {"id": 2}, {"id": 3}]}, "total": 3})
    elif scope["path"] == "/record":
        reply = _json({"id": 1, "notes": [{"id": 5}, {"id": 6}]})
    elif scope["path"] == "/thing":
        reply = _json({"id": 1, "next": "https://api.example/2", "owner_id": 9})
    else:
        reply = Reply.of(404, "application/json", '{"error":"unknown"}')
    await reply(scope, receive, send)


def _json(data: object, **headers: str) -> Reply:
    return Reply.of(200, "application/json", json.dumps(data), **headers)


@contextmanager
def served(*faults: str) -> Iterator[httpx.Client]:
    """The application with faults in front of it."""
    options = SimulatorOptions(faults=faults)
    faulted = faulty(app, options, id_fields=("id",), next_fields=("next",))
    with serving(faulted) as base_url, httpx.Client(base_url=base_url, timeout=5) as client:
        yield client


@pytest.mark.parametrize(
    ("fault", "status", "media_type", "body"),
    [
        ("unauthorized", 401, "application/json", "Unauthorized"),
        ("forbidden", 403, "application/json", "Forbidden"),
        ("not_found_html", 404, "text/html", "<!DOCTYPE html>"),
        ("throttled", 429, "application/json", "Too many requests"),
        ("throttled_no_retry_after", 429, "application/json", "Too many requests"),
        ("server_error", 500, "text/html", "<!DOCTYPE html>"),
        ("unavailable", 503, "text/html", "Unavailable"),
        ("empty_body", 200, "application/json", ""),
        ("html_ok", 200, "text/html", "<!DOCTYPE html>"),
    ],
)
def test_a_plain_fault_is_one_answer(fault: str, status: int, media_type: str, body: str) -> None:
    """Status, media type and body are those of the fault, whatever is asked for."""
    with served(fault) as client:
        answer = client.get("/thing")
    assert (status, media_type) == (answer.status_code, answer.headers["content-type"].partition(";")[0])
    assert body in answer.text
    assert bool(body) == bool(answer.content)


@pytest.mark.parametrize(("fault", "expected"), [("throttled", "1"), ("throttled_no_retry_after", None)])
def test_throttling_tells_how_long_to_wait_or_does_not(fault: str, expected: str | None) -> None:
    """One of the two has a Retry-After."""
    with served(fault) as client:
        assert expected == client.get("/thing").headers.get("retry-after")


def test_truncated_json_is_cut_in_its_middle() -> None:
    """The answer is complete by HTTP and broken as JSON."""
    with served("truncated_json") as client:
        answer = client.get("/thing")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_wrong_shape_turns_lists_and_objects_round() -> None:
    """A list comes as an object and an object as a list."""
    with served("wrong_shape") as client:
        things, thing = client.get("/things").json(), client.get("/thing").json()
    assert ("items", list) == (next(iter(things)), type(thing))


def test_null_id_takes_the_id_of_the_last_record() -> None:
    """The last record of a list and a single record lose their id and nothing else."""
    with served("null_id") as client:
        things, thing = client.get("/things").json(), client.get("/thing").json()
    assert things == [{"id": 1}, {"id": 2}, {"id": None}]
    assert thing == {"id": None, "next": "https://api.example/2", "owner_id": 9}


def test_errors_are_not_altered() -> None:
    """What alters data leaves an error of the application alone."""
    for fault in ("truncated_json", "wrong_shape", "null_id", "foreign_next_page", "repeated_page"):
        with served(fault) as client:
            answer = client.get("/nowhere")
        assert (answer.status_code, answer.json()) == (404, {"error": "unknown"})


def test_an_empty_list_survives_null_id() -> None:
    """Where there is no record there is no id to lose."""
    with served("null_id") as client:
        assert client.get("/things?skip=9").json() == []


def test_a_repeated_page_comes_whatever_is_asked_for() -> None:
    """The first list of an address comes again and again, its headers included, and single records as they are."""
    with served("repeated_page") as client:
        answers = [client.get(f"/things?skip={skip}") for skip in (0, 2, 4)]
        thing = client.get("/thing").json()
    assert [answer.json() for answer in answers] == [[{"id": 1}, {"id": 2}]] * 3
    assert [answer.headers["total"] for answer in answers] == ["4"] * 3
    assert thing["id"] == 1


def test_a_page_repeats_from_a_later_request_on() -> None:
    """Lists that were given before the fault began are remembered."""
    with served("repeated_page@3") as client:
        answers = [client.get(f"/things?skip={skip}").json() for skip in (0, 3, 9)]
    assert [PAGES["0"], PAGES["3"], PAGES["0"]] == answers


def test_a_redirect_leads_to_another_host() -> None:
    """302 with an address that is not ours."""
    with served("redirect_elsewhere") as client:
        answer = client.get("/thing")
    assert (answer.status_code, answer.headers["location"]) == (302, "https://elsewhere.example/")


def test_a_dropped_connection_breaks_in_mid_body() -> None:
    """The headers announce more than comes."""
    with served("dropped_connection") as client, pytest.raises(httpx.RemoteProtocolError, match="without"):
        client.get("/things")


def test_a_stalled_request_is_never_answered() -> None:
    """The client's patience ends first, and the server stops without waiting for it."""
    with served("stalled") as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get("/thing", timeout=0.2)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5


def test_too_large_goes_on_and_on() -> None:
    """The body begins well, is far over 16 MiB, and comes without a length."""
    with served("too_large") as client, client.stream("GET", "/things") as answer:
        parts = answer.iter_bytes()
        beginning = next(parts)
        size = sum(map(len, parts))
    assert beginning.startswith(b'[{"id": 1}')
    assert "content-length" not in answer.headers
    assert size > 60 * 1024 * 1024


def test_a_client_may_leave_a_body_that_is_too_large() -> None:
    """Leaving in the middle hurts nobody: the next request is answered."""
    with served("too_large@1-1") as client:
        with client.stream("GET", "/things") as answer:
            next(answer.iter_bytes())
        assert client.get("/thing").json()["id"] == 1


def test_a_foreign_next_page_is_on_another_host() -> None:
    """The member and the header that lead on lead elsewhere."""
    with served("foreign_next_page") as client:
        thing, things = client.get("/thing").json(), client.get("/things")
    assert thing == {"id": 1, "next": "https://elsewhere.example/", "owner_id": 9}
    assert things.headers["link"] == '<https://elsewhere.example/>; rel="next"'
    assert things.json() == PAGES["0"]


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (["unavailable"], [503, 503, 503, 503]),
        (["unavailable@3"], [200, 200, 503, 503]),
        (["unavailable@2-3"], [200, 503, 503, 200]),
        (["unavailable@2", "server_error@4"], [200, 503, 503, 500]),
        (["server_error@4", "unavailable@2"], [200, 503, 503, 500]),
    ],
)
def test_a_fault_holds_for_the_requests_it_names(faults: list[str], expected: list[int]) -> None:
    """From the first, from the Nth, from the Nth to the Mth; the one that began last decides."""
    with served(*faults) as client:
        assert expected == [client.get("/thing").status_code for _ in range(4)]


def test_a_platform_shapes_a_fault_in_its_own_way() -> None:
    """A shape answers for a standard fault, and for one of the platform's own."""
    shapes = {name: Reply.of(403, "text/plain", name) for name in ("throttled", "asleep")}
    options = SimulatorOptions(faults=("throttled", "asleep@2"))
    with serving(faulty(app, options, shapes=shapes)) as base_url:
        answers = [httpx.get(base_url) for _ in range(2)]
    assert [(answer.status_code, answer.text) for answer in answers] == [(403, "throttled"), (403, "asleep")]


def test_a_fault_nobody_answers_for_is_refused_when_it_is_built() -> None:
    """Neither a standard fault nor one with a shape."""
    with pytest.raises(SettingsError, match="no fault 'asleep'"):
        faulty(app, SimulatorOptions(faults=("asleep",)))


def test_null_id_finds_the_list_inside_an_object() -> None:
    """The longest list of objects is the list; what else there is stays as it is."""
    with served("null_id") as client:
        data = client.get("/enveloped").json()["data"]
    assert data == {"tags": [{"id": 8}], "rows": [{"id": 1}, {"id": 2}, {"id": None}]}


def test_wrong_shape_finds_the_list_inside_an_object() -> None:
    """The list becomes an object where it stands."""
    with served("wrong_shape") as client:
        data = client.get("/enveloped").json()
    assert (type(data["data"]["rows"]), data["total"]) == (dict, 3)


def test_repeated_page_finds_the_list_inside_an_object() -> None:
    """A short list inside an object repeats by its half, as one by itself does."""
    with served("repeated_page") as client:
        answers = [client.get("/enveloped", params={"skip": skip}).json() for skip in (0, 2)]
    assert answers[0] == answers[1]
    assert answers[0]["data"]["rows"] == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("null_id", {"id": None, "notes": [{"id": 5}, {"id": 6}]}),
        ("wrong_shape", [{"id": 1, "notes": [{"id": 5}, {"id": 6}]}]),
        ("repeated_page", {"id": 1, "notes": [{"id": 5}, {"id": 6}]}),
    ],
)
def test_lists_of_a_record_are_its_own(fault: str, expected: object) -> None:
    """What has an id of its own is a record, and no page of a list."""
    with served(fault) as client:
        assert expected == client.get("/record").json()

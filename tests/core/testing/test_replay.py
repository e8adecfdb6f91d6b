"""Replays over real HTTP: matching, order, addresses, and every fault at every place."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest

from jackfield.testing.replay import Hall, replaying
from tests.core import acme
from tests.core.testing import spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jackfield.testing.tapes import Tape


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    """One hall for all tests here."""
    with Hall().open() as hall:
        yield hall


@pytest.fixture
def tape(tmp_path: Path) -> Tape:
    """Three pages of users."""
    return spool.tape(tmp_path)


def test_answers_are_those_of_the_tape(tape: Tape, hall: Hall) -> None:
    """Method, path and query are matched, whatever the query's order; the answer is the recorded one."""
    with replaying(tape, hall=hall) as replay:
        answer = spool.asked(replay, "/v1/users?size=2&page=3")
    assert (answer.status_code, answer.json()["items"]) == (200, [{"id": 5, "name": "Agent 5"}])
    assert answer.headers["content-type"] == "application/json"


def test_recorded_address_is_the_served_one(tape: Tape, hall: Hall) -> None:
    """The address of a next page leads to the replay, in the header as in the body."""
    with replaying(tape, hall=hall) as replay:
        answer = spool.asked(replay, "/v1/users?page=1&size=2")
    following = f"{replay.url}/v1/users?page=2&size=2"
    assert (answer.json()["next"], answer.links["next"]["url"]) == (following, following)


def test_address_escaped_for_json_is_moved_too(tmp_path: Path, hall: Hall) -> None:
    r"""An address whose slashes are written \/ leads to the replay as well."""
    escaped = spool.BASE.replace("/", r"\/")
    tape = spool.tape(tmp_path, spool.turn(f"{spool.BASE}/v1/", f'{{"next": "{escaped}\\/v1\\/2"}}'))
    with replaying(tape, hall=hall) as replay:
        assert spool.asked(replay, "/v1/").json() == {"next": f"{replay.url}/v1/2"}


def test_what_signed_the_request_is_no_part_of_it(tape: Tape, hall: Hall) -> None:
    """A query parameter that was taken out of the tape because it signs is passed over."""
    with replaying(tape, hall=hall) as replay:
        assert spool.asked(replay, "/v1/users?page=1&size=2&key=0000-5550-0000").status_code == 200
        assert spool.asked(replay, "/v1/users?page=2&size=2&kez=0000-5550-0000").status_code == 421


def test_requests_are_written_down(tape: Tape, hall: Hall) -> None:
    """Every request is there with its headers; those that are not on the tape, and the answers left, are told."""
    with replaying(tape, hall=hall) as replay:
        spool.asked(replay, "/v1/users?page=2&size=2", accept="text/plain")
        spool.asked(replay, "/v1/elsewhere")
    assert [(seen.path, seen.query) for seen in replay.requests] == [
        ("/v1/users", "page=2&size=2"),
        ("/v1/elsewhere", ""),
    ]
    assert replay.requests[0].headers["accept"] == "text/plain"
    assert replay.unexpected == ["GET /v1/elsewhere"]
    assert [turn.uri[-13:] for turn in replay.unused] == ["page=1&size=2", "page=3&size=2"]


def test_repeated_requests_are_answered_in_their_order(tmp_path: Path, hall: Hall) -> None:
    """The same request gets one recorded answer after the other, and one time too many is unexpected."""
    uri = f"{spool.BASE}/v1/me"
    with replaying(spool.tape(tmp_path, spool.turn(uri, [1]), spool.turn(uri, [2])), hall=hall) as replay:
        answers = [spool.asked(replay, "/v1/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 421]
    assert [answer.json() for answer in answers[:2]] == [[1], [2]]
    assert replay.unexpected == ["GET /v1/me"]


def test_with_faults_the_last_answer_is_given_again(tape: Tape, hall: Hall) -> None:
    """What a fault spoils may be asked for once more, and is there then."""
    with replaying(tape, faults=["truncated_json@1-1"], hall=hall) as replay:
        spoilt, good = (spool.asked(replay, "/v1/users?page=1&size=2") for _ in range(2))
    assert (good.json()["items"][0]["id"], replay.unexpected) == (1, [])
    assert good.text.startswith(spoilt.text)
    assert len(spoilt.text) < len(good.text)


@pytest.mark.parametrize(("place", "statuses"), [(1, [500, 200, 200]), (2, [200, 500, 200]), (3, [200, 200, 500])])
def test_fault_stands_at_its_place(tape: Tape, hall: Hall, place: int, statuses: list[int]) -> None:
    """A fault of the standard kit can be put at any position, for one request alone."""
    with replaying(tape, faults=[f"server_error@{place}-{place}"], hall=hall) as replay:
        found = [spool.asked(replay, f"/v1/users?page={number}&size=2").status_code for number in (1, 2, 3)]
    assert found == statuses


def test_members_are_told_by_their_names(tape: Tape, hall: Hall) -> None:
    """The kit knows by itself which members hold ids and next pages; others can be named."""
    with replaying(tape, faults=["foreign_next_page"], hall=hall) as replay:
        assert spool.asked(replay, "/v1/users?page=1&size=2").json()["next"] == "https://elsewhere.example/"
    with replaying(tape, faults=["foreign_next_page"], hall=hall, next_fields=()) as replay:
        assert spool.asked(replay, "/v1/users?page=1&size=2").json()["next"].startswith(replay.url)


def test_settings_lead_to_the_replay(tape: Tape, hall: Hall) -> None:
    """The recorded settings at the replay's address; what is secret, or was not recorded, is the example's."""
    with replaying(tape, hall=hall) as replay:
        settings = replay.settings(acme.connector())
    assert settings == {
        "api_key": "0000-5550-0000",
        "endpoint": f"{replay.url}/v1/",
        "web": f"{replay.url}/",
        "region": "us",
        "note": "Sales",
    }


def test_replays_do_not_meet(tape: Tape, hall: Hall) -> None:
    """Two replays at once have addresses of their own, and nothing is served at one that is over."""
    with replaying(tape, hall=hall) as one, replaying(tape, faults=["unauthorized"], hall=hall) as other:
        statuses = [spool.asked(each, "/v1/users?page=1&size=2").status_code for each in (one, other)]
    assert statuses == [200, 401]
    assert spool.asked(one, "/v1/users?page=2&size=2").status_code == 410


def test_many_replays_start_at_once(tape: Tape, hall: Hall) -> None:
    """A suite of hundreds of replays spends its time on the connector: one starts and ends in milliseconds."""
    before = time.perf_counter()
    for _ in range(100):
        with replaying(tape, faults=["server_error@2"], hall=hall):
            pass
    assert time.perf_counter() - before < 1.0


def test_replay_stands_alone(tape: Tape) -> None:
    """Without a hall it opens one of its own, and leaves nothing behind."""
    with replaying(tape) as replay:
        assert spool.asked(replay, "/v1/users?page=1&size=2").status_code == 200
    with pytest.raises(httpx.ConnectError):
        spool.asked(replay, "/v1/users?page=1&size=2")

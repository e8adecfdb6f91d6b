"""What fails for a moment is tried again, within one deadline."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from jackfield.errors import CATALOGUE, JackfieldError, error
from jackfield.http import Answer, Bounds, RetryPolicy
from jackfield.http.retry import Deadline, may_retry, retry_after, tried
from tests.core.http.serving import SteppedClock, client, drop, failure, hang_up, reply, serving, stall

THROTTLED = reply("{}", "429 Too Many Requests", Retry_After="3")


@pytest.mark.clause("C6")
@pytest.mark.parametrize("status", ["429 Slow", "500 Oops", "502 Bad", "503 Busy", "504 Late", "408 Late", "425 Early"])
async def test_passing_trouble_is_tried_again(status: str) -> None:
    """After trouble that may pass, the good answer that follows is given."""
    async with serving(reply("{}", status), reply("{}", status), reply("[1]")) as server, client(server.url) as http:
        assert (await http.get("Users")).json() == [1]


@pytest.mark.parametrize("behaviour", [drop, hang_up])
async def test_broken_connection_is_tried_again(behaviour: object) -> None:
    """A connection that broke off is made anew."""
    async with serving(behaviour, reply("[1]")) as server, client(server.url) as http:  # type: ignore[arg-type]
        assert (await http.get("Users")).json() == [1]


@pytest.mark.parametrize("status", ["400 Bad", "401 Who", "402 Pay", "403 No", "404 Where", "405 How", "418 Tea"])
async def test_refusals_are_not_tried_again(status: str) -> None:
    """What would be refused again is asked once."""
    async with serving(reply("{}", status)) as server:
        await failure(server.url)
    assert len(server.requests) == 1


@pytest.mark.clause("C6")
async def test_tries_end() -> None:
    """Trouble that stays is told after four tries, with growing waits between them."""
    ticks = SteppedClock()
    async with serving(reply("{}", "503 Busy")) as server:
        raised = await failure(server.url, clock=ticks.clock)
    assert (raised.code, len(server.requests)) == ("unavailable", 4)
    bounds = zip((0.25, 0.5, 1.0), ticks.slept, (0.5, 1.0, 2.0), strict=True)
    assert all(low <= slept <= high for low, slept, high in bounds)


@pytest.mark.clause("C6")
async def test_retry_after_is_honoured() -> None:
    """The CRM is not asked again before the time that it names."""
    ticks = SteppedClock()
    async with serving(THROTTLED, THROTTLED, reply("[1]")) as server, client(server.url, clock=ticks.clock) as http:
        await http.get("Users")
    assert ticks.slept == [3.0, 3.0]


async def test_long_retry_after_is_not_waited_for() -> None:
    """Where the named time is beyond the deadline, the error comes at once and says how long."""
    ticks = SteppedClock()
    async with serving(reply("{}", "429 Slow", Retry_After="60")) as server:
        raised = await failure(server.url, clock=ticks.clock)
    assert (raised.code, raised.retry_after, ticks.slept) == ("throttled", 60.0, [])


async def test_used_up_quota_is_not_tried_again() -> None:
    """The connector's verdict on the body decides: a used-up quota looks like throttling and is none."""

    def judge(answer: Answer) -> JackfieldError | None:
        return error("quota_exhausted") if "today" in answer.text else None

    async with serving(reply('"no more today"', "429 Slow", Retry_After="1")) as server:
        raised = await failure(server.url, judge=judge)
    assert (raised.code, raised.retry_after, len(server.requests)) == ("quota_exhausted", 1.0, 1)


async def test_throttling_in_disguise_is_tried_again() -> None:
    """A refusal that the connector knows for throttling is tried again."""

    def judge(answer: Answer) -> JackfieldError | None:
        return error("throttled") if answer.status == 403 else None

    async with serving(reply("{}", "403 No"), reply("[1]")) as server, client(server.url, judge=judge) as http:
        assert (await http.get("Users")).json() == [1]


async def test_unjudged_answer_is_given_at_once() -> None:
    """Who wants the answer whatever it is gets the first."""
    async with serving(reply("{}", "503 Busy")) as server, client(server.url) as http:
        assert (await http.get("Users", judged=False)).status == 503
    assert len(server.requests) == 1


async def test_stalled_server_is_left_after_two_tries() -> None:
    """Another try as long as the last is not begun where the deadline would cut it off."""
    ticks = SteppedClock()
    answers = 0

    async def attempt(_: Deadline) -> JackfieldError:
        nonlocal answers
        answers += 1
        ticks.time += 8
        await asyncio.sleep(0)
        return error("timed_out")

    await tried(attempt, RetryPolicy(), ticks.clock)
    assert answers == 2
    assert ticks.time - 1000 <= 16.5


async def test_stalled_server_is_tried_again() -> None:
    """A server that was silent once may answer the second time."""
    async with serving(stall, reply("[1]")) as server, client(server.url, bounds=Bounds(read=0.1)) as http:
        assert (await http.get("Users")).json() == [1]


async def test_waiting_for_a_turn_takes_nothing_of_the_deadline() -> None:
    """What is waited for the budget is no fault of the CRM."""
    ticks = SteppedClock()
    deadline = Deadline(total=10, clock=ticks.clock)
    ticks.time += 100
    deadline.stood_still(100)
    ticks.time += 4
    assert deadline.left == 6


def test_what_may_be_tried_again() -> None:
    """Transient troubles and the CRM's own errors, but no quota and nothing that was cancelled."""
    network = {"connection_refused", "connection_lost", "timed_out", "budget_unreachable"}
    expected = network | {"throttled", "unavailable", "server_error"}
    assert expected == {code for code in CATALOGUE if may_retry(error(code))}


NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (" 1.5 ", 1.5),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("nan", None),
        ("9" * 400, None),
        ("١٢", None),
    ],
)
def test_retry_after_is_read(value: str, expected: float | None) -> None:
    """Seconds or a date by the CRM's own clock; anything else is as if it said nothing."""
    assert expected == retry_after({"retry-after": value, "date": format_datetime(NOW, usegmt=True)})

"""A host may watch every request; nothing secret is in what it sees."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jackfield.http import Budgets, Limit, Query
from tests.core.http.serving import SteppedClock, client, failure, hang_up, reply, serving, stall

if TYPE_CHECKING:
    from jackfield.http import RequestEvent


async def test_each_request_is_told_with_its_try() -> None:
    """A new try and a hop of a redirect are requests of their own."""
    seen: list[RequestEvent] = []
    answers = reply("{}", "500 Oops"), reply("", "302 Found", Location="b"), reply()
    async with serving(*answers) as server, client(server.url, on_request=seen.append) as http:
        await http.get("Users")
    told = [(event.method, event.path, event.status, event.code, event.tries) for event in seen]
    assert told == [
        ("GET", "/v3.1/Users", 500, None, 1),
        ("GET", "/v3.1/Users", 302, None, 2),
        ("GET", "/v3.1/b", 200, None, 2),
    ]


async def test_no_secret_and_no_query_is_told() -> None:
    """Credentials stand in neither the path nor anything else of an event."""
    seen: list[RequestEvent] = []
    auth = Query("token", "token-555-0100")
    async with serving() as server, client(server.url, auth=auth, on_request=seen.append) as http:
        await http.get("Users/token-555-0100", params={"email": "ada@example.com"})
    assert seen[0].path == "/v3.1/Users/***"
    assert "token-555-0100" not in repr(seen)
    assert "ada@example.com" not in repr(seen)


async def test_failure_is_told_by_its_code() -> None:
    """Where no answer came there is no status, but the reason."""
    seen: list[RequestEvent] = []
    async with serving(hang_up) as server:
        await failure(server.url, on_request=seen.append)
    assert {(event.status, event.code) for event in seen} == {(None, "connection_lost")}


async def test_cancelled_request_is_told() -> None:
    """Who is cancelled while he waits for an answer has asked all the same."""
    seen: list[RequestEvent] = []
    async with serving(stall) as server, client(server.url, on_request=seen.append) as http:
        asking = asyncio.create_task(http.get("Users"))
        await server.asked.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    assert [(event.status, event.code) for event in seen] == [(None, "cancelled")]


async def test_waiting_for_a_turn_is_told_apart() -> None:
    """The wait in the budgets does not count as the CRM's time."""
    seen: list[RequestEvent] = []
    options = {"budgets": Budgets(), "limits": [Limit(1, 0.1)], "clock": SteppedClock().clock}
    async with serving() as server, client(server.url, on_request=seen.append, **options) as http:
        await http.get("Users")
        await http.get("Users")
    assert seen[1].waited >= 0.05 > seen[0].waited

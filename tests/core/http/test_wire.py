"""Connections of our own: what servers do with them that is neither wrong nor usual."""

from __future__ import annotations

import asyncio
import gzip
import sys
from typing import TYPE_CHECKING

import vcr

from jackfield.http import Bounds, Pool, RetryPolicy
from jackfield.http._engine import engine
from jackfield.http._reading import Reading
from jackfield.http._wire import Wire
from tests.core.http.serving import LOOPBACK, client, failure, reply, serving, stall

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ONCE = RetryPolicy(attempts=1)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


async def closing_later(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer, keep the connection as if for more, and close it a moment later without a word."""
    writer.write(reply("[1]"))
    await writer.drain()
    await asyncio.sleep(0.02)


async def ending_by_closing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a body without a length, which ends with the connection."""
    writer.write(HEAD + b"\r\n[1, ")
    await writer.drain()
    writer.write(b"2]")
    await writer.drain()


async def long_headed(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send headers without an end."""
    writer.write(HEAD)
    while not writer.is_closing():
        writer.write(b"X-More: " + b"a" * 1000 + b"\r\n")
        await writer.drain()


async def test_connection_that_the_server_closed_meanwhile_is_made_anew() -> None:
    """A request on a connection that was closed while idle is no failure: it goes over a new one."""
    async with serving(closing_later) as server, client(server.url, retry=ONCE) as http:
        for _ in range(3):
            assert (await http.get("Users")).json() == [1]
            await asyncio.sleep(0.05)
    assert server.connections == 3


async def test_connection_closed_under_the_request_is_made_anew() -> None:
    """The server may close just as the next request is on its way to it: it has not heard it, so it is sent again."""
    script = reply("[1]"), lambda *_: asyncio.sleep(0), reply("[2]")
    async with serving(*script) as server, client(server.url, retry=ONCE) as http:
        answers = [(await http.get("Users")).json() for _ in range(2)]
    assert answers == [[1], [2]]


async def test_body_may_end_with_the_connection() -> None:
    """Without a length and without chunks, the end of the connection is the end of the body."""
    async with serving(ending_by_closing) as server, client(server.url) as http:
        assert (await http.get("Users")).json() == [1, 2]


async def test_early_hints_are_passed_over() -> None:
    """What comes before the answer proper is no answer."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
    async with serving(hints + reply("[1]")) as server, client(server.url) as http:
        answer = await http.get("Users")
    assert (answer.status, answer.json(), answer.headers.get("link")) == (200, [1], None)


async def test_two_answers_to_one_request_spoil_the_connection() -> None:
    """What nobody asked for is never taken for the answer to the next request."""
    async with serving(reply("[1]") + reply("[666]"), reply("[2]")) as server, client(server.url) as http:
        answers = [(await http.get("Users")).json() for _ in range(2)]
    assert (answers, server.connections) == ([[1], [2]], 2)


async def test_headers_without_an_end_are_left() -> None:
    """Nobody fills the memory with headers."""
    async with serving(long_headed) as server:
        assert (await failure(server.url, retry=ONCE)).code == "connection_lost"


async def test_half_a_packed_body_is_told() -> None:
    """A compressed body that stops in the middle is not taken for a short one."""
    packed = gzip.compress(b"[" + b"1," * 500 + b"1]")[:-12]
    async with serving(reply(packed, Content_Encoding="gzip")) as server:
        assert (await failure(server.url)).code == "malformed_answer"


async def test_headers_that_come_twice_are_joined() -> None:
    """Both values count, in their order."""
    twice = HEAD + b"Link: <a>; rel=first\r\nLink: <b>; rel=next\r\nContent-Length: 2\r\n\r\n[]"
    async with serving(twice) as server, client(server.url) as http:
        answer = await http.get("Users")
    assert answer.links == {"first": "a", "next": "b"}


async def test_many_requests_at_once_have_a_bound() -> None:
    """Twenty connections serve whatever is asked at the same time."""
    async with serving() as server, client(server.url) as http:
        await asyncio.gather(*(http.get("Users") for _ in range(60)))
    assert (len(server.requests), server.connections <= 20) == (60, True)


async def test_body_in_tiny_chunks_is_read() -> None:
    """A chunk may be a byte."""
    chunks = b"".join(b"1\r\n%c\r\n" % letter for letter in b"[1,2,3]") + b"0\r\n\r\n"
    async with serving(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks) as server, client(server.url) as http:
        assert (await http.get("Users")).json() == [1, 2, 3]


async def test_trailers_without_an_end_are_left() -> None:
    """Nor with what may follow the last chunk."""

    async def trailing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n")
        while not writer.is_closing():
            writer.write(b"X-More: " + b"a" * 1000 + b"\r\n")
            await writer.drain()

    async with serving(trailing) as server:
        raised = await failure(server.url, bounds=Bounds(body=1000), retry=ONCE)
    assert raised.code in {"answer_too_large", "connection_lost"}


def test_recorders_of_httpx_hear_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a cassette is used, requests go by the library that it listens to; before and after, by our own."""
    monkeypatch.delenv("JACKFIELD_HTTP_ENGINE")
    seen = [engine().__name__]
    with vcr.use_cassette(str(tmp_path / "none.yaml")):
        seen.append(engine().__name__)
    seen.append(engine().__name__)
    assert "httpx" in sys.modules
    assert [name.rpartition(".")[2] for name in seen] == ["_sending", "_by_httpx", "_sending"]


async def test_each_request_has_its_own_end_though_the_connection_is_the_same() -> None:
    """Whoever has less time than the one before him is told in his own time."""
    async with serving(reply("[]"), stall) as server, Pool(policy=LOOPBACK) as pool:
        async with client(server.url, pool=pool, retry=RetryPolicy(attempts=1, total=60)) as http:
            await http.get("Users")
        patience = RetryPolicy(attempts=1, total=0.2)
        late = await asyncio.wait_for(failure(server.url, pool=pool, retry=patience), 10)
    assert (late.code, server.connections) == ("timed_out", 1)


async def test_who_waits_for_room_waits_no_longer_than_he_has_time() -> None:
    """Twenty are under way at most; whoever waits behind them in vain is told so."""
    times = [1.0] * 20 + [0.2] * 5
    async with serving(*[stall] * 20) as server, Pool(policy=LOOPBACK) as pool:
        asking = [failure(server.url, pool=pool, retry=RetryPolicy(attempts=1, total=time)) for time in times]
        late = await asyncio.wait_for(asyncio.gather(*asking), 10)
    assert ({each.code for each in late}, len(server.requests)) == ({"timed_out"}, 20)


class ForeignTransport(asyncio.BaseTransport):
    """A transport as loops written in other languages have it: it does what asyncio's do, and is none of them."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: bytes) -> None:
        """Take what is to be sent."""
        self.written += data

    def is_closing(self) -> bool:
        """Never."""
        return False

    def abort(self) -> None:
        """Nothing to be closed."""


async def test_transport_of_another_loop_than_asyncios_is_as_good() -> None:
    """A host may run its tasks by uvloop, whose transports are not asyncio's by class."""
    wire, transport, reading = Wire(), ForeignTransport(), Reading(100, lambda: None)
    wire.connection_made(transport)
    asking = asyncio.create_task(wire.ask(b"GET", reading, 5, asyncio.get_running_loop().time() + 5))
    for _ in range(3):
        await asyncio.sleep(0)
    wire.data_received(reply("[1]"))
    await asyncio.wait_for(asking, 5)
    assert (transport.written, reading.content) == (b"GET", b"[1]")
    wire.close()

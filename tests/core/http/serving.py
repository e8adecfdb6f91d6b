"""Real servers on loopback that do what a test tells them, and clocks that nobody has to wait for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from jackfield.errors import JackfieldError
from jackfield.http import Budgets, Clock, HttpClient, OutboundPolicy

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

LOOPBACK = OutboundPolicy(allowed=(ip_network("127.0.0.0/8"), ip_network("::1/128")))

#: What a server does with a request: the bytes it answers with, or how it behaves on the connection.
Behaviour = bytes | Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """A request as it came over the wire."""

    target: str
    headers: dict[str, str]


@dataclass
class Server:
    """A running server: its address and what it has seen."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)


def reply(body: bytes | str = b"{}", status: str = "200 OK", kind: str = "application/json", **headers: str) -> bytes:
    """A complete answer; header names are written with underscores."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}"]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


@asynccontextmanager
async def serving(*answers: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """A server that meets its requests with these answers in turn, and with the last one ever after."""
    server = Server()
    script = list(answers) or [reply()]

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                server.requests.append(await _request(reader))
                server.asked.set()
                behaviour = script.pop(0) if len(script) > 1 else script[0]
                if callable(behaviour):
                    await behaviour(reader, writer)
                    break
                writer.write(behaviour)
                await writer.drain()
        server.hung_up.set()
        writer.close()

    listener = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    server.url = f"{'https' if tls else 'http'}://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v3.1/"
    try:
        yield server
    finally:
        listener.close()


async def _request(reader: asyncio.StreamReader) -> Request:
    first, *others = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    pairs = (line.split(": ", 1) for line in others)
    return Request(first.split()[1], {name.lower(): value for name, value in pairs})


async def stall(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Say nothing until the other side hangs up."""
    await reader.read()


async def drop(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hang up in the middle of the body."""
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[{"a":')
    await writer.drain()


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hang up without a word."""
    writer.close()


async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a byte now and then, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


class SteppedClock:
    """Time that passes only by sleeping; ``slept`` holds each sleep."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []
        self.clock = Clock(now=lambda: self.time, sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


def client(url: str, **options: Any) -> HttpClient:
    """A client that may go to loopback, waits for nobody's budget, and on no clock but its own."""
    defaults = {
        "user_agent": "jackfield-acme/0.1.0",
        "policy": LOOPBACK,
        "budgets": Budgets(lifted=True),
        "clock": SteppedClock().clock,
    }
    return HttpClient(url, **{**defaults, **options})


async def failure(url: str, path: str = "Users", **options: Any) -> JackfieldError:
    """The error that asking once, with all the tries that follow, ends in."""
    async with client(url, **options) as http:
        try:
            answer = await http.get(path)
        except JackfieldError as raised:
            return raised
    raise AssertionError(f"no error but {answer}")

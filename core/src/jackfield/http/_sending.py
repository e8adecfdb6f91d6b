"""Requests over connections of our own: a parser of the field's (httptools) and the loop's transports, nothing between.

Why not the client library that everybody knows: beside it an import of many small accounts costs a fifth of the
processor, a process starts in two thirds of the time, and needs 12 MiB less. See docs/performance.md. What listens to
that library is heard all the same: :mod:`jackfield.http._by_httpx`.
"""

from __future__ import annotations

import asyncio
import os
import re
import ssl
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final, Self

from jackfield.errors import JackfieldError
from jackfield.http._address import origin
from jackfield.http._failures import failed, named, tls_failed
from jackfield.http._reading import Reading
from jackfield.http._wire import Wire, connected
from jackfield.http.answer import Answer, Headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from jackfield.http._address import Address
    from jackfield.http.bounds import Bounds
    from jackfield.http.guard import OutboundPolicy

__all__ = ["Connections", "Sender", "shared_context"]

_MOST_AT_ONCE: Final = 20
#: Seconds for which an idle connection is kept: servers close them without a word, many after twenty.
_LONGEST_IDLE: Final = 15.0
_VALUE = re.compile(r"(?:[!-~](?:[ -~\t]*[!-~])?)?").fullmatch
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch


class Connections:
    """Open connections that go only where the policy permits; of one event loop."""

    def __init__(self, policy: OutboundPolicy, context: ssl.SSLContext | None) -> None:
        self._policy, self._context = policy, context
        self._idle: dict[tuple[str, str, int], list[Wire]] = defaultdict(list)
        self._room = asyncio.Semaphore(_MOST_AT_ONCE)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        idle = [wire for wires in self._idle.values() for wire in wires]
        self._idle.clear()
        for wire in idle:
            wire.close()
        if idle:
            await asyncio.sleep(0)  # so that they are closed when this returns

    async def exchange(
        self, url: Address, request: bytes, bounds: Bounds, on_wire: Callable[[], None], *, within: float
    ) -> Reading:
        """The answer to a request, read as far as it goes; raises TimeoutError after so many seconds.

        A connection that the server closed while it was idle is not its fault, nor ours: a new one is made.
        """
        until = asyncio.get_running_loop().time() + within
        await self._enter(until)
        try:
            while True:
                wire = self._kept(url)
                fresh = wire is None
                wire = wire or await self._new(url, bounds.connect, until)
                reading = Reading(bounds.body, on_wire)
                on_wire()
                try:
                    await wire.ask(request, reading, bounds.read, until)
                finally:
                    reading.release()
                    self._take_back(url, wire, reading)
                if fresh or reading.touched or reading.code is None:
                    return reading
        finally:
            self._room.release()

    async def _enter(self, until: float) -> None:
        """Wait for room; nearly always there is some, and nothing to be timed."""
        if self._room.locked():
            async with asyncio.timeout_at(until):
                await self._room.acquire()
        else:
            await self._room.acquire()

    async def _new(self, url: Address, seconds: float, until: float) -> Wire:
        context = (self._context or shared_context()) if url.scheme == "https" else None
        async with asyncio.timeout_at(until):
            return await connected(url, origin(url)[2], self._policy, context, seconds)

    def _kept(self, url: Address) -> Wire | None:
        idle, now = self._idle[origin(url)], asyncio.get_running_loop().time()
        while idle:
            wire = idle.pop()
            if wire.open and now - wire.idle_since < _LONGEST_IDLE:
                return wire
            wire.close()
        return None

    def _take_back(self, url: Address, wire: Wire, reading: Reading) -> None:
        idle = self._idle[origin(url)]
        if reading.over and reading.keeps_alive and wire.open and len(idle) < _MOST_AT_ONCE:
            idle.append(wire)
        else:
            wire.close()


class Sender:
    """Sends requests over connections of its own, or over those of a pool."""

    def __init__(
        self,
        *,
        policy: OutboundPolicy,
        bounds: Bounds,
        context: ssl.SSLContext | None,
        redact: Callable[[str], str],
        lent: Connections | None = None,
    ) -> None:
        self._lent = lent is not None
        self._connections = lent or Connections(policy, context)
        self._bounds = bounds
        self._redact = redact

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        if not self._lent:
            await self._connections.__aexit__()

    async def get(
        self, url: Address, headers: Mapping[str, str], *, within: float, on_wire: Callable[[], None]
    ) -> Answer | JackfieldError:
        """The whole answer, or why there is none; over after ``within`` seconds, whatever the server does."""
        request = _written(url, headers)
        if request is None:
            return failed("invalid_value", url)
        try:
            reading = await self._connections.exchange(url, request, self._bounds, on_wire, within=within)
        except JackfieldError as failure:
            return named(failure, url)
        except ssl.SSLError as failure:
            return tls_failed(failure, url)
        except TimeoutError:
            return failed("timed_out", url)
        except OSError:
            return failed("connection_lost", url)
        return self._answer(url, reading) if reading.code is None else failed(reading.code, url)

    def _answer(self, url: Address, reading: Reading) -> Answer:
        return Answer(
            status=reading.status,
            reason=reading.reason,
            headers=Headers.lowered(reading.headers),
            content=reading.content,
            url=f"{url.scheme}://{url.netloc}{url.path}",
            redact=self._redact,
        )


def _written(url: Address, headers: Mapping[str, str]) -> bytes | None:
    """The request as it goes over the wire; None where a header holds what none can carry."""
    if not all(map(_VALUE, headers.values())) or not all(map(_NAME, headers)):
        return None
    lines = (f"GET {url.target} HTTP/1.1", f"Host: {url.netloc}", *map(": ".join, headers.items()), "", "")
    return "\r\n".join(lines).encode("ascii")


@cache
def shared_context() -> ssl.SSLContext:
    """One for the process: to make one takes 40 ms of work. The deployment may name other authorities to trust."""
    import certifi

    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    context = ssl.create_default_context(cafile=file or (None if folder else certifi.where()), capath=folder)
    context.set_alpn_protocols(["http/1.1"])
    return context

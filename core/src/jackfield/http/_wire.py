"""One connection to a host, over which one request after the other is asked."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, cast

from jackfield.errors import error
from jackfield.http._hosts import permitted_places

if TYPE_CHECKING:
    import ssl

    from jackfield.http._address import Address
    from jackfield.http._hosts import Place
    from jackfield.http._reading import Reading
    from jackfield.http.guard import OutboundPolicy

__all__ = ["Wire", "connected"]


class Wire(asyncio.Protocol):
    """A connection; ``idle_since`` is the loop's time at which its last answer was whole."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._reading: Reading | None = None
        self._answered: asyncio.Future[None] | None = None
        self._watching: asyncio.TimerHandle | None = None
        self._heard = self._silence = self._until = 0.0
        self.idle_since = 0.0

    @property
    def open(self) -> bool:
        """Whether a request can be sent, as far as is known here."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes, reading: Reading, silence: float, until: float) -> None:
        """Send a request and read its answer.

        Raises TimeoutError after so many seconds without a byte, and when it is not whole by the loop's ``until``.
        """
        self._reading = reading
        self._answered = self._loop.create_future()
        self._heard = self._loop.time()
        self._silence, self._until = silence, until
        self._look_by(min(self._heard + silence, until))
        # Not at once: what is asked for in one turn of the loop goes out together, and wakes the other side up once.
        self._loop.call_soon(self._send, request)
        try:
            await self._answered
        finally:
            self._reading = self._answered = None
        self.idle_since = self._loop.time()

    def _send(self, request: bytes) -> None:
        if self._transport is not None and self._reading is not None:
            self._transport.write(request)

    def close(self) -> None:
        """Hang up at once, whatever is under way."""
        self._look_no_more()
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # that of another loop than asyncio's need not be one

    def data_received(self, data: bytes) -> None:
        self._heard = self._loop.time()
        if self._reading is None:  # nothing was asked
            self.close()
            return
        self._reading.feed(data)
        self._tell()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the loop's interface
        self._transport = None
        self._look_no_more()
        if self._reading is not None:
            self._reading.ended()
            self._tell()

    def _tell(self) -> None:
        if self._reading is not None and self._reading.over and self._answered and not self._answered.done():
            self._answered.set_result(None)

    def _look_by(self, moment: float) -> None:
        """Look then, or before: one timer serves many requests, as to set and cancel one for each would cost more."""
        if self._watching is not None and self._watching.when() <= moment:
            return
        self._look_no_more()
        self._watching = self._loop.call_at(moment, self._look)

    def _look_no_more(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    def _look(self) -> None:
        """End what takes too long; of what does not, look when it may."""
        self._watching = None
        if self._answered is None or self._answered.done():
            return
        due = min(self._heard + self._silence, self._until)
        if due > self._loop.time():
            self._look_by(due)
        else:
            self._answered.set_exception(TimeoutError())


async def connected(
    address: Address, port: int, policy: OutboundPolicy, context: ssl.SSLContext | None, seconds: float
) -> Wire:
    """A new connection, encrypted where there is a ``context``; each of the host's addresses is judged before.

    Raises JackfieldError, ssl.SSLError, or OSError where the connection breaks in the middle of the greeting.
    """
    try:
        async with asyncio.timeout(seconds):
            places = await permitted_places(address.host, port, policy)
            return await _first(address.host, port, places, context, seconds)
    except TimeoutError:
        message = f"{address.host} did not answer in time: no connection could be made."
        failure = error("timed_out", message)
    raise failure


async def _first(host: str, port: int, places: list[Place], context: ssl.SSLContext | None, seconds: float) -> Wire:
    """A connection to the first place that takes it; a silent one leaves time for the next."""
    silent = False
    for family, place in places:
        try:
            async with asyncio.timeout(seconds / len(places)):
                connection = await _socket(family, place)
        except TimeoutError:
            silent = True
            continue
        except OSError:
            continue
        return await _greeted(connection, host, context)
    if silent:
        raise TimeoutError
    raise error("connection_refused", f"{host} refused the connection on port {port}.")


async def _socket(family: socket.AddressFamily, place: tuple[object, ...]) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(0)
        await asyncio.get_running_loop().sock_connect(connection, place)
    except BaseException:
        connection.close()
        raise
    return connection


async def _greeted(connection: socket.socket, host: str, context: ssl.SSLContext | None) -> Wire:
    try:
        _, wire = await asyncio.get_running_loop().create_connection(
            Wire, sock=connection, ssl=context, server_hostname=host if context else None
        )
    except BaseException:
        connection.close()
        raise
    return wire

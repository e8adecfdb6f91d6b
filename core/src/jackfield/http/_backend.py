"""Connects to the address that the policy has judged, never to a name: what is judged cannot change in between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NoReturn

import httpcore

from jackfield.errors import error
from jackfield.http._hosts import permitted_places

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jackfield.http.guard import OutboundPolicy

__all__ = ["GuardedBackend"]


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves, refuses the host if ANY of its addresses is not permitted, connects to one of those it judged.

    Every new connection of every hop comes through here. Failures are JackfieldErrors already: here alone is known
    whether the name, the policy or the host said no. TLS goes on checking the certificate against the host's name.
    """

    def __init__(self, policy: OutboundPolicy) -> None:
        self._policy = policy
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                places = await permitted_places(host, port, self._policy)
                addresses = list(dict.fromkeys(str(place[0]) for _, place in places))
                return await self._connected(host, port, addresses, timeout, local_address, socket_options)
        except TimeoutError:
            failure = error("timed_out", f"{host} did not answer in time: no connection could be made.")
        raise failure

    async def connect_unix_socket(self, *_: object, **__: object) -> NoReturn:
        """Closed: a socket of this machine is no CRM."""
        raise error("address_not_allowed")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _connected(  # noqa: PLR0913, PLR0917 - httpcore's interface and the addresses
        self,
        host: str,
        port: int,
        addresses: list[str],
        timeout: float | None,  # noqa: ASYNC109 - shared out among the addresses, within the one above
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address that takes it; a silent one leaves time for the next."""
        share = None if timeout is None else timeout / len(addresses)
        silent = False
        for address in addresses:
            try:
                return await self._inner.connect_tcp(address, port, share, local_address, socket_options)
            except httpcore.ConnectTimeout:
                silent = True
            except httpcore.ConnectError:
                continue
        if silent:
            raise TimeoutError
        raise error("connection_refused", f"{host} refused the connection on port {port}.")

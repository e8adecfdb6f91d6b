"""Connects to the address that the policy has judged, never to a name: what is judged cannot change in between."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING, NoReturn

import httpcore

from jackfield.errors import error

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jackfield.errors import JackfieldError
    from jackfield.http.guard import OutboundPolicy

__all__ = ["GuardedBackend"]

_MOST_ADDRESSES = 4


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
                addresses = await _resolved(host, port)
                self._judge(host, addresses)
                return await self._connected(host, port, addresses, timeout, local_address, socket_options)
        except TimeoutError:
            failure = error("timed_out", f"{host} did not answer in time: no connection could be made.")
        raise failure

    async def connect_unix_socket(self, *_: object, **__: object) -> NoReturn:
        """Closed: a socket of this machine is no CRM."""
        raise error("address_not_allowed")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def _judge(self, host: str, addresses: Iterable[str]) -> None:
        for address in addresses:
            if not self._policy.permits(address):
                raise _refusal(host, address)

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
        candidates = addresses[:_MOST_ADDRESSES]
        share = None if timeout is None else timeout / len(candidates)
        silent = False
        for address in candidates:
            try:
                return await self._inner.connect_tcp(address, port, share, local_address, socket_options)
            except httpcore.ConnectTimeout:
                silent = True
            except httpcore.ConnectError:
                continue
        if silent:
            raise TimeoutError
        raise error("connection_refused", f"{host} refused the connection on port {port}.")


async def _resolved(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # what cannot be encoded is no name either
        found = []
    if not found:
        raise error("host_unknown", f"No host with the name {host} can be found.")
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _refusal(host: str, address: str) -> JackfieldError:
    if _is_numeric(host):
        return error("address_not_allowed", f"{host} is an address to which this installation sends no request.")
    message = f"{host} leads to {address}, an address to which this installation sends no request."
    return error("address_not_allowed", message)


def _is_numeric(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True

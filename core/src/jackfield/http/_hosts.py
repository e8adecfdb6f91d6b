"""From a host's name to addresses that the policy has judged: what is connected to is never a name again."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from jackfield.errors import error

if TYPE_CHECKING:
    from jackfield.errors import JackfieldError
    from jackfield.http.guard import OutboundPolicy

__all__ = ["MOST_ADDRESSES", "Place", "permitted_places"]

#: Of a host's addresses so many are tried.
MOST_ADDRESSES = 4
#: A family of addresses, and one of them as sockets take it; its first member is the numeric address.
Place = tuple[socket.AddressFamily, tuple[Any, ...]]


async def permitted_places(host: str, port: int, policy: OutboundPolicy) -> list[Place]:
    """Where the host is; raises where that is unknown, and where ANY of its addresses is not permitted."""
    places = [_numeric(host, port)] if _is_numeric(host) else await _named(host, port)
    if not places:
        raise error("host_unknown", f"No host with the name {host} can be found.")
    for _, (address, *_rest) in places:
        if not policy.permits(str(address)):
            raise _refusal(host, str(address))
    return places[:MOST_ADDRESSES]


def _numeric(host: str, port: int) -> Place:
    """What is an address already takes no look-up."""
    return (socket.AF_INET6, (host, port, 0, 0)) if ":" in host else (socket.AF_INET, (host, port))


async def _named(host: str, port: int) -> list[Place]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # what cannot be encoded is no name either
        return []
    return list(dict.fromkeys((family, place) for family, _, _, _, place in found))


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

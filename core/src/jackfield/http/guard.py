"""Where requests may go: to public addresses, and to the networks that the operator of this installation allows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from jackfield.errors import error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["OutboundPolicy"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_VARIABLE: Final = "JACKFIELD_ALLOWED_NETWORKS"
#: IPv6 networks whose addresses end in an IPv4 address.
_CARRIERS: Final = tuple(map(IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
#: Networks that no CRM stands in, though ``is_global`` lets them pass, in some versions of Python or in all: protocol
#: use, 6to4 and its relays, local NAT64, site-local.
_CLOSED: Final = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2002::/16", "64:ff9b:1::/48", "fec0::/10")))


@dataclass(frozen=True, kw_only=True)
class OutboundPolicy:
    """Permits public addresses, and those of the ``allowed`` networks; judged anew for every connection that is made.

    An IPv6 address that carries an IPv4 address (mapped, NAT64) has to be permitted as both.
    """

    allowed: Sequence[Network] = ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> OutboundPolicy:
        """The policy that JACKFIELD_ALLOWED_NETWORKS asks for; raises SettingsError where it is no list of networks."""
        names = environ.get(_VARIABLE, "").replace(",", " ").split()
        return cls(allowed=tuple(map(_network, names)))

    def permits(self, address: str) -> bool:
        """Whether a connection may be made to this numeric address."""
        parsed = ip_address(address)
        faces = tuple(_faces(parsed))
        return any(_within(face, self.allowed) for face in faces) or all(map(_is_public, faces))


def _network(name: str) -> Network:
    try:
        return ip_network(name)
    except ValueError:
        message = f"{_VARIABLE} holds {name!r}, which is not a network."
        remedy = "Write networks as 10.1.0.0/16, with a comma between two."
    raise error("invalid_value", message, remedy=remedy)


def _faces(address: Address) -> Iterator[Address]:
    """The address itself and what it stands for."""
    yield address
    if isinstance(address, IPv6Address) and any(address in network for network in _CARRIERS):
        yield IPv4Address(int(address) & 0xFFFFFFFF)


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return True  # its IPv4 face is judged
    return address.is_global and not address.is_multicast and not _within(address, _CLOSED)

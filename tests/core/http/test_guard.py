"""Requests go to public addresses, and to the networks that the operator allows."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jackfield.errors import JackfieldError, SettingsError
from jackfield.http import Bounds, OutboundPolicy
from jackfield.http._backend import GuardedBackend
from tests.core.http.serving import LOOPBACK, SteppedClock, client, failure, reply, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOSED = OutboundPolicy()


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104 - as a target
        "2130706433",
        "0x7f.1",
        "127.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[::127.0.0.1]",
        "[fd00::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[::]",
    ],
)
async def test_private_address_is_refused_in_any_spelling(host: str) -> None:
    """However a private address is written, nothing is sent there, and nothing is tried again."""
    ticks = SteppedClock()
    raised = await failure(f"http://{host}:9/", policy=CLOSED, clock=ticks.clock)
    assert (raised.code, ticks.slept) == ("address_not_allowed", [])


async def test_server_behind_the_guard_hears_nothing() -> None:
    """A running server on loopback is not even connected to."""
    async with serving() as server:
        raised = await failure(server.url, policy=CLOSED)
    assert (raised.code, server.connections) == ("address_not_allowed", 0)
    assert "127.0.0.1" in raised.message


async def test_allowed_network_is_reached() -> None:
    """An operator opens a network by naming it."""
    async with serving() as server, client(server.url, policy=LOOPBACK) as http:
        assert (await http.get("Users")).status == 200


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::5db8:d822", True),
        ("2606:2800:220:1::1", True),
        ("2002:5db8:d822::", False),
        ("192.0.0.8", False),
        ("fe80::1%1", False),
    ],
)
def test_public_addresses_are_permitted(address: str, *, expected: bool) -> None:
    """A public address is permitted, as is an IPv6 address that carries a public one."""
    assert expected == CLOSED.permits(address)


def test_allowing_a_network_opens_no_other() -> None:
    """Loopback allowed is loopback alone, in each of its spellings."""
    seen = [LOOPBACK.permits(address) for address in ("127.9.9.9", "::1", "::ffff:127.0.0.1", "10.0.0.1", "fd00::1")]
    assert seen == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ()),
        ("127.0.0.0/8,::1/128", (ip_network("127.0.0.0/8"), ip_network("::1/128"))),
        (" 10.1.0.0/16 , 10.2.3.4 ", (ip_network("10.1.0.0/16"), ip_network("10.2.3.4/32"))),
    ],
)
def test_networks_come_from_the_environment(value: str, expected: tuple[object, ...]) -> None:
    """JACKFIELD_ALLOWED_NETWORKS lists networks."""
    assert expected == OutboundPolicy.from_environment({"JACKFIELD_ALLOWED_NETWORKS": value}).allowed


def test_nothing_is_allowed_by_default() -> None:
    """Without the variable every private address is closed."""
    assert OutboundPolicy.from_environment({}).allowed == ()


@pytest.mark.parametrize("value", ["localhost", "10.0.0.1/8", "127.0.0.0/8,any", "*"])
def test_bad_network_is_told(value: str) -> None:
    """What is no network is named in one sentence that says what to do."""
    with pytest.raises(SettingsError, match="JACKFIELD_ALLOWED_NETWORKS holds"):
        OutboundPolicy.from_environment({"JACKFIELD_ALLOWED_NETWORKS": value})


async def test_local_sockets_are_closed() -> None:
    """A socket file of this machine is never connected to, whatever is allowed."""
    backend = GuardedBackend(LOOPBACK)
    with pytest.raises(JackfieldError) as raised:
        await backend.connect_unix_socket("/run/crm.sock")
    assert raised.value.code == "address_not_allowed"


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would walk around the guard."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with serving() as server, client(server.url) as http:
        assert (await http.get("Users")).status == 200


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A name server of the test's own: host names and their addresses."""
    known: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *others: Any, **options: Any) -> list[Any]:
        return [entry for address in known.get(host, [host]) for entry in real(address, port, *others, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def named(url: str) -> str:
    """The server's address with a name in place of the number."""
    return url.replace("127.0.0.1", "crm.example.com")


async def test_one_private_address_closes_a_name(names: dict[str, list[str]]) -> None:
    """A name with a good address and a private one is refused, before the good one is connected to."""
    names["crm.example.com"] = ["127.0.0.1", "10.0.0.1"]
    async with serving() as server:
        raised = await failure(named(server.url))
    assert (raised.code, server.connections) == ("address_not_allowed", 0)
    assert "crm.example.com leads to 10.0.0.1" in raised.message


async def test_every_new_connection_is_judged(names: dict[str, list[str]]) -> None:
    """A name that was good once and leads to a private address later is refused then."""
    names["crm.example.com"] = ["127.0.0.1"]
    closing = reply(Connection="close")
    async with serving(closing) as server, client(named(server.url)) as http:
        await http.get("Users")
        names["crm.example.com"] = ["169.254.169.254"]
        with pytest.raises(JackfieldError) as raised:
            await http.get("Users")
    assert (raised.value.code, server.connections) == ("address_not_allowed", 1)


async def test_connection_in_use_looks_nothing_up(names: dict[str, list[str]]) -> None:
    """An open connection is used on without a look-up."""
    names["crm.example.com"] = ["127.0.0.1"]
    async with serving() as server, client(named(server.url)) as http:
        await http.get("Users")
        names.clear()
        await http.get("Users")
    assert (len(server.requests), server.connections) == (2, 1)


async def test_next_address_is_tried(names: dict[str, list[str]]) -> None:
    """Where the first address refuses, the next one is asked, under the name of the host."""
    names["crm.example.com"] = ["127.0.0.2", "127.0.0.1"]
    async with serving() as server, client(named(server.url)) as http:
        await http.get("Users")
    assert server.requests[0].headers["host"].startswith("crm.example.com:")


async def test_silent_address_leaves_time_for_the_next(names: dict[str, list[str]]) -> None:
    """An address that says nothing takes its share of the time only."""
    names["crm.example.com"] = ["127.0.0.2", "127.0.0.1"]
    async with serving() as server:
        port = httpx.URL(server.url).port
        with socket.create_server(("127.0.0.2", port or 0), backlog=0) as full, _filled(full):
            async with client(named(server.url), bounds=Bounds(connect=0.4)) as http:
                assert (await http.get("Users")).status == 200


@contextmanager
def _filled(listener: socket.socket) -> Iterator[None]:
    """Nobody else gets through to the listener."""
    waiting = [socket.socket() for _ in range(3)]
    for one in waiting:
        one.settimeout(0)
        one.connect_ex(listener.getsockname())
    yield
    for one in waiting:
        one.close()

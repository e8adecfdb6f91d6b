"""Each way in which an answer fails to come has its own name, and names the host."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from jackfield.errors import CATALOGUE, Kind
from jackfield.http import Basic, Bounds, RetryPolicy
from jackfield.http._by_httpx import CODES
from jackfield.http._sending import shared_context
from tests.core.http.serving import client, drip, drop, failure, hang_up, reply, serving, stall

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

ONCE = RetryPolicy(attempts=1)
EXPECTED = {
    "CloseError": "connection_lost",
    "ConnectError": "connection_lost",
    "ConnectTimeout": "timed_out",
    "CookieConflict": "malformed_answer",
    "DecodingError": "malformed_answer",
    "HTTPError": "connection_lost",
    "HTTPStatusError": "connection_lost",
    "InvalidURL": "invalid_url",
    "LocalProtocolError": "invalid_value",
    "NetworkError": "connection_lost",
    "PoolTimeout": "timed_out",
    "ProtocolError": "connection_lost",
    "ProxyError": "connection_lost",
    "ReadError": "connection_lost",
    "ReadTimeout": "timed_out",
    "RemoteProtocolError": "connection_lost",
    "RequestError": "connection_lost",
    "RequestNotRead": "connection_lost",
    "ResponseNotRead": "connection_lost",
    "StreamClosed": "connection_lost",
    "StreamConsumed": "connection_lost",
    "StreamError": "connection_lost",
    "TimeoutException": "timed_out",
    "TooManyRedirects": "not_the_api",
    "TransportError": "connection_lost",
    "UnsupportedProtocol": "unsupported_scheme",
    "WriteError": "connection_lost",
    "WriteTimeout": "timed_out",
}


@asynccontextmanager
async def speaking(words: bytes) -> AsyncIterator[int]:
    """The port of a server that says these words to whatever it is told."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(words)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as listener:
        yield listener.sockets[0].getsockname()[1]


def test_every_exception_of_the_library_is_named() -> None:
    """No exception class of httpx goes without a code of ours, and each code is in the catalogue."""
    members = {name: getattr(httpx, name) for name in httpx.__all__}
    raised = {name: cls for name, cls in members.items() if isinstance(cls, type) and issubclass(cls, Exception)}
    actual = {name: next(CODES[up] for up in cls.__mro__ if up in CODES) for name, cls in raised.items()}
    assert actual == EXPECTED
    assert set(actual.values()) <= set(CATALOGUE)


@pytest.mark.clause("C4")
@pytest.mark.parametrize("host", ["nothing.invalid", "a" * 64 + ".example.com", "x..example.com"])
async def test_unknown_host_is_a_matter_of_the_settings(host: str) -> None:
    """A name that nobody has is told as such, and not tried again."""
    raised = await failure(f"https://{host}/")
    assert (raised.code, raised.kind) == ("host_unknown", Kind.SETTINGS)
    assert host in raised.message


@pytest.mark.clause("C4")
async def test_refused_connection() -> None:
    """A host where nobody listens refuses the connection."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        raised = await failure(f"http://127.0.0.1:{port}/")
    assert (raised.code, raised.kind) == ("connection_refused", Kind.TRANSIENT)
    assert f"127.0.0.1 refused the connection on port {port}." == raised.message


@pytest.mark.clause("C4")
async def test_untrusted_certificate(server_tls: ssl.SSLContext) -> None:
    """A certificate that nobody vouches for keeps every request back, and is not tried again."""
    async with serving(tls=server_tls) as server:
        raised = await failure(server.url)
    assert (raised.code, raised.kind, server.requests) == ("tls_failed", Kind.SETTINGS, [])
    assert raised.detail == "self-signed certificate"


async def test_certificate_of_another_host(server_tls: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    """The name in the address is what the certificate has to prove, not the address connected to."""
    async with serving(tls=server_tls) as server:
        raised = await failure(server.url.replace("127.0.0.1", "localhost"), ssl_context=trusting)
    assert (raised.code, server.requests) == ("tls_failed", [])
    assert "localhost" in raised.message


async def test_trusted_certificate(server_tls: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    """TLS works through the guard."""
    async with serving(tls=server_tls) as server, client(server.url, ssl_context=trusting) as http:
        assert (await http.get("Users")).status == 200


async def test_server_without_tls() -> None:
    """An https address of a server that speaks http is a matter of the settings."""
    async with speaking(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n") as port:
        raised = await failure(f"https://127.0.0.1:{port}/")
    assert raised.code == "tls_failed"
    assert raised.message.startswith("127.0.0.1 does not answer as a host with an https:// address does")


async def test_something_else_than_http() -> None:
    """A server of another protocol gives no answer."""
    async with speaking(b"220 mail.example.com ready\r\n500 what?\r\n\r\n") as port:
        raised = await failure(f"http://127.0.0.1:{port}/", retry=ONCE)
    assert raised.code == "connection_lost"


async def test_silent_server_times_out() -> None:
    """A server that takes the request and says nothing is left after the read time-out."""
    async with serving(stall) as server:
        raised = await failure(server.url, bounds=Bounds(read=0.1), retry=ONCE)
    assert (raised.code, raised.kind) == ("timed_out", Kind.TRANSIENT)
    assert raised.message == "127.0.0.1 did not answer in time."


async def test_silent_handshake_times_out() -> None:
    """A server that never answers the TLS greeting is left after the connect time-out."""
    async with serving(stall) as server:
        raised = await failure(server.url.replace("http:", "https:"), bounds=Bounds(connect=0.1), retry=ONCE)
    assert raised.code == "timed_out"


async def test_unreachable_network_times_out() -> None:
    """A connection that is never made is left after the connect time-out."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        url = f"http://127.0.0.1:{full.getsockname()[1]}/"
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.settimeout(0)
            one.connect_ex(full.getsockname())
        raised = await failure(url, bounds=Bounds(connect=0.2), retry=ONCE)
        for one in waiting:
            one.close()
    assert raised.code == "timed_out"


async def test_dripping_server_ends_by_the_deadline() -> None:
    """Bytes that keep coming one by one do not put off the end of the call."""
    async with serving(drip) as server:
        before = time.monotonic()
        raised = await failure(server.url, retry=RetryPolicy(total=0.3))
    assert raised.code == "timed_out"
    assert time.monotonic() - before < 1


async def test_address_is_named_without_its_query() -> None:
    """The request of an error is method and address; the query may hold anything and stays out."""
    async with serving(hang_up) as server:
        raised = await failure(server.url, "Users?email=ann@example.com")
    assert f"GET {server.url}Users" == raised.request


@pytest.mark.clause("C8")
@pytest.mark.parametrize("behaviour", [drop, reply("key-123456 and a2V5LTEyMzQ1Ng==", "500 key-123456"), reply("<b>")])
async def test_no_failure_shows_the_credentials(behaviour: object) -> None:
    """A server that repeats the credentials finds them in no text of the error."""
    async with serving(behaviour) as server:  # type: ignore[arg-type]
        raised = await failure(server.url, "key-123456/Users", auth=Basic("key-123456"))
    texts = (raised.message, raised.remedy, raised.detail or "", raised.request or "", str(raised), repr(raised))
    assert [text for text in texts if "key-123456" in text or "a2V5LTEyMzQ1Ng" in text] == []
    assert (raised.__cause__, raised.__context__) == (None, None)


@pytest.mark.clause("U9")
@pytest.mark.parametrize("behaviour", [stall, drip])
async def test_cancelling_leaves_no_request_behind(behaviour: object) -> None:
    """A cancelled call hangs up at once."""
    async with serving(behaviour) as server, client(server.url) as http:  # type: ignore[arg-type]
        call = asyncio.create_task(http.get("Users"))
        await asyncio.wait_for(server.asked.wait(), 1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.wait_for(server.hung_up.wait(), 1)
    assert len(server.requests) == 1


@pytest.mark.clause("N3")
async def test_two_clients_keep_apart() -> None:
    """Calls of two connections at once to one host never mix their credentials."""
    async with serving() as server, client(server.url, auth=Basic("a")) as one, client(server.url) as other:
        await asyncio.gather(*(http.get(path) for path, http in (("a", one), ("b", other)) for _ in range(20)))
    seen = {(request.target, "authorization" in request.headers) for request in server.requests}
    assert {("/v3.1/a", True), ("/v3.1/b", False)} == seen


def test_trust_is_loaded_once() -> None:
    """All connections of a process share one TLS context: loading the certificates takes longer than a request."""
    assert shared_context() is shared_context()

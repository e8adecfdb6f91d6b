"""One request by httpx, over the guarded transport: for what listens to that library, such as recorders of cassettes.

Its transport is of the class that recorders know. Apart from that nothing differs from
:mod:`jackfield.http._sending`, which is what asks otherwise.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import aclosing
from typing import TYPE_CHECKING, Final, Self

import httpcore
import httpx

from jackfield.errors import JackfieldError
from jackfield.http._address import parsed
from jackfield.http._backend import GuardedBackend
from jackfield.http._failures import failed, named, tls_failed
from jackfield.http._sending import shared_context
from jackfield.http.answer import Answer, Headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from jackfield.http._address import Address
    from jackfield.http.bounds import Bounds
    from jackfield.http.guard import OutboundPolicy

__all__ = ["CODES", "Connections", "Sender", "posted"]

#: What each of the library's exceptions is called here; a class that is not listed goes by its parent.
CODES: Final[Mapping[type[Exception], str]] = {
    httpx.TimeoutException: "timed_out",
    httpx.NetworkError: "connection_lost",
    httpx.RemoteProtocolError: "connection_lost",
    httpx.ProxyError: "connection_lost",
    httpx.ProtocolError: "connection_lost",
    httpx.LocalProtocolError: "invalid_value",
    httpx.UnsupportedProtocol: "unsupported_scheme",
    httpx.InvalidURL: "invalid_url",
    httpx.DecodingError: "malformed_answer",
    httpx.TooManyRedirects: "not_the_api",
    httpx.HTTPError: "connection_lost",
    httpx.CookieConflict: "malformed_answer",
    httpx.StreamError: "connection_lost",
}
#: When a request leaves, and when it has arrived for certain: the CRM counts it in between.
_ON_THE_WIRE: Final = (".send_request_headers.started", ".receive_response_headers.complete")
_LIMITS: Final = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=15.0)


class Connections(httpx.AsyncHTTPTransport):
    """Connections that go only where the policy permits; without cookies, redirects and proxies, as no client is."""

    def __init__(self, policy: OutboundPolicy, context: ssl.SSLContext | None) -> None:
        context = context or shared_context()
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=_LIMITS.max_connections,
            max_keepalive_connections=_LIMITS.max_keepalive_connections,
            keepalive_expiry=_LIMITS.keepalive_expiry,
            network_backend=GuardedBackend(policy),
        )


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
        if not self._lent:
            await self._connections.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        if not self._lent:
            await self._connections.__aexit__(exc_type, exc, traceback)

    async def get(
        self, url: Address, headers: Mapping[str, str], *, within: float, on_wire: Callable[[], None]
    ) -> Answer | JackfieldError:
        """The whole answer, or why there is none; over after ``within`` seconds, whatever the server does."""
        try:
            async with asyncio.timeout(within):
                return await self._exchange(url, self._request(url, headers, on_wire))
        except JackfieldError as failure:
            return named(failure, url)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as failure:
            return _failure(failure, url)
        except UnicodeEncodeError:
            return failed("invalid_value", url)

    def _request(self, url: Address, headers: Mapping[str, str], on_wire: Callable[[], None]) -> httpx.Request:
        async def trace(event: str, _: object) -> None:
            if event.endswith(_ON_THE_WIRE):
                on_wire()

        seconds = httpx.Timeout(self._bounds.read, connect=self._bounds.connect, pool=None)
        extensions = {"timeout": seconds.as_dict(), "trace": trace}
        return httpx.Request("GET", str(url), headers=headers, extensions=extensions)

    async def _exchange(self, url: Address, request: httpx.Request) -> Answer | JackfieldError:
        response = await self._connections.handle_async_request(request)
        async with aclosing(response):
            content = await self._content(response)
        if content is None:
            return failed("answer_too_large", url)
        return Answer(
            status=response.status_code,
            reason=response.reason_phrase,
            headers=Headers(response.headers),
            content=content,
            url=f"{url.scheme}://{url.netloc}{url.path}",
            redact=self._redact,
        )

    async def _content(self, response: httpx.Response) -> bytes | None:
        """The body, decompressed; None where it is too large.

        Bodies compressed twice are refused: a few bytes of such a one fill the memory before they can be counted.
        """
        if "," in response.headers.get("content-encoding", ""):
            raise httpx.DecodingError("compressed more than once")
        declared = response.headers.get("content-length", "")
        if declared.isdecimal() and (len(declared) > len(str(self._bounds.body)) or int(declared) > self._bounds.body):
            return None
        parts, size = [], 0
        encoded = response.headers.get("content-encoding") is not None
        async for part in response.aiter_bytes() if encoded else response.aiter_raw():
            size += len(part)
            if size > self._bounds.body:
                return None
            parts.append(part)
        return b"".join(parts)


async def posted(  # noqa: PLR0913 - all but the first have names
    address: str,
    *,
    content: bytes,
    headers: Mapping[str, str],
    policy: OutboundPolicy,
    context: ssl.SSLContext | None,
    within: float,
) -> int:
    """The status that a POST over a connection of its own is answered with; nothing else of the answer is read."""
    url = parsed(address)
    try:
        async with asyncio.timeout(within), Connections(policy, context) as connections:
            extensions = {"timeout": httpx.Timeout(within).as_dict()}
            request = httpx.Request("POST", str(url), headers=headers, content=content, extensions=extensions)
            async with aclosing(await connections.handle_async_request(request)) as response:
                return response.status_code
    except JackfieldError as failure:
        refused = named(failure, url, method="POST")
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as failure:
        refused = _failure(failure, url, method="POST")
    except UnicodeEncodeError:
        refused = failed("invalid_value", url, method="POST")
    raise refused


def _failure(failure: Exception, url: Address, *, method: str = "GET") -> JackfieldError:
    certificate = _tls_cause(failure)
    if certificate is not None:
        return tls_failed(certificate, url, method=method)
    code = next((CODES[cls] for cls in type(failure).__mro__ if cls in CODES), "timed_out")
    return failed(code, url, method=method)


def _tls_cause(failure: BaseException | None) -> ssl.SSLError | None:
    """The TLS failure behind a connection that could not be made; one that breaks off later is lost like any other."""
    if not isinstance(failure, httpx.ConnectError):
        return None
    cause: BaseException | None = failure
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    return cause

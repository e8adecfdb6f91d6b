"""One request over the guarded transport: what becomes of it, and what its failure is called."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import aclosing
from functools import cache
from typing import TYPE_CHECKING, Final, Self

import httpcore
import httpx

from jackfield.errors import JackfieldError, error
from jackfield.http._backend import GuardedBackend
from jackfield.http._urls import shown
from jackfield.http.answer import Answer, Headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from jackfield.http.bounds import Bounds
    from jackfield.http.guard import OutboundPolicy
    from jackfield.http.pool import Pool

__all__ = ["CODES", "Sender", "guarded", "posted"]

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
_MESSAGES: Final = {
    "timed_out": "{host} did not answer in time.",
    "connection_lost": "The connection to {host} broke before the answer was complete.",
    "tls_failed": "{host} could not prove that it is the host in the address, so nothing was sent to it.",
    "invalid_value": "The credentials hold a character that no request can carry.",
    "malformed_answer": "The answer of {host} is compressed in a way that cannot be undone.",
    "answer_too_large": "The answer of {host} is far larger than it can rightly be and was not read to its end.",
}
#: When a request leaves, and when it has arrived for certain: the CRM counts it in between.
_ON_THE_WIRE: Final = (".send_request_headers.started", ".receive_response_headers.complete")
_LIMITS: Final = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=15.0)


class Sender:
    """Sends requests over guarded connections, its own or those of a ``pool``.

    It uses the library's transport alone, without its client: so there are no cookies, no redirects, no proxies of the
    environment and no credentials out of addresses that would have to be switched off. The transport is of the class
    that recorders of cassettes know.
    """

    def __init__(
        self,
        *,
        policy: OutboundPolicy,
        bounds: Bounds,
        context: ssl.SSLContext | None,
        redact: Callable[[str], str],
        pool: Pool | None = None,
    ) -> None:
        self._lent = pool is not None
        self._transport = guarded(policy, context) if pool is None else pool.transport
        self._bounds = bounds
        self._redact = redact

    async def __aenter__(self) -> Self:
        if not self._lent:
            await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        if not self._lent:
            await self._transport.__aexit__(exc_type, exc, traceback)

    async def get(
        self, url: httpx.URL, headers: Mapping[str, str], *, within: float, on_wire: Callable[[], None]
    ) -> Answer | JackfieldError:
        """The whole answer, or why there is none; over after ``within`` seconds, whatever the server does."""
        try:
            async with asyncio.timeout(within):
                return await self._exchange(self._request(url, headers, on_wire))
        except JackfieldError as failure:
            return _named(failure, url)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as failure:
            return _failure(failure, url)
        except UnicodeEncodeError:
            return _error("invalid_value", url)

    def _request(self, url: httpx.URL, headers: Mapping[str, str], on_wire: Callable[[], None]) -> httpx.Request:
        async def trace(event: str, _: object) -> None:
            if event.endswith(_ON_THE_WIRE):
                on_wire()

        seconds = httpx.Timeout(self._bounds.read, connect=self._bounds.connect, pool=None)
        return httpx.Request("GET", url, headers=headers, extensions={"timeout": seconds.as_dict(), "trace": trace})

    async def _exchange(self, request: httpx.Request) -> Answer | JackfieldError:
        response = await self._transport.handle_async_request(request)
        async with aclosing(response):
            content = await self._content(response)
        if content is None:
            return _error("answer_too_large", request.url)
        return Answer(
            status=response.status_code,
            reason=response.reason_phrase,
            headers=Headers(response.headers),
            content=content,
            url=shown(request.url),
            method=request.method,
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


class _GuardedTransport(httpx.AsyncHTTPTransport):
    def __init__(self, policy: OutboundPolicy, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=_LIMITS.max_connections,
            max_keepalive_connections=_LIMITS.max_keepalive_connections,
            keepalive_expiry=_LIMITS.keepalive_expiry,
            network_backend=GuardedBackend(policy),
        )


def guarded(policy: OutboundPolicy, context: ssl.SSLContext | None) -> httpx.AsyncHTTPTransport:
    """Connections that go only where the policy permits."""
    return _GuardedTransport(policy, context or _shared_context())


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
    url = httpx.URL()
    try:
        url = httpx.URL(address)
        async with asyncio.timeout(within), guarded(policy, context) as transport:
            seconds = httpx.Timeout(within).as_dict()
            request = httpx.Request("POST", url, headers=headers, content=content, extensions={"timeout": seconds})
            async with aclosing(await transport.handle_async_request(request)) as response:
                return response.status_code
    except JackfieldError as failure:
        refused = failure
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as failure:
        refused = _failure(failure, url)
    except UnicodeEncodeError:
        refused = _error("invalid_value", url)
    raise error(refused.code, refused.message, remedy=refused.remedy, request=f"POST {shown(url)}")


@cache
def _shared_context() -> ssl.SSLContext:
    """One for the process: to make one takes 40 ms of work."""
    return httpx.create_ssl_context()


def _failure(failure: Exception, url: httpx.URL) -> JackfieldError:
    certificate = _tls_cause(failure)
    if certificate is not None:
        return _tls_failure(certificate, url)
    code = next((CODES[cls] for cls in type(failure).__mro__ if cls in CODES), "timed_out")
    return _error(code, url)


def _tls_failure(cause: ssl.SSLError, url: httpx.URL) -> JackfieldError:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _error("tls_failed", url, detail=cause.verify_message or cause.reason)
    message = f"{url.host} does not answer as a host with an https:// address does, so nothing was sent to it."
    return error("tls_failed", message, detail=cause.reason, request=f"GET {shown(url)}")


def _tls_cause(failure: BaseException | None) -> ssl.SSLError | None:
    """The TLS failure behind a connection that could not be made; one that breaks off later is lost like any other."""
    if not isinstance(failure, httpx.ConnectError):
        return None
    cause: BaseException | None = failure
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    return cause


def _error(code: str, url: httpx.URL, *, detail: str | None = None) -> JackfieldError:
    sentence = _MESSAGES.get(code)
    return error(code, sentence and sentence.format(host=url.host), detail=detail, request=f"GET {shown(url)}")


def _named(failure: JackfieldError, url: httpx.URL) -> JackfieldError:
    return error(failure.code, failure.message, remedy=failure.remedy, request=f"GET {shown(url)}")

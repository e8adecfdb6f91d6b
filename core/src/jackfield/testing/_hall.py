"""A hall of servers: one thread that serves many applications, each at a port of its own, and writes down who asks."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, urlsplit

from jackfield._serving import serving_at_many
from jackfield.simulation import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jackfield.simulation import ASGIApp, Receive, Scope, Send

_PORTS = 48
_NOBODY = Reply.of(410, "text/plain", "Nothing is served at this port any more.")


@dataclass(slots=True)
class Seen:
    """One request as it came in, the status that it got, and whether it has come to its end."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    at: float
    status: int | None = None
    ended: bool = False

    @property
    def line(self) -> str:
        """Method and path, for a message."""
        return f"{self.method} {self.path}"


@dataclass
class Watched:
    """An application whose requests are written down."""

    app: ASGIApp
    url: str = ""
    requests: list[Seen] = field(default_factory=list)
    forgetful: bool = False

    @property
    def port(self) -> int | None:
        """Where it is served."""
        return urlsplit(self.url).port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        seen = Seen(scope["method"], scope["raw_path"].decode("latin-1"), query, headers, time.monotonic())
        if not self.forgetful:
            self.requests.append(seen)

        async def noting(message: Mapping[str, object]) -> None:
            if message["type"] == "http.response.start":
                seen.status = int(str(message["status"]))
            await send(dict(message))

        try:
            await self.app(scope, receive, noting)
        finally:
            seen.ended = True


class Hall:
    """Gives an application a port for as long as it is needed."""

    def __init__(self) -> None:
        self._apps: dict[int, ASGIApp] = {}
        self._free: list[str] = []

    @contextmanager
    def open(self) -> Iterator[Hall]:
        """Open its doors; one thread serves them all."""
        with serving_at_many(self, _PORTS) as urls:
            self._free = urls
            yield self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._apps.get(scope["server"][1], _NOBODY)
        await app(scope, receive, send)

    @contextmanager
    def serving(self, app: ASGIApp) -> Iterator[Watched]:
        """Serve an application, watched, at a port of its own."""
        url = self._free.pop(0)
        watched = Watched(app, url)
        port = watched.port or 0
        self._apps[port] = watched
        try:
            yield watched
        finally:
            del self._apps[port]
            self._free.append(url)


@dataclass(frozen=True)
class Translated:
    """An application that takes other credentials than its own: ``headers`` and ``params`` map names to (theirs, own).

    Requests with any other credentials come through as they are, so the application judges them.
    """

    app: ASGIApp
    headers: Mapping[str, tuple[str, str]]
    params: Mapping[str, tuple[str, str]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": list(map(self._header, scope["headers"])), "query_string": self._query(scope)}
        await self.app(scope, receive, send)

    def _header(self, pair: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
        name, value = pair
        theirs, own = self.headers.get(name.decode().lower(), ("", ""))
        return (name, own.encode("latin-1")) if theirs and value == theirs.encode("latin-1") else pair

    def _query(self, scope: Scope) -> bytes:
        parts = scope["query_string"].decode("latin-1").split("&")
        return "&".join(map(self._part, parts)).encode("latin-1")

    def _part(self, part: str) -> str:
        name, _, value = part.partition("=")
        theirs, own = self.params.get(name, ("", ""))
        return (
            f"{name}={quote(own, safe='')}"
            if theirs and value in {quote(theirs, safe=""), quote_plus(theirs)}
            else part
        )

"""A door in front of a simulator: a real HTTP server that writes down every request and passes it on."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from jackfield.simulation import serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came in."""

    method: str
    path: str
    query: str
    headers: dict[str, str]


@dataclass(slots=True)
class Front:
    """What came through the door, and the settings that lead to it instead of to what stands behind it."""

    url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    requests: list[Seen] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


@contextmanager
def in_front_of(settings: Mapping[str, str], *, redirect_to: str | None = None) -> Iterator[Front]:
    """Open the door; with ``redirect_to`` it sends every request on to that address instead of passing it on."""
    front = Front()
    clients: dict[str, httpx.AsyncClient] = {}
    behind = next((_origin(value) for value in settings.values() if value.startswith("http")), None)

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        path = scope["raw_path"].decode()
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        front.requests.append(Seen(scope["method"], path, scope["query_string"].decode(), headers))
        if redirect_to or behind is None:
            await _reply(send, 302, [(b"location", f"{redirect_to}{path}".encode())], b"")
            return
        client = _client(clients)
        passed = {name: value for name, value in headers.items() if name != "host"}
        url = f"{behind}{path}?{scope['query_string'].decode()}".rstrip("?")
        answer = await client.request(scope["method"], url, headers=passed)
        front.statuses.append(answer.status_code)
        kept = [(k, v) for k, v in answer.headers.raw if k.lower() not in {b"content-encoding", b"content-length"}]
        await _reply(send, answer.status_code, kept, answer.content)

    with serving(app) as url:
        front.url = url
        front.settings = {name: value.replace(behind, url) if behind else value for name, value in settings.items()}
        yield front


async def _reply(send: Any, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _client(clients: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    """One for all requests, made in the loop that serves them: a client of its own for each would delay them."""
    if not clients:
        clients["one"] = httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
    return clients["one"]

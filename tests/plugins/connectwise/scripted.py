"""A server that answers as it is told to, over real HTTP, and remembers what it was asked."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from jackfield import discover
from jackfield.http import Budgets, OutboundPolicy, RetryPolicy
from jackfield.simulation import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from jackfield import Connection

LOOPBACK = OutboundPolicy(allowed=(ip_network("127.0.0.0/8"),))
QUICK = RetryPolicy(attempts=2, total=5.0, first_wait=0.0, longest_wait=0.0)
API = "/v4_6_release/apis/3.0/"
KEYS = {
    "company_id": "acme",
    "public_key": "PubKey5550000042",
    "private_key": "PrvKey5550000042",
    "client_id": "0ff1ce00-5550-4000-8000-000000000042",
}


@dataclass(frozen=True)
class Asked:
    """One request: ``path`` below the API's root where it is there, as it was sent; ``query`` by the first values."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Told:
    """One answer; a body that is no text is sent as JSON."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@contextmanager
def answering(answer: Callable[[Asked], Told]) -> Iterator[tuple[str, list[Asked]]]:
    """The server's address, and the requests that have come."""
    requests: list[Asked] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        path = scope["raw_path"].decode().partition("?")[0].removeprefix(API)
        requests.append(Asked(path, query, headers))
        told = answer(requests[-1])
        given = {"content-type": "application/json; charset=utf-8", **told.headers}
        lines = [(name.encode(), value.encode()) for name, value in given.items()]
        await send({"type": "http.response.start", "status": told.status, "headers": lines})
        await send({"type": "http.response.body", "body": told.content})

    with serving(app) as url:
        yield url, requests


@asynccontextmanager
async def connected(url: str, **values: str) -> AsyncIterator[Connection]:
    """The connector, connected to a server on loopback."""
    connector = discover()["connectwise"]
    settings = connector.parse({**KEYS, "endpoint": url, **values}).settings
    async with connector.connect(settings, network=LOOPBACK, retry=QUICK, budgets=Budgets(lifted=True)) as crm:
        yield crm

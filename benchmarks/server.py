"""A very fast CRM on loopback: Insightly's user list from pages that lie ready, in a process of its own.

Its work is not what is measured: a page of 500 users is one slice of bytes and one write. Each port that it listens on
has a delay of its own, so that one server serves all cases of a run.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from benchmarks.people import People

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: The most users that a page has.
LARGEST_PAGE = 500
_LONGEST = 3600.0
_INSTANCE = b'{"INSTANCE_NAME":"Example Ltd","PLAN_NAME":"Enterprise"}'


class Crm:
    """What is answered to a request's bytes."""

    def __init__(self, people: People) -> None:
        self._people = people
        #: When each request of a systems check was answered, by the wall clock; emptied by reading it.
        self.answered: list[tuple[float, str]] = []
        self._account = lru_cache(maxsize=None)(self._account_of)

    def answer(self, request: bytes) -> bytes:
        """The whole response to one request."""
        target = request.split(b" ", 2)[1].decode("ascii", "replace")
        path, _, query = target.partition("?")
        if path == "/answered":
            return _response(200, json.dumps(self.answered).encode())
        account = self._account(_authorization(request))
        if account is None:
            return _response(401, b'{"Message":"Invalid API key"}')
        if path.endswith("/Users"):
            return self._users(account, dict(pair.partition("=")[::2] for pair in query.split("&")))
        return self._rest(path, account)

    def _users(self, account: range, asked: dict[str, str]) -> bytes:
        size = min(int(asked.get("top") or 100), LARGEST_PAGE)
        first = min(account.start + int(asked.get("skip") or 0), account.stop)
        body = self._people.page(first, min(first + size, account.stop))
        return _response(200, body, b"X-Total-Count: %d\r\n" % len(account))

    def _rest(self, path: str, account: range) -> bytes:
        if path.endswith("/Users/Me"):
            return _response(200, self._people.one(account.start))
        if path.endswith("/Instance"):
            return _response(200, _INSTANCE)
        return _response(200, b"[]") if path.endswith("/Search") else _response(404, b'{"Message":"Not found"}')

    def _account_of(self, authorization: bytes) -> range | None:
        try:
            return self._people.account(base64.b64decode(authorization).decode("ascii").partition(":")[0])
        except ValueError:
            return None


class _Talk(asyncio.Protocol):
    """One connection: requests one after the other, each answered after the port's delay."""

    def __init__(self, crm: Crm, delay: float) -> None:
        self._crm, self._delay = crm, delay
        self._waiting = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream's
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            request, self._waiting = self._waiting[:end], self._waiting[end + 4 :]
            answer = self._crm.answer(request)
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._send, request, answer)
            else:
                self._transport.write(answer)

    def _send(self, request: bytes, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._crm.answered.append((time.time(), request.split(b" ", 2)[1].decode("ascii", "replace")))
            self._transport.write(answer)


def _authorization(request: bytes) -> bytes:
    at = request.lower().find(b"\r\nauthorization: basic ")
    return request[at + 23 :].split(b"\r", 1)[0] if at >= 0 else b""


def _response(status: int, body: bytes, more: bytes = b"") -> bytes:
    return (
        b"HTTP/1.1 %d %b\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n"
        b"X-RateLimit-Limit: 100000\r\nX-RateLimit-Remaining: 99000\r\n%b\r\n%b"
    ) % (status, b"OK" if status == 200 else b"Refused", len(body), more, body)  # noqa: PLR2004 - HTTP's


@contextmanager
def running(users: int, delays: Sequence[int] = (0,)) -> Iterator[dict[int, str]]:
    """Serve that many users in a process of its own; yields the base address of each delay in milliseconds."""
    command = [sys.executable, "-m", "benchmarks.server", "--users", str(users)]
    command += ["--delays", ",".join(map(str, delays))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None  # noqa: S101 - asked for
            ports = json.loads(server.stdout.readline())
            yield {int(delay): f"http://127.0.0.1:{port}" for delay, port in ports.items()}
        finally:
            server.terminate()


async def _serve(users: int, delays: Sequence[int]) -> None:
    crm, loop = Crm(People(users)), asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_signal_handler(signal.SIGINT, ended.set)
    servers = {
        delay: await loop.create_server(lambda d=delay: _Talk(crm, d / 1000), "127.0.0.1", 0, backlog=1024)  # type: ignore[misc]
        for delay in delays
    }
    print(json.dumps({d: server.sockets[0].getsockname()[1] for d, server in servers.items()}), flush=True)  # noqa: T201
    with suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), _LONGEST)  # never left behind for ever


def main() -> None:
    """Serve until the end is asked for; the ports are the first line of standard output, by their delays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--delays", default="0", help="milliseconds before an answer, a port for each")
    given = parser.parse_args()
    asyncio.run(_serve(given.users, [int(delay) for delay in given.delays.split(",")]))


if __name__ == "__main__":
    main()

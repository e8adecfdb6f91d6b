"""Several processes keep one budget: a server on loopback counts what comes."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.core.http.serving import reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.portal.budgets.places import Place


@dataclass
class Counter:
    """A server that notes when each request came; each answer takes ``seconds``."""

    seconds: float = 0.0
    url: str = ""
    times: list[float] = field(default_factory=list)

    async def met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.times.append(time.monotonic())
                await asyncio.sleep(self.seconds)
                writer.write(reply())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def most_within(self, window: float) -> int:
        """The most requests that any window of this length saw."""
        return max(sum(begin <= other < begin + window for other in self.times) for begin in self.times)

    @property
    def took(self) -> float:
        """Seconds from the first request to the last."""
        return self.times[-1] - self.times[0]


@asynccontextmanager
async def counting(seconds: float = 0.0) -> AsyncIterator[Counter]:
    """A server that counts."""
    counter = Counter(seconds)
    listener = await asyncio.start_server(counter.met, "127.0.0.1", 0)
    counter.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
    try:
        yield counter
    finally:
        listener.close()


async def processes(count: int, place: Place, url: str, *numbers: float) -> list[int | None]:
    """Have so many processes ask at once; how they ended."""
    command = [sys.executable, "-m", "tests.portal.budgets.places", place.vendor, place.address, url]
    started = [await asyncio.create_subprocess_exec(*command, *map(str, numbers)) for _ in range(count)]
    return [await process.wait() for process in started]


@pytest.mark.parametrize(("seconds", "at_once"), [(0.0, 5), (0.02, 1)])
async def test_two_processes_keep_one_budget(place: Place, seconds: float, at_once: int) -> None:
    """Two processes that ask as fast as they may never send more than the limit in any window."""
    async with counting(seconds) as counter:
        ended = await processes(2, place, counter.url, 8, at_once, 5, 2.0)
    assert (ended, len(counter.times)) == ([0, 0], 16)
    assert counter.most_within(2.0) == 5
    assert counter.took < 60

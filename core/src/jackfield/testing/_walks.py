"""Imports that are watched from within: how far they read ahead, what they keep, what they leave behind."""

from __future__ import annotations

import asyncio
import gc
import time
import tracemalloc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from jackfield import pagination
from jackfield.testing._running import users_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jackfield.testing._stage import Served, Stage

#: More requests than any import here needs, and more users than any list here has.
MOST_REQUESTS: Final = 500
_LONG_LIST: Final = 400
#: By so many pages everything that is made once is made; until so many before the last, pages are asked for ahead.
_MADE_ONCE: Final = 6
_AHEAD: Final = 10
_READINGS: Final = 5
#: Seconds for a server to notice that a request was taken back.
_NOTICED: Final = 1.0


@contextmanager
def short_lists() -> Iterator[None]:
    """Let the core's walks take for endless what is longer than any list here, instead of millions."""
    before = pagination.MOST_ITEMS
    pagination.MOST_ITEMS = _LONG_LIST
    try:
        yield
    finally:
        pagination.MOST_ITEMS = before


async def bounded(stage: Stage, served: Served) -> list[str]:
    found: list[str] = []
    async with stage.connected(served.settings) as connection:
        async for page in connection.users():
            found += [user.id for user in page]
            if len(served.watched.requests) >= MOST_REQUESTS:
                break
    return found


async def requests_at_first_page(stage: Stage, served: Served) -> tuple[int, int]:
    async with stage.connected(served.settings) as connection:
        pages = connection.users()
        await anext(pages)
        await asyncio.sleep(0.1)  # whoever reads ahead does it now
        early = len(served.watched.requests)
        async for _ in pages:
            pass
    return early, len(served.watched.requests)


async def growth(stage: Stage, served: Served) -> tuple[int, int]:
    """By how many bytes the memory has grown after so many users: from some of the first pages to some of the last.

    Each time the least of several readings counts: a server's thread may just be holding 256 KiB to compress an answer.
    """
    readings: list[tuple[int, int]] = []
    users = 0
    async with stage.connected(served.settings) as connection:
        with _memory_traced():
            async for page in connection.users():
                users += len(page)
                del page
                gc.collect()
                readings.append((tracemalloc.get_traced_memory()[0], users))
    steady = readings[_MADE_ONCE:-_AHEAD]
    if len(steady) < 2 * _READINGS:
        return 0, 0
    first, last = steady[:_READINGS], steady[-_READINGS:]
    return min(last)[0] - min(first)[0], last[0][1] - first[0][1]


@contextmanager
def _memory_traced() -> Iterator[None]:
    """What there is already is left alone by the collector of garbage, which is called after each page."""
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()
        gc.unfreeze()


async def cancelled(stage: Stage, served: Served) -> tuple[bool, int, list[str]]:
    """Whether it stopped as cancelled, how many requests came afterwards, and what went on."""
    async with stage.connected(served.settings) as connection:
        before = asyncio.all_tasks()
        begun = time.monotonic()
        task = asyncio.create_task(users_of(connection))
        await _until(lambda: len(served.watched.requests) >= 3)  # noqa: PLR2004 - the third is never answered
        pace = (time.monotonic() - begun) / 3
        await asyncio.sleep(0.05)
        # Not between an answer and the next request: that would be on its way, and be seen only afterwards.
        await _until(lambda: task.done() or served.watched.requests[-1].status is None)
        task.cancel()
        await asyncio.wait([task], timeout=1.0)
        stopped = task.done() and task.cancelled()
        after, tasks = await _aftermath(served, before | {task}, pace)
    return stopped, after, tasks


def still_waiting(served: Served) -> list[str]:
    """The requests that wait for their answers still, once a busy machine had the time to see that nobody does."""
    end = time.monotonic() + _NOTICED
    while (waiting := [seen.line for seen in served.watched.requests if not seen.ended]) and time.monotonic() < end:
        time.sleep(0.01)
    return waiting


async def left_early(stage: Stage, served: Served) -> tuple[int, list[str]]:
    async with stage.connected(served.settings) as connection:
        before = asyncio.all_tasks()
        pages = connection.users()
        await anext(pages)
        await pages.aclose()
        return await _aftermath(served, before)


async def _aftermath(served: Served, before: set[asyncio.Task[object]], pace: float = 0.0) -> tuple[int, list[str]]:
    """How many requests come afterwards, at the pace at which they came before, and what goes on."""
    requests = len(served.watched.requests)
    await asyncio.sleep(max(0.1, min(2 * pace, _NOTICED)))
    others = asyncio.all_tasks() - before
    names = [getattr(task.get_coro(), "__qualname__", task.get_name()) for task in others]
    for task in others:
        task.cancel()
    return len(served.watched.requests) - requests, names


async def _until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 - the server lives in a thread of its own
        await asyncio.sleep(0.005)

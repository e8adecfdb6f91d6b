"""Lets plain code walk an asynchronous iterator: the one bridge between jobs and connectors."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

__all__ = ["stream"]

T = TypeVar("T")


def stream(source: Callable[[], AsyncGenerator[T, None]]) -> Iterator[T]:
    """Walk what ``source`` yields, in this thread.

    The generator lives in one task from its first step to its last, so time-outs and open connections inside it hold.
    It stands still while the caller has an item: the caller may use the database meanwhile. Leaving the walk early
    cancels the task and closes the generator.
    """
    with asyncio.Runner() as runner:
        # Not the runner's own run(): it takes over the signal, and writes out the item, for each step.
        step = runner.get_loop().run_until_complete
        items: asyncio.Queue[T] = asyncio.Queue(maxsize=1)
        pump = runner.get_loop().create_task(_pump(source, items))
        try:
            while item := step(_next(items, pump)):
                yield item[0]
            step(_outcome(pump))
        finally:
            pump.cancel()
            step(_settled(pump))


async def _pump(source: Callable[[], AsyncGenerator[T, None]], items: asyncio.Queue[T]) -> None:
    async with aclosing(source()) as generator:
        async for item in generator:
            await items.put(item)


async def _next(items: asyncio.Queue[T], pump: asyncio.Task[None]) -> tuple[T] | None:
    """Wait for the next item; None once the pump has ended and all are taken."""
    getting = asyncio.create_task(items.get())
    await asyncio.wait({getting, pump}, return_when=asyncio.FIRST_COMPLETED)
    if getting.done():
        return (getting.result(),)
    getting.cancel()
    await asyncio.wait({getting})
    return None if items.empty() else (items.get_nowait(),)


async def _outcome(pump: asyncio.Task[None]) -> None:
    await pump


async def _settled(pump: asyncio.Task[None]) -> None:
    await asyncio.wait({pump})

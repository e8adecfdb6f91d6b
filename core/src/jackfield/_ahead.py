"""Pages that are asked for before their turn; used by :mod:`jackfield.pagination`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


class Ahead(Generic[T]):
    """Fetches the page at a position, and up to ``most - 1`` of those that should follow it, at the same time.

    Pages are asked for in their order, each once. One that comes at another position than was thought shows that the
    server does not count as it should: what was asked for ahead is dropped, and from then on nothing is.
    """

    def __init__(self, fetch: Callable[[int], Awaitable[T]], most: int) -> None:
        self._fetch, self._most = fetch, most
        self._tasks: dict[int, asyncio.Task[T]] = {}
        self._trusted = True

    async def page(self, position: int, stride: int, end: int) -> T:
        """The page at ``position``; the next ones should begin ``stride`` apart, and before ``end``."""
        if position == 0:
            await self.drop()
            self._trusted = True
        elif self._tasks and position not in self._tasks:
            await self.drop()
            self._trusted = False
        if self._trusted and stride:
            for place in range(position, min(position + self._most * stride, end), stride):
                if place not in self._tasks:
                    self._tasks[place] = asyncio.ensure_future(self._fetch(place))
        task = self._tasks.pop(position, None)
        return await (self._fetch(position) if task is None else task)

    async def drop(self) -> None:
        """Stop asking for what nobody waits for any more."""
        if not self._tasks:
            return
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.exception()  # looked at, so that nobody complains that it was not

"""The ledger that all processes share: asked by coroutines, kept by one thread with a connection of its own."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from jackfield.errors import error

if TYPE_CHECKING:
    from collections.abc import Callable

    from jackfield.http import Limit, Start

__all__ = ["DatabaseLedger", "Starts"]

T = TypeVar("T")

log = logging.getLogger(__name__)

#: So often each process forgets the starts of accounts that nobody asks any more, in seconds.
_PURGE_EVERY: Final = 600.0
#: Nobody waits longer for the database than this.
_LONGEST: Final = 15.0


class Starts(Protocol):
    """Where starts are kept."""

    def start(self, key: str, limit: Limit, behind: int) -> Start:
        """Count one start, or tell how long to wait."""

    def moved(self, start_id: int, seconds: float) -> None:
        """Count a start from so many seconds after it was asked for."""

    def purge(self) -> None:
        """Forget every start whose window is over."""

    def close(self) -> None:
        """Let the connection go."""


class DatabaseLedger:
    """A shared ledger in a database. ``sealed`` makes of a budget's name what may be stored: it tells nothing of it.

    One thread asks the database, so that no event loop waits for it and no process takes more than one connection.
    """

    def __init__(self, starts: Starts, sealed: Callable[[str], str]) -> None:
        self._starts = starts
        self._sealed = sealed
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="budgets")
        self._purged = float("-inf")

    async def start(self, key: str, limit: Limit, *, behind: int) -> Start:
        """Count one request, or tell how long to wait; raises TransientError ``budget_unreachable``."""
        try:
            async with asyncio.timeout(_LONGEST):
                return await asyncio.wrap_future(self._thread.submit(self._start, key, limit, behind))
        except TimeoutError:
            raise error("budget_unreachable", detail="TimeoutError") from None

    def moved(self, start_id: int, seconds: float) -> None:
        """Count a start from so many seconds after it was asked for; returns at once."""
        self._thread.submit(self._guarded, lambda: self._starts.moved(start_id, seconds))

    def close(self) -> None:
        """End the thread and let the database go; a ledger that is used again opens neither."""
        self._thread.submit(self._starts.close)
        self._thread.shutdown()

    def _start(self, key: str, limit: Limit, behind: int) -> Start:
        if time.monotonic() - self._purged > _PURGE_EVERY:
            self._purged = time.monotonic()
            self._guarded(self._starts.purge)
        return self._guarded(lambda: self._starts.start(self._sealed(key), limit, behind))

    def _guarded(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except Exception as failure:  # noqa: BLE001 - whatever a database does, the request was not counted
            # Without its text: it may hold what the database is reached by.
            log.warning("The database of the request budgets does not answer: %s", type(failure).__name__)
            self._starts.close()
            raise error("budget_unreachable", detail=type(failure).__name__) from None

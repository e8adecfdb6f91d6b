"""Walking through a list that comes in pages; no I/O of its own, bounded, and never content with half a list.

Each walk is handed a function that fetches one page. It yields every item once, and walks again where the list changed
under it in a way that may have hidden items. It raises VendorError where the server repeats itself, never ends, or
gives fewer than it says it has.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING, Generic, TypeVar

from jackfield._ahead import Ahead
from jackfield._seen import Seen
from jackfield.errors import error

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence

    from jackfield.errors import JackfieldError

__all__ = ["Listing", "by_cursor", "by_offset", "by_page"]

T = TypeVar("T")
W = TypeVar("W")

#: No account has more; a walk that goes further is not a list but a fault.
MOST_ITEMS = 2_000_000
_MOST_EMPTY_PAGES = 1_000
_WALKS = 3


@dataclass(frozen=True, kw_only=True)  # with slots, Listing[X](...) cannot be called
class Listing(Generic[T]):
    """One page as it came: its items, the total that the server tells, and the cursor of the next page, if any."""

    items: Sequence[T]
    total: int | None = None
    cursor: str | None = None


class _Guard(Generic[T]):
    """What is known of the whole listing (``met``, ``total``) and of the walk that goes on now (all the rest)."""

    def __init__(self, key: Callable[[T], Hashable], most: int) -> None:
        self._key, self._most = key, min(most, MOST_ITEMS)
        self._met: Seen[Hashable] = Seen()
        self.total: int | None = None
        self.begin()

    def begin(self) -> None:
        self.position = 0
        self.stride = 0
        self._first_total: int | None = None
        self._least_total: int | None = None
        self._pages: set[int] = set()
        self._cursors: set[str] = set()
        self._empty_pages = 0

    def fresh(self, page: Listing[T]) -> Listing[T]:
        """The page without the items that were met before; raises where the page shows that the walk leads nowhere."""
        keys = [self._key(item) for item in page.items]
        self._refuse_repetition(keys, page.cursor)
        fresh = self._met.fresh(keys)
        self.stride = self.stride or len(keys)
        self.position += len(keys)
        self._refuse_endlessness(page)
        return page if all(fresh) else replace(page, items=list(compress(page.items, fresh)))

    def refusal(self) -> JackfieldError | None:
        """Why this walk may have missed items; None where it has not, as far as the server's total tells."""
        if self.total is None or self._first_total is None:
            return None
        if len(self._met) < self.total:
            message = f"The CRM says it has {self.total} entries, but sent {len(self._met)}."
            return error("incomplete_listing", message)
        if (
            self._least_total is not None and self._least_total < self._first_total
        ):  # what moved up into the place of a removed item was stepped over
            return error("incomplete_listing", "Entries were removed from the CRM's list while it was read.")
        return None

    def _refuse_repetition(self, keys: list[Hashable], cursor: str | None) -> None:
        fingerprint = hash(tuple(sorted(map(hash, keys))))  # frozenset's own hash is alike for many sets of numbers
        if (keys and fingerprint in self._pages) or cursor in self._cursors:
            raise error("repeated_page")
        self._pages.add(fingerprint)
        if cursor is not None:
            self._cursors.add(cursor)

    def _refuse_endlessness(self, page: Listing[T]) -> None:
        self.total = page.total if page.total is not None else self.total
        if self._first_total is None:
            self._first_total = self.total
        if page.total is not None:
            self._least_total = page.total if self._least_total is None else min(self._least_total, page.total)
        size = len(page.items)
        self._empty_pages += not size
        runaway = self.total is not None and size and self.position > self.total + size
        swelling = self._first_total is not None and size and self.position > 2 * self._first_total + 4 * size
        if runaway or swelling or self.position > self._most or self._empty_pages > _MOST_EMPTY_PAGES:
            raise error("endless_listing")


async def _walk(
    guard: _Guard[T],
    fetch: Callable[[W], Awaitable[Listing[T]]],
    start: W,
    following: Callable[[Listing[T], W], W | None],
    ahead: Ahead[Listing[T]] | None = None,
) -> AsyncIterator[Listing[T]]:
    """Walk from ``start`` to the place that follows each page until none does; up to three times.

    Nothing is fetched ahead any more once it ends, however it does.
    """
    try:
        for walk in range(1, _WALKS + 1):
            guard.begin()
            place = start
            while True:
                page = await fetch(place)
                fresh = guard.fresh(page)
                if fresh.items:
                    yield fresh
                after = following(page, place)
                if after is None:
                    break
                place = after
            refusal = guard.refusal()
            if refusal is None:
                return
            if walk == _WALKS:
                raise refusal
    finally:
        if ahead is not None:
            await ahead.drop()


def by_offset(
    fetch: Callable[[int], Awaitable[Listing[T]]],
    *,
    size: int,
    key: Callable[[T], Hashable],
    most: int = MOST_ITEMS,
    ahead: int = 1,
) -> AsyncIterator[Listing[T]]:
    """Walk by position: ``fetch(skip)`` gives the items from there on, ``size`` of them where there are so many.

    The next position is counted by what came, so a server that gives smaller pages than asked loses nothing.
    Once the first page has told the total, and a second is wanted, up to ``ahead`` pages are fetched at the same time.
    They still come in their order; a failure, and leaving early, stop what is under way.
    """
    guard: _Guard[T] = _Guard(key, most)
    pages = Ahead(fetch, ahead)

    def following(page: Listing[T], _: int) -> int | None:
        short = len(page.items) < size
        ended = not page.items or (short and page.total is not None and guard.position >= page.total)
        return None if ended else guard.position

    def page(skip: int) -> Awaitable[Listing[T]]:
        return pages.page(skip, guard.stride if ahead > 1 else 0, guard.total or 0)

    return _walk(guard, page, 0, following, ahead=pages)


def by_page(
    fetch: Callable[[int], Awaitable[Listing[T]]],
    *,
    key: Callable[[T], Hashable],
    first: int = 1,
    most: int = MOST_ITEMS,
) -> AsyncIterator[Listing[T]]:
    """Walk by page number until a page is empty, or until the total that the server tells is reached."""
    guard: _Guard[T] = _Guard(key, most)

    def following(page: Listing[T], number: int) -> int | None:
        ended = not page.items or (guard.total is not None and guard.position >= guard.total)
        return None if ended else number + 1

    return _walk(guard, fetch, first, following)


def by_cursor(
    fetch: Callable[[str | None], Awaitable[Listing[T]]],
    *,
    key: Callable[[T], Hashable],
    most: int = MOST_ITEMS,
) -> AsyncIterator[Listing[T]]:
    """Walk by what each page says of the next one: a token, or an address; None ends it, a repeated one is refused."""
    guard: _Guard[T] = _Guard(key, most)
    return _walk(guard, fetch, None, lambda page, _: page.cursor)

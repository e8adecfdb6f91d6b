"""Walking through a list that comes in pages; no I/O of its own, bounded, and never content with half a list.

Each walk is handed a function that fetches one page. It yields every item once, even where items move between pages
while the walk goes on, and raises VendorError where the server repeats itself, never ends, or gives fewer than it
says it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from jackfield.errors import error

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence

__all__ = ["Listing", "by_cursor", "by_offset", "by_page"]

T = TypeVar("T")

#: No account has more; a walk that goes further is not a list but a fault.
MOST_ITEMS = 2_000_000
_WALKS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing(Generic[T]):
    """One page as it came: its items, the total that the server tells, and the cursor of the next page, if any."""

    items: Sequence[T]
    total: int | None = None
    cursor: str | None = None


class _Guard(Generic[T]):
    """What is known of the whole listing (``met``) and of the walk that goes on now (``walked``)."""

    def __init__(self, key: Callable[[T], Hashable], most: int) -> None:
        self._key, self._most = key, most
        self.met: set[Hashable] = set()
        self.total: int | None = None
        self.begin()

    def begin(self) -> None:
        self.position = 0
        self._first_total: int | None = None
        self._pages: set[int] = set()

    def fresh(self, page: Listing[T]) -> Listing[T]:
        """The page without the items that were met before; raises where the page shows that the walk leads nowhere."""
        keys = [self._key(item) for item in page.items]
        self._refuse_repetition(keys)
        items = [item for key, item in zip(keys, page.items, strict=True) if not (key in self.met or self.met.add(key))]
        self.position += len(keys)
        self._refuse_endlessness(page)
        return Listing(items=items, total=page.total, cursor=page.cursor)

    def missing(self) -> bool:
        return self.total is not None and len(self.met) < self.total

    def _refuse_repetition(self, keys: list[Hashable]) -> None:
        fingerprint = hash(frozenset(keys))
        if keys and fingerprint in self._pages:
            raise error("repeated_page")
        self._pages.add(fingerprint)

    def _refuse_endlessness(self, page: Listing[T]) -> None:
        self.total = page.total if page.total is not None else self.total
        if self._first_total is None:
            self._first_total = self.total
        page_size = max(len(page.items), 1)
        runaway = self.total is not None and self.position > self.total + page_size
        swelling = self._first_total is not None and self.position > 2 * self._first_total + 4 * page_size
        if runaway or swelling or self.position > self._most:
            raise error("endless_listing")


async def by_offset(
    fetch: Callable[[int], Awaitable[Listing[T]]],
    *,
    size: int,
    key: Callable[[T], Hashable],
    most: int = MOST_ITEMS,
) -> AsyncIterator[Listing[T]]:
    """Walk by position: ``fetch(skip)`` gives the items from there on, ``size`` of them where there are so many.

    The next position is counted by what came, so a server that gives smaller pages than asked loses nothing. A list
    that is shorter than its total (items moved meanwhile) is walked again for what is missing, then refused.
    """
    guard: _Guard[T] = _Guard(key, most)
    for _ in range(_WALKS):
        guard.begin()
        while True:
            page = await fetch(guard.position)
            fresh = guard.fresh(page)
            if fresh.items:
                yield fresh
            if _ends(page, size, guard.position):
                break
        if not guard.missing():
            return
    raise error("incomplete_listing", f"The CRM says it has {guard.total} entries, but sent {len(guard.met)}.")


def _ends(page: Listing[T], size: int, position: int) -> bool:
    short = len(page.items) < size
    return not page.items or (short and page.total is not None and position >= page.total)


async def by_page(
    fetch: Callable[[int], Awaitable[Listing[T]]],
    *,
    key: Callable[[T], Hashable],
    first: int = 1,
    most: int = MOST_ITEMS,
) -> AsyncIterator[Listing[T]]:
    """Walk by page number until a page is empty, or until the total that the server tells is reached."""
    guard: _Guard[T] = _Guard(key, most)
    number = first
    while True:
        page = await fetch(number)
        fresh = guard.fresh(page)
        if fresh.items:
            yield fresh
        if not page.items or (guard.total is not None and guard.position >= guard.total):
            break
        number += 1
    if guard.missing():
        raise error("incomplete_listing", f"The CRM says it has {guard.total} entries, but sent {len(guard.met)}.")


async def by_cursor(
    fetch: Callable[[str | None], Awaitable[Listing[T]]],
    *,
    key: Callable[[T], Hashable],
    most: int = MOST_ITEMS,
) -> AsyncIterator[Listing[T]]:
    """Walk by what each page says of the next one: a token, or an address; None ends it, a repeated one is refused."""
    guard: _Guard[T] = _Guard(key, most)
    cursor: str | None = None
    used: set[str] = set()
    while True:
        page = await fetch(cursor)
        fresh = guard.fresh(page)
        if fresh.items:
            yield fresh
        cursor = page.cursor
        if cursor is None:
            break
        if cursor in used:
            raise error("repeated_page")
        used.add(cursor)
    if guard.missing():
        raise error("incomplete_listing", f"The CRM says it has {guard.total} entries, but sent {len(guard.met)}.")

"""Walking through lists in pages: every item once, bounded, never content with half a list."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.errors import JackfieldError
from jackfield.pagination import Listing, by_cursor, by_offset, by_page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

WALKS = pytest.mark.parametrize("walk", ["offset", "ahead", "page", "cursor"])
CHANGES = ("move to the end", "move to the front", "remove", "add at the front", "add at the end")
change = st.tuples(st.integers(0, 12), st.sampled_from(CHANGES), st.integers(0, 40))


@dataclass
class Server:
    """A CRM's list: pages of at most ``clamp`` items, a total or none, and changes before some of the requests."""

    items: list[int]
    clamp: int = 1_000
    totals: bool = True
    changes: dict[int, tuple[str, int]] = field(default_factory=dict)
    requests: int = 0
    added: set[int] = field(default_factory=set)

    def page(self, skip: int, size: int) -> Listing[int]:
        """Up to ``size`` items from ``skip`` on; the cursor is where the next page begins."""
        if self.requests in self.changes:
            self.alter(*self.changes[self.requests])
        self.requests += 1
        found = self.items[skip : skip + min(size, self.clamp)]
        after = str(skip + len(found)) if skip + len(found) < len(self.items) else None
        return Listing(items=found, total=len(self.items) if self.totals else None, cursor=after)

    def alter(self, what: str, position: int) -> None:
        """What others do to the list while it is read."""
        if what.startswith("add"):
            new = 1_000 + len(self.added)
            self.added.add(new)
            self.items.insert(0 if what.endswith("front") else len(self.items), new)
        elif self.items:
            item = self.items.pop(position % len(self.items))
            if what != "remove":
                self.items.insert(0 if what.endswith("front") else len(self.items), item)


def walked(server: Server, walk: str, size: int) -> AsyncIterator[Listing[int]]:
    """The walk of this kind over the server."""

    async def fetch(skip: int) -> Listing[int]:
        return server.page(skip, size)

    async def fetch_page(number: int) -> Listing[int]:
        return server.page((number - 1) * min(size, server.clamp), size)

    async def fetch_cursor(cursor: str | None) -> Listing[int]:
        return server.page(int(cursor or 0), size)

    if walk in {"offset", "ahead"}:
        return by_offset(fetch, size=size, key=lambda item: item, ahead=4 if walk == "ahead" else 1)
    if walk == "page":
        return by_page(fetch_page, key=lambda item: item)
    return by_cursor(fetch_cursor, key=lambda item: item)


async def seen(pages: AsyncIterator[Listing[int]]) -> list[int]:
    """All items, as they came."""
    return [item for page in [page async for page in pages] for item in page.items]


async def refused(pages: AsyncIterator[Listing[int]]) -> str:
    """The code with which the walk ends."""
    with pytest.raises(JackfieldError) as failure:
        await seen(pages)
    return failure.value.code


@WALKS
@given(number=st.integers(0, 60), size=st.integers(1, 20), clamp=st.integers(1, 25), totals=st.booleans())
async def test_every_item_comes_once_in_its_order(walk: str, number: int, size: int, clamp: int, totals: bool) -> None:
    """Whatever the number of items and the size of pages, and where the server gives smaller ones than asked."""
    server = Server(list(range(number)), clamp=clamp, totals=totals)
    assert list(range(number)) == await seen(walked(server, walk, size))


@WALKS
@pytest.mark.parametrize("number", [0, 1, 9, 10, 11, 20, 30])
async def test_list_with_total_is_asked_no_more_than_needed(walk: str, number: int) -> None:
    """A page for each ten items, and one more at most where the last one is full."""
    server = Server(list(range(number)))
    await seen(walked(server, walk, 10))
    assert server.requests <= number // 10 + 1


@WALKS
@pytest.mark.parametrize("size", [1, 2, 4, 8])
async def test_pages_of_neighbouring_numbers_are_not_taken_for_each_other(walk: str, size: int) -> None:
    """Many small pages of consecutive ids are all different pages."""
    server = Server(list(range(20_000)))
    assert len(await seen(walked(server, walk, size))) == 20_000


@WALKS
@given(number=st.integers(1, 40), size=st.integers(4, 20), changes=st.lists(change, max_size=3))
async def test_moving_items_come_once_or_the_walk_is_refused(
    walk: str, number: int, size: int, changes: list[tuple[int, str, int]]
) -> None:
    """Items that move, come and go while the list is read: none twice, and a walk that ends well has missed none."""
    server = Server(list(range(number)), changes={request: (what, where) for request, what, where in changes})
    try:
        items = await seen(walked(server, walk, size))
    except JackfieldError as failure:
        items = []
        refusal = failure.code
    else:
        refusal = ""
    assert len(items) == len(set(items))
    assert refusal in {"", "incomplete_listing", "repeated_page", "endless_listing"}
    if not refusal and not {what for what, _ in server.changes.values()} & {"remove"}:
        assert set(range(number)) <= set(items)


@WALKS
@pytest.mark.parametrize("what", ["move to the end", "move to the front", "remove", "add at the front"])
@pytest.mark.parametrize("position", [0, 3, 11, 29])
async def test_one_change_in_mid_walk_loses_nobody(walk: str, what: str, position: int) -> None:
    """One item that moves, goes or comes between two pages hides no other one."""
    server = Server(list(range(30)), changes={2: (what, position)})
    items = await seen(walked(server, walk, 6))
    assert set(server.items) <= set(items)
    assert len(items) == len(set(items))


@WALKS
async def test_list_that_shrinks_again_and_again_is_refused(walk: str) -> None:
    """Where every walk may have stepped over somebody, the list is not taken for complete."""
    server = Server(list(range(30)), changes=dict.fromkeys(range(2, 100, 4), ("remove", 0)))
    assert await refused(walked(server, walk, 6)) == "incomplete_listing"


def always(page: Callable[[int], Listing[int]]) -> Callable[[object], object]:
    """A fetch that gives ``page(n)`` at the n-th request, whatever it is asked for."""
    numbers = count()

    async def fetch(_: object) -> Listing[int]:
        return page(next(numbers))

    return fetch


def over(walk: str, page: Callable[[int], Listing[int]]) -> AsyncIterator[Listing[int]]:
    """A walk of this kind over a server that gives ``page(n)`` at the n-th request."""
    fetch = always(page)
    if walk in {"offset", "ahead"}:
        ahead = 4 if walk == "ahead" else 1
        return by_offset(fetch, size=10, key=lambda item: item, most=5_000, ahead=ahead)  # type: ignore[arg-type]
    walker = by_page if walk == "page" else by_cursor
    return walker(fetch, key=lambda item: item, most=5_000)  # type: ignore[operator]


def ten(first: int) -> list[int]:
    """Ten items from ``first`` on."""
    return list(range(first, first + 10))


ENDLESS = {
    "the same page, without a total": (lambda n: Listing(items=ten(0), cursor=str(n)), "repeated_page"),
    "the same page, with a total": (lambda n: Listing(items=ten(0), total=100, cursor=str(n)), "repeated_page"),
    "the same page in another order": (
        lambda n: Listing(items=ten(0)[:: 1 - 2 * (n % 2)], cursor=str(n)),
        "repeated_page",
    ),
    "two pages in turn": (lambda n: Listing(items=ten(n % 2 * 10), cursor=str(n)), "repeated_page"),
    "ever new items": (lambda n: Listing(items=ten(n * 10), cursor=str(n)), "endless_listing"),
    "a total that grows": (
        lambda n: Listing(items=ten(n * 10), total=n * 10 + 50, cursor=str(n)),
        "endless_listing",
    ),
    "sets of old items": (lambda n: Listing(items=[n % 7, n % 11, n], total=None, cursor=str(n)), "endless_listing"),
}


@WALKS
@pytest.mark.parametrize("kind", ENDLESS)
async def test_server_without_an_end_is_refused(walk: str, kind: str) -> None:
    """U5: a server that repeats itself or always has more ends in an error, soon."""
    page, code = ENDLESS[kind]
    assert code == await refused(over(walk, page))


@pytest.mark.parametrize("walk", ["offset", "ahead", "cursor"])
async def test_server_with_more_than_its_total_is_refused(walk: str) -> None:
    """Where pages go on after the total is reached, one of the two is wrong."""
    pages = over(walk, lambda n: Listing(items=ten(n * 10), total=15, cursor=str(n)))
    assert await refused(pages) == "endless_listing"


async def test_walk_by_pages_ends_where_the_total_is_reached() -> None:
    """A walk by pages asks for no page after that."""
    assert len(await seen(over("page", lambda n: Listing(items=ten(n * 10), total=15)))) == 20


@pytest.mark.parametrize("cursor", ["next", ""])
async def test_repeated_cursor_is_refused(cursor: str) -> None:
    """A next page that leads back is not followed for ever, even where it brings new items."""
    pages = over("cursor", lambda n: Listing(items=ten(n * 10), cursor=cursor))
    assert await refused(pages) == "repeated_page"


async def test_empty_pages_for_ever_are_refused() -> None:
    """Empty pages that always name another one end in an error."""
    assert await refused(over("cursor", lambda n: Listing(items=[], cursor=str(n)))) == "endless_listing"


async def test_empty_page_in_the_middle_ends_no_walk_by_cursor() -> None:
    """Where pages are filtered by the server, an empty one may have a next one."""
    given_pages = [Listing(items=[1], cursor="a"), Listing(items=[], cursor="b"), Listing(items=[2])]
    assert await seen(over("cursor", lambda n: given_pages[n])) == [1, 2]


@WALKS
async def test_list_shorter_than_its_total_is_refused(walk: str) -> None:
    """A server that never gives all that it says it has is asked three times, then refused with both numbers."""
    server = Server(list(range(7)))
    promised = server.page

    async def fetch(place: object) -> Listing[int]:
        page = promised(int(str(place or 0)) if walk != "page" else (int(str(place)) - 1) * 10, 10)
        return Listing(items=page.items, total=9, cursor=page.cursor)

    walkers = {"page": by_page, "cursor": by_cursor}
    pages = (
        by_offset(fetch, size=10, key=lambda item: item, ahead=4 if walk == "ahead" else 1)
        if walk in {"offset", "ahead"}
        else walkers[walk](fetch, key=lambda item: item)
    )
    with pytest.raises(JackfieldError, match="says it has 9 entries, but sent 7"):
        await seen(pages)


@WALKS
async def test_failure_in_mid_walk_is_passed_on(walk: str) -> None:
    """U6: what fetching a page raises ends the walk; the items so far never look like all."""

    def page(number: int) -> Listing[int]:
        if number == 1:
            raise ConnectionError
        return Listing(items=ten(0), total=30, cursor="next")

    with pytest.raises(ConnectionError):
        await seen(over(walk, page))


@WALKS
async def test_pages_come_as_they_are_fetched(walk: str) -> None:
    """U8: the first page is there after one request."""
    server = Server(list(range(30)))
    first = await anext(walked(server, walk, 10))
    assert (list(first.items), first.total, server.requests) == (ten(0), 30, 1)


async def test_pages_may_be_counted_from_zero() -> None:
    """A walk by pages begins at the number that the CRM calls the first."""
    asked = []

    async def fetch(number: int) -> Listing[int]:
        asked.append(number)
        return Listing(items=ten(number * 10), total=20)

    assert await seen(by_page(fetch, key=lambda item: item, first=0)) == [*ten(0), *ten(10)]
    assert asked == [0, 1]


async def test_item_that_is_twice_on_a_page_comes_once() -> None:
    """One page may name an item twice."""
    given_pages = [Listing(items=[1, 1, 2]), Listing[int](items=[])]
    assert await seen(over("offset", lambda n: given_pages[n])) == [1, 2]


async def test_server_that_knows_no_pages_is_refused_or_read_once() -> None:
    """A list that comes whole with its total is read; without one, the second look shows that pages are not known."""
    assert await seen(over("offset", lambda _: Listing(items=ten(0)[:4], total=4))) == [0, 1, 2, 3]
    assert await refused(over("offset", lambda _: Listing(items=ten(0)[:4]))) == "repeated_page"


class Slow:
    """A server that answers each request only when it is told to, and notes which are under way."""

    def __init__(self, number: int, *, clamp: int = 10, total: int | None = None) -> None:
        self.server = Server(list(range(number)), clamp=clamp)
        self.total = total
        self.asked: list[int] = []
        self.under_way: set[int] = set()
        self.most = 0

    async def fetch(self, skip: int) -> Listing[int]:
        """One page, after everybody else has had his turn."""
        self.asked.append(skip)
        self.under_way.add(skip)
        self.most = max(self.most, len(self.under_way))
        try:
            for _ in range(5):
                await asyncio.sleep(0)
        finally:
            self.under_way.discard(skip)
        page = self.server.page(skip, 10)
        return page if self.total is None else Listing(items=page.items, total=self.total)

    def walk(self, ahead: int = 4) -> AsyncIterator[Listing[int]]:
        """All its pages."""
        return by_offset(self.fetch, size=10, key=lambda item: item, ahead=ahead)


async def test_pages_ahead_are_fetched_at_once_in_their_order() -> None:
    """As many as were wished for, each once, and given on in the list's order."""
    server = Slow(95)
    assert await seen(server.walk()) == list(range(95))
    assert (server.asked, server.most) == (list(range(0, 100, 10)), 4)


async def test_smaller_pages_are_fetched_ahead_by_their_own_size() -> None:
    """A server that gives four for each ten is asked four by four."""
    server = Slow(22, clamp=4)
    assert await seen(server.walk()) == list(range(22))
    assert server.asked == [0, 4, 8, 12, 16, 20]


async def test_uneven_pages_are_fetched_one_by_one() -> None:
    """Where a page is shorter than the first one, nobody guesses any more where the next begins."""
    server = Slow(60)
    whole = server.server.page

    def uneven(skip: int, size: int) -> Listing[int]:
        return whole(skip, 7 if skip == 20 else size)

    server.server.page = uneven  # type: ignore[method-assign]
    assert await seen(server.walk()) == list(range(60))
    assert server.asked == [0, 10, 20, 30, 40, 27, 37, 47, 57]


@pytest.mark.parametrize("total", [0, 25, 61, 200])
async def test_lies_about_the_total_end_as_they_do_page_by_page(total: int) -> None:
    """A total that is too small or too great is refused, whether pages are fetched ahead or not."""
    assert await refused(Slow(60, total=total).walk()) == await refused(Slow(60, total=total).walk(ahead=1))


@pytest.mark.parametrize("how", ["left", "failed", "cancelled"])
async def test_nothing_goes_on_after_the_end(how: str) -> None:
    """Leaving early, a failure and a cancellation stop every page that is under way."""
    server = Slow(95)
    before = asyncio.all_tasks()
    if how == "failed":
        server.server.page = always_failing(server.server.page)  # type: ignore[method-assign]
        with pytest.raises(ConnectionError):
            await seen(server.walk())
    elif how == "cancelled":
        task = asyncio.create_task(seen(server.walk()))
        while len(server.under_way) < 4:  # noqa: ASYNC110 - there is nobody who could tell
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    else:
        pages = server.walk()
        for _ in range(2):
            await anext(pages)
        await pages.aclose()  # type: ignore[attr-defined]
    assert (server.under_way, asyncio.all_tasks() - before) == (set(), set())


def always_failing(page: Callable[[int, int], Listing[int]]) -> Callable[[int, int], Listing[int]]:
    """A server whose third page breaks."""

    def failing(skip: int, size: int) -> Listing[int]:
        if skip == 20:
            raise ConnectionError
        return page(skip, size)

    return failing

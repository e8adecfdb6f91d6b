"""All users of one account into a table: httpx page by page or several pages at once, pydantic, one transaction."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

import httpx

from benchmarks.floors._users import parse, rows, sink
from benchmarks.people import large_key

if TYPE_CHECKING:
    from benchmarks.floors._users import Sink

PAGE = 500


def one_by_one(url: str, users: int, into: Sink) -> None:
    """Page after page."""
    with httpx.Client(auth=(large_key(users), "")) as client:
        for skip in range(0, users, PAGE):
            answer = client.get(f"{url}/v3.1/Users", params=_page(skip))
            into.write(rows("one", parse(answer.content)))
    into.commit()


async def at_once(url: str, users: int, into: Sink, width: int) -> None:
    """So many pages in flight."""
    places = iter(range(0, users, PAGE))
    limits = httpx.Limits(max_connections=width)

    async def work() -> None:
        for skip in places:
            answer = await client.get(f"{url}/v3.1/Users", params=_page(skip))
            into.write(rows("one", parse(answer.content)))

    async with httpx.AsyncClient(auth=(large_key(users), ""), limits=limits) as client:
        await asyncio.gather(*(work() for _ in range(width)))
    into.commit()


def _page(skip: int) -> dict[str, str | int]:
    return {"top": PAGE, "skip": skip, "count_total": "true"}


def main() -> None:
    """Import, then write how many rows there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--users", type=int, required=True)
    parser.add_argument("--into", default="none")
    parser.add_argument("--width", type=int, default=1)
    given = parser.parse_args()
    into = sink(given.into)
    if given.width == 1:
        one_by_one(given.url, given.users, into)
    else:
        asyncio.run(at_once(given.url, given.users, into, given.width))
    print(into.count())  # noqa: T201 - the answer


if __name__ == "__main__":
    main()

"""The users of many small accounts, each with a key of its own, in one process: a client for each of many workers."""

from __future__ import annotations

import argparse
import asyncio
import ssl
from typing import TYPE_CHECKING

import httpx

from benchmarks.floors._users import parse, rows, sink
from benchmarks.people import small_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.floors._users import Rows, Sink

WORKERS = 100
#: So many accounts make a transaction.
BATCH = 500


async def everything(url: str, organizations: int, into: Sink) -> None:
    """All accounts, by workers that share one TLS context and nothing else."""
    numbers = iter(range(organizations))
    waiting: Rows = []
    context = ssl.create_default_context()
    await asyncio.gather(*(_work(url, context, numbers, waiting, into) for _ in range(WORKERS)))
    into.write(waiting)
    into.commit()


async def _work(url: str, context: ssl.SSLContext, numbers: Iterator[int], waiting: Rows, into: Sink) -> None:
    async with httpx.AsyncClient(verify=context, limits=httpx.Limits(max_connections=1)) as client:
        for number in numbers:
            key = small_key(number)
            answer = await client.get(f"{url}/v3.1/Users", params={"top": 500, "skip": 0}, auth=(key, ""))
            waiting += rows(key, parse(answer.content))
            if len(waiting) >= BATCH * 20:
                into.write(waiting)
                into.commit()
                waiting.clear()


def main() -> None:
    """Import, then write how many rows there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--organizations", type=int, required=True)
    parser.add_argument("--into", default="none")
    given = parser.parse_args()
    into = sink(given.into)
    asyncio.run(everything(given.url, given.organizations, into))
    print(into.count())  # noqa: T201 - the answer


if __name__ == "__main__":
    main()

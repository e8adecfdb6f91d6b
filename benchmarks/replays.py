"""One replayed page of users, again and again, in the way that is asked for; writes the seconds that one takes.

``floor``: a recording of one's own behind httpx.MockTransport. ``vcr``: vcrpy with a client for each test, as most
suites have it. ``test``: our tape, replay, connection and import for each test. ``interaction``: ours, one of many on
an open connection.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.people import People

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BASE = "http://127.0.0.1:8010"
_TARGET = "/v3.1/Users?skip=0&top=500&count_total=true"
_USERS = 20


@contextmanager
def floor(folder: Path, times: int) -> Iterator[Callable[[], int]]:
    """The recording is one JSON object: the address asked for, and the body."""
    import httpx

    place = folder / "recording.json"
    place.write_text(json.dumps({_TARGET: _page()}), "utf-8")

    def once() -> int:
        recorded = json.loads(place.read_bytes())
        transport = httpx.MockTransport(
            lambda request: httpx.Response(200, content=recorded[request.url.raw_path.decode()])
        )
        with httpx.Client(transport=transport) as client:
            return len(client.get(f"{_BASE}{_TARGET}").json())

    yield lambda: sum(once() for _ in range(times))


@contextmanager
def vcr(folder: Path, times: int) -> Iterator[Callable[[], int]]:
    """Our tapes are vcrpy's cassettes, too."""
    import httpx
    import vcr as recorder  # type: ignore[import-untyped]

    tape = _written(folder, 1)

    def once() -> int:
        with recorder.use_cassette(str(tape), record_mode="none"), httpx.Client() as client:
            return len(client.get(f"{_BASE}{_TARGET}").json())

    yield lambda: sum(once() for _ in range(times))


@contextmanager
def test(folder: Path, times: int) -> Iterator[Callable[[], int]]:
    """One hall for all tests, as the contract suite has it; everything else anew."""
    from jackfield.testing.replay import Hall, replaying
    from jackfield.testing.tapes import Tape

    path, connector = _written(folder, 1), _connector()

    async def users(settings: Any) -> int:
        async with connector.connect(settings) as crm:
            return sum([len(page) async for page in crm.users()])

    with Hall().open() as hall, asyncio.Runner() as runner:

        def once() -> int:
            with replaying(Tape.load(path), hall=hall) as replay:
                return runner.run(users(connector.parse(replay.settings(connector)).settings))

        yield lambda: sum(once() for _ in range(times))


@contextmanager
def interaction(folder: Path, times: int) -> Iterator[Callable[[], int]]:
    """The tape has the page as often as it is asked for."""
    from jackfield.testing.replay import Hall, replaying
    from jackfield.testing.tapes import Tape

    tape, connector = Tape.load(_written(folder, times)), _connector()

    async def users(settings: Any) -> int:
        async with connector.connect(settings) as crm:
            return sum([len(page) for _ in range(times) async for page in crm.users()])

    with Hall().open() as hall, replaying(tape, hall=hall) as replay, asyncio.Runner() as runner:
        settings = connector.parse(replay.settings(connector)).settings
        yield lambda: runner.run(users(settings))


WAYS = {"floor": floor, "vcr": vcr, "test": test, "interaction": interaction}


def _connector() -> Any:
    from jackfield import discover

    return discover()["insightly"]


def _page() -> str:
    return People(_USERS).page(0, _USERS).decode()


def _written(folder: Path, times: int) -> Path:
    from jackfield.testing.tapes import Recipe, written

    turn = {
        "request": {"method": "GET", "uri": f"{_BASE}{_TARGET}", "body": "", "headers": {}},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"content-type": ["application/json"], "x-total-count": [str(_USERS)]},
            "body": {"string": _page()},
        },
    }
    settings = {"endpoint": f"{_BASE}/v3.1/", "details_link": f"{_BASE}/details/"}
    told = {"date": "2026-11-24", "api_version": "v3.1", "base_url": _BASE, "ends": "ok", "settings": settings}
    path = folder / "users.yaml"
    recipe = Recipe(platform="insightly", does="users", users=_USERS)
    path.write_text(written({"source": "simulator", **told}, recipe, [turn] * times), "utf-8")
    return path


def main() -> None:
    """Replay once for nothing, then so many times by the clock."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    with WAYS[given.way](given.folder, 1) as first:
        first()
    with WAYS[given.way](given.folder, given.times) as work:
        begun, busy = time.perf_counter(), time.process_time()
        count = work()
        seconds, cpu = time.perf_counter() - begun, time.process_time() - busy
    told = {"users": count, "seconds": seconds / given.times, "cpu": cpu / given.times}
    print(json.dumps(told))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()

"""The threads that draw pages: one for each request while it lasts, and the same one again afterwards."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async

from jackfield_portal.web.threads import KeptThreads

if TYPE_CHECKING:
    from collections.abc import Callable


def application(work: Callable[[], object]) -> tuple[KeptThreads, list[object]]:
    """Both ends: what is asked of it is done as Django does it, in the request's thread."""
    seen: list[object] = []

    async def inner(_scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(await sync_to_async(work)())
        seen.append(await sync_to_async(work)())

    return KeptThreads(inner), seen


def test_one_after_the_other_share_a_thread() -> None:
    kept, seen = application(threading.get_ident)

    async def three() -> None:
        for _ in range(3):
            await kept({}, None, None)

    asyncio.run(three())
    assert len(seen) == 6
    assert len(set(seen)) == 1
    assert seen[0] != threading.get_ident()


def test_at_once_they_do_not_wait_for_each_other() -> None:
    """Twelve that can only end together: more than are kept afterwards."""
    together = threading.Barrier(12)

    def meet() -> str:
        together.wait(timeout=10)
        return threading.current_thread().name

    kept, seen = application(meet)

    async def twelve() -> None:
        await asyncio.gather(*(kept({}, None, None) for _ in range(12)))

    before = {thread for thread in threading.enumerate() if thread.name.startswith("page")}
    asyncio.run(twelve())
    assert len(seen) == 24
    left = {thread for thread in threading.enumerate() if thread.name.startswith("page")} - before
    for thread in left:
        thread.join(timeout=0.3)
    assert sum(thread.is_alive() for thread in left) == 8


def test_a_request_that_fails_gives_its_thread_back() -> None:
    asked: list[int] = []

    def fails() -> None:
        asked.append(threading.get_ident())
        raise ValueError

    kept, _ = application(fails)

    async def twice() -> None:
        for _ in range(2):
            try:
                await kept({}, None, None)
            except ValueError:
                continue

    asyncio.run(twice())
    assert len(asked) == 2
    assert len(set(asked)) == 1

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from jackfield_portal.jobs.streams import stream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


async def numbers(count: int) -> AsyncGenerator[int, None]:
    for number in range(count):
        await asyncio.sleep(0)
        yield number


def test_gives_every_item_in_order() -> None:
    """Every item comes through, in its order."""
    assert list(stream(lambda: numbers(50))) == list(range(50))


def test_nothing_is_nothing() -> None:
    """A generator without items gives none."""
    assert list(stream(lambda: numbers(0))) == []


def test_failure_comes_after_the_items_before_it() -> None:
    """What the generator raises is raised here, after the items it gave."""

    async def broken() -> AsyncGenerator[int, None]:
        yield 1
        raise LookupError

    walk = stream(broken)
    assert next(walk) == 1
    with pytest.raises(LookupError):
        next(walk)


def test_leaving_early_closes_the_generator() -> None:
    """A walk that is left early closes the generator at once."""
    closed = []

    async def watched() -> AsyncGenerator[int, None]:
        try:
            while True:
                yield 1
        finally:
            closed.append(True)

    walk = stream(watched)
    next(walk)
    walk.close()
    assert closed == [True]


def test_generator_lives_in_one_task() -> None:
    """A time-out that spans several items holds, because the generator never changes its task."""

    async def timed() -> AsyncGenerator[asyncio.Task[None] | None, None]:
        async with asyncio.timeout(5):
            for _ in range(3):
                yield asyncio.current_task()

    assert len(set(stream(timed))) == 1

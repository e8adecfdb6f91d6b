"""Work that waits rather than works: done beside the fault replays, so that nobody waits for it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from jackfield.testing._running import run

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from jackfield.testing._stage import Stage

    Slow = Callable[[Stage], Coroutine[Any, Any, Any]]

_SLOW: Final[dict[str, Slow]] = {}


def slow(test: str) -> Callable[[Slow], Slow]:
    """Declare the slow work of a contract test."""

    def declare(work: Slow) -> Slow:
        _SLOW[test] = work
        return work

    return declare


def companions(stage: Stage) -> list[Coroutine[Any, Any, None]]:
    """The slow work of the selected tests, as far as nobody has begun it; each keeps what comes of it."""
    selected = {item.name for item in stage.items}
    return [_kept(stage, test) for test in _SLOW if test in selected and ("beside", test) not in stage.kept]


def beside(stage: Stage, test: str) -> Any:
    """What comes of the slow work, which is done now where nobody has done it."""
    if ("beside", test) not in stage.kept:
        run(_kept(stage, test), within=30.0)
    found = stage.kept["beside", test]
    if isinstance(found, BaseException):
        raise found
    return found


async def _kept(stage: Stage, test: str) -> None:
    try:
        stage.kept["beside", test] = await _SLOW[test](stage)
    except (Exception, pytest.skip.Exception, pytest.fail.Exception) as failure:  # noqa: BLE001 - its own test's matter
        stage.kept["beside", test] = failure

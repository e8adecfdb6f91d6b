"""The decorator of the fault replays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jackfield.testing._matrix import POSITIONS, SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable


def replays(act: str, *faults: str) -> Callable[[Any], Any]:
    """Run a test once for each of the faults, at each position, from each source; its id names all three."""
    cells = [
        pytest.param(act, source, fault, position, id=f"{source}-{fault}-{position}")
        for source in SOURCES
        for fault in faults
        for position in POSITIONS
    ]
    mark: Callable[[Any], Any] = pytest.mark.parametrize(("act", "source", "fault", "position"), cells)
    return mark

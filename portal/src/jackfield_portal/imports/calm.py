"""Peace from the collector of cyclic garbage while users are made by the thousand: none of them is in a cycle."""

from __future__ import annotations

import gc
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["calm"]

#: Objects that may come into being before the collector looks; by Python's own count it looks four times a page.
_PATIENCE: Final = 50_000
_lock = threading.Lock()
_usual: list[tuple[int, int, int]] = []


@contextmanager
def calm() -> Iterator[None]:
    """Let the collector look seldom, in the whole process, until the last of those has left who are in here."""
    with _lock:
        _usual.append(gc.get_threshold() if not _usual else _usual[0])
        gc.set_threshold(max(_PATIENCE, _usual[0][0]), *_usual[0][1:])
    try:
        yield
    finally:
        with _lock:
            usual = _usual.pop()
            if not _usual:
                gc.set_threshold(*usual)

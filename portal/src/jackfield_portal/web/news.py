"""Pages that follow something: an answer waits a moment for news, which is then seen at once and asked for seldom."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final
from zlib import crc32

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

__all__ = ["mark", "wait"]

#: Seconds that an answer waits at most, which is also how often a page's clocks are set, and between two looks.
LONGEST: Final = 1.0
_PACE: Final = 0.04


def mark(*facts: object) -> str:
    """A short text that is another one where any of the facts is."""
    return format(crc32(repr(facts).encode()), "x")


def wait(request: HttpRequest, look: Callable[[], str]) -> None:
    """Wait until what ``look`` gives is no longer what the page has shown, which it tells as ``seen``; not for long."""
    seen = request.GET.get("seen", "")
    end = time.monotonic() + LONGEST
    while seen and look() == seen and time.monotonic() < end:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            connection.close()  # back to its pool: who waits is not to keep it from others
        time.sleep(_PACE)

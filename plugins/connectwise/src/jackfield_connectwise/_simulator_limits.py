"""The limit of ConnectWise's API: so many requests a minute."""

from __future__ import annotations

import math
import time
from typing import Any

_MINUTE = 60.0


class Budget:
    """Counts the requests of each minute; the first one after it begins the next."""

    def __init__(self, knobs: dict[str, Any]) -> None:
        self._limited: bool = knobs["rate_limit"]
        self._most: int = knobs["per_minute"]
        self._began, self._used = -math.inf, 0

    def spend(self) -> bool:
        """Count a request; False where it is one too many in this minute."""
        now = time.monotonic()
        if now - self._began >= _MINUTE:
            self._began, self._used = now, 0
        if self._limited and self._used >= self._most:
            return False
        self._used += 1
        return True

    def wait(self) -> int:
        """In how many seconds the next request is let in."""
        return max(1, math.ceil(self._began + _MINUTE - time.monotonic()))

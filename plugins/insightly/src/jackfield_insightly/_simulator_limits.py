"""The two limits of Insightly's API: ten requests a second, and a quota for the day."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

PER_SECOND = 10
_DAY = timedelta(days=1)


class Budget:
    """Counts requests; ``used`` is the day's sum, in which refused requests don't count."""

    def __init__(self, knobs: dict[str, Any]) -> None:
        self.quota: int = knobs["daily_quota"]
        self.used: int = knobs["used_today"]
        self._limited: bool = knobs["rate_limit"]
        self._rolling = knobs["quota_reset"] == "rolling"
        self._window, self._in_window = -1.0, 0
        self._renewal = self._next_renewal()

    @property
    def remaining(self) -> int:
        """What is left of the day's quota."""
        return max(self.quota - self.used, 0)

    def seconds_to_renewal(self) -> int:
        """When the quota is renewed."""
        return max(int((self._renewal - datetime.now(UTC)).total_seconds()), 1)

    def exhausted(self) -> bool:
        """Whether the day's quota is used up."""
        if datetime.now(UTC) >= self._renewal:
            self.used, self._renewal = 0, self._next_renewal()
        return self.used >= self.quota

    def spend(self) -> bool:
        """Count a request; False where it is one too many in this second."""
        now = time.monotonic()
        if now - self._window >= 1:
            self._window, self._in_window = now, 0
        if self._limited and self._in_window >= PER_SECOND:
            return False
        self._in_window += 1
        self.used += 1
        return True

    def _next_renewal(self) -> datetime:
        tomorrow = datetime.now(UTC) + _DAY
        return tomorrow if self._rolling else tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)

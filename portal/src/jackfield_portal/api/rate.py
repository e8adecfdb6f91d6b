"""How often a token may ask: so many requests in each minute, over all processes of the deployment."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["WINDOW", "Standing", "counted"]

#: Seconds after which the count begins anew.
WINDOW = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a token stands: its limit, what is left of it, and the seconds until the count begins anew."""

    limit: int
    left: int
    reset: int

    @property
    def exceeded(self) -> bool:
        """Whether this request is one too many."""
        return self.left < 0

    def headers(self) -> dict[str, str]:
        """As answers tell it."""
        told = {"RateLimit-Limit": self.limit, "RateLimit-Remaining": max(0, self.left), "RateLimit-Reset": self.reset}
        return {name: str(value) for name, value in told.items()}


def counted(token: UUID) -> Standing:
    """Count one request of a token."""
    now = time.time()
    key = f"api:{token}:{now // WINDOW:.0f}"
    cache.add(key, 0, WINDOW)
    try:
        count = cache.incr(key)
    except ValueError:  # the minute ended in between
        count = 1
    limit: int = settings.JACKFIELD_API_RATE
    return Standing(limit=limit, left=limit - count, reset=int(WINDOW - now % WINDOW) + 1)

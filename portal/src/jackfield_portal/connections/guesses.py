"""A brake on guessing links: after so many that did not open, a network address has to wait.

The counts live in Django's cache, as those of tries to sign in do.
"""

from __future__ import annotations

import time
from hashlib import sha256
from typing import Final

from django.core.cache import cache

__all__ = ["MOST", "WINDOW", "count", "too_many"]

#: So many tries from one network address are heard in so many seconds; the counts begin anew after them.
MOST: Final = 30
WINDOW: Final = 300


def too_many(address: str) -> bool:
    """Whether this address has guessed so often that it is not heard for now."""
    return int(cache.get(_key(address), 0)) >= MOST


def count(address: str) -> None:
    """Count a link that did not open."""
    key = _key(address)
    cache.add(key, 0, WINDOW)
    cache.incr(key)


def _key(address: str) -> str:
    return f"link:{sha256(address.encode(errors='replace')).hexdigest()}:{time.time() // WINDOW:.0f}"

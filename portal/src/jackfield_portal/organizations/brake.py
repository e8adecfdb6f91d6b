"""A brake on guessing passwords: after so many tries at an e-mail address or from a network address, a wait.

The counts live in Django's cache, which is this process's memory unless a deployment sets another: they are forgotten
when the portal is started again.
"""

from __future__ import annotations

import time
from hashlib import sha256
from math import ceil

from django.core.cache import cache
from django.utils.translation import ngettext

__all__ = ["BY_ADDRESS", "BY_EMAIL", "WINDOW", "begun", "passed", "refusal"]

#: The counts begin anew after so many seconds.
WINDOW = 300
#: So many tries at one e-mail address, and from one network address, are heard in that time.
BY_EMAIL, BY_ADDRESS = 10, 50


def begun(email: str, address: str, door: str = "sign-in") -> float:
    """Count a try before its password is looked at; the seconds to wait where there were too many, else 0.

    Each ``door`` has counts of its own, so that nobody closes one by knocking at another.
    """
    now = time.time()
    limits = {_key("email", email, now, door): BY_EMAIL, _key("address", address, now, door): BY_ADDRESS}
    refused = [key for key, limit in limits.items() if _counted(key) > limit]
    return WINDOW - now % WINDOW if refused else 0.0


def refusal(email: str, address: str, door: str = "sign-in") -> str:
    """As :func:`begun`, in words; empty where the try is heard."""
    minutes = ceil(begun(email, address, door) / 60)
    said = ngettext(
        "Too many tries. Try again in %(n)d minute.", "Too many tries. Try again in %(n)d minutes.", minutes
    )
    return said % {"n": minutes} if minutes else ""


def passed(email: str, address: str, door: str = "sign-in") -> None:
    """Forget the tries at an e-mail address whose owner has come, and his one from the network address."""
    now = time.time()
    cache.delete(_key("email", email, now, door))
    key = _key("address", address, now, door)
    if cache.get(key, 0) > 0:
        cache.decr(key)


def _counted(key: str) -> int:
    cache.add(key, 0, WINDOW)
    return cache.incr(key)


def _key(kind: str, whose: str, now: float, door: str) -> str:
    return f"{door}:{kind}:{sha256(whose.encode(errors='replace')).hexdigest()}:{now // WINDOW:.0f}"

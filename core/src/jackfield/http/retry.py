"""Trying again: what, how often, and how long altogether.

Our own rather than a library's, because what is tried again hangs on the verdict on the body: a CRM may say
"slow down" with 403 or 200, and "not today" with the 429 that elsewhere means "wait a second".
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

from jackfield.errors import JackfieldError, TransientError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

__all__ = ["Clock", "Deadline", "RetryPolicy", "may_retry", "retry_after", "tried"]

T = TypeVar("T")

_NOT_WITHIN_SECONDS = frozenset({"quota_exhausted", "quota_low", "cancelled", "interrupted"})


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Where seconds come from and how they are waited for; tests give their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """At most ``attempts`` tries in at most ``total`` seconds, with growing, jittered waits between them."""

    attempts: int = 4
    total: float = 20.0
    first_wait: float = 0.5
    longest_wait: float = 10.0

    def wait(self, tries: int, retry_after: float | None) -> float:
        """Seconds to wait after so many tries: never less than the CRM asked for."""
        longest = min(self.longest_wait, self.first_wait * 2.0 ** (tries - 1))
        jittered = longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
        return jittered if retry_after is None else max(jittered, retry_after)


@dataclass(kw_only=True)
class Deadline:
    """When a call has to be over; waiting for one's turn in a budget does not count. ``tries`` says which try it is."""

    total: float
    clock: Clock
    tries: int = 1
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        self._ends = self.clock.now() + self.total

    @property
    def left(self) -> float:
        """Seconds that are left; never less than nothing."""
        return max(0.0, self._ends - self.clock.now())

    def stood_still(self, seconds: float) -> None:
        """Take nothing of the time that is left for these seconds."""
        self._ends += seconds


async def tried(
    attempt: Callable[[Deadline], Awaitable[T | JackfieldError]], policy: RetryPolicy, clock: Clock
) -> T | JackfieldError:
    """What the last try gave.

    Ends early where the wait that the CRM asks for, or another try as long as the one that failed, does not fit into
    the time that is left: nobody waits for a try that cannot succeed.
    """
    deadline = Deadline(total=policy.total, clock=clock)
    for tries in range(1, policy.attempts + 1):
        before, deadline.tries = deadline.left, tries
        outcome = await attempt(deadline)
        if not isinstance(outcome, JackfieldError) or not may_retry(outcome) or tries == policy.attempts:
            break
        wait = policy.wait(tries, outcome.retry_after)
        if wait + (before - deadline.left) >= deadline.left:
            break
        await clock.sleep(wait)
    return outcome


def may_retry(failure: JackfieldError) -> bool:
    """Whether a new try may help within seconds."""
    if isinstance(failure, TransientError):
        return failure.code not in _NOT_WITHIN_SECONDS
    return failure.code == "server_error"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that Retry-After asks for, given in seconds or as a date (compared with the CRM's own clock)."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value, re.ASCII):
        return float(value)
    until = _date(value)
    if until is None:
        return None
    return max(0.0, (until - (_date(headers.get("date", "")) or datetime.now(UTC))).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

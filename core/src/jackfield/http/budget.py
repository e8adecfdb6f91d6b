"""Request budgets: never more requests start within a window than the CRM allows, over all tasks, loops and threads.

Our own after a trial of pyrate-limiter 4.5: it starts a thread for every limit (one for each of 10,000 accounts),
and between event loops whoever comes last may start first.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from jackfield.errors import error
from jackfield.http.retry import Clock

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from jackfield.errors import JackfieldError

__all__ = ["Budgets", "Limit", "Scope", "Turn"]

_VARIABLE: Final = "JACKFIELD_REQUEST_BUDGET"
#: Clocks and networks are not exact.
_MARGIN: Final = 1.05
#: A limit over more seconds is a quota: once it is used up, nobody waits for it.
_LONGEST_WAITED_FOR: Final = 60.0
_SHORTEST_WAIT: Final = 0.001
_SWEEP_FROM: Final = 1_000


class Scope(StrEnum):
    """Who shares a budget: an account, one credential, this whole deployment, its network address, or one endpoint."""

    ACCOUNT = "account"
    CREDENTIAL = "credential"
    DEPLOYMENT = "deployment"
    EGRESS = "egress"
    ENDPOINT = "endpoint"


@dataclass(frozen=True)
class Limit:
    """At most ``amount`` requests in any ``window`` seconds, shared by what ``scope`` names."""

    amount: int
    window: float
    scope: Scope = Scope.ACCOUNT

    def __post_init__(self) -> None:
        if self.amount < 1 or self.window <= 0:
            raise ValueError(f"a limit allows at least one request in more than no time, not {self}")


@dataclass(eq=False)
class _Ledger:
    """The starts of one budget's last window, and who waits, in the order of coming."""

    limit: Limit
    started: dict[Turn, float] = field(default_factory=dict)
    waiting: dict[Turn, None] = field(default_factory=dict)

    def ask(self, turn: Turn, now: float) -> float:
        """Seconds until it makes sense to ask again; nothing left means that the turn has started."""
        self.expire(now)
        self.waiting[turn] = None
        behind = list(self.waiting).index(turn) - (self.limit.amount - len(self.started))
        if behind < 0:
            del self.waiting[turn]
            self.started[turn] = now
            return 0.0
        times = tuple(self.started.values())
        due = times[behind] + self._span - now if behind < len(times) else self._span
        return max(due, _SHORTEST_WAIT)

    def count(self, turn: Turn, now: float) -> None:
        """Count the turn from now on: the CRM counts what arrives, however long that took."""
        self.started.pop(turn, None)
        self.started[turn] = now

    def forget(self, turn: Turn) -> None:
        self.waiting.pop(turn, None)
        self.started.pop(turn, None)

    def expire(self, now: float) -> None:
        while self.started and next(iter(self.started.values())) <= now - self._span:
            del self.started[next(iter(self.started))]

    @property
    def _span(self) -> float:
        return self.limit.window * _MARGIN


class Turn:
    """The right to send one request now."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets
        self.ledgers: list[_Ledger] = []

    def counts_from_now(self) -> None:
        """Called when the request leaves, and again when it has arrived: connections and networks take their time."""
        self._budgets.count(self)


class Budgets:
    """The budgets of a process, each under its key; ``lifted`` ones keep nobody waiting."""

    def __init__(self, *, lifted: bool = False, clock: Clock | None = None) -> None:
        self._lifted = lifted
        self._clock = clock or Clock()
        self._lock = threading.Lock()
        self._ledgers: dict[tuple[Hashable, Limit], _Ledger] = {}
        self._sweep_at = _SWEEP_FROM

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Budgets:
        """The one set of budgets of this process, or lifted ones where JACKFIELD_REQUEST_BUDGET is ``off``."""
        wish = environ.get(_VARIABLE, "").strip().lower()
        if wish not in {"", "on", "off"}:
            raise error("invalid_value", f"{_VARIABLE} is neither on nor off.", remedy="Set it to off, or remove it.")
        return _of_this_process(lifted=wish == "off")

    async def turn(self, limits: Sequence[tuple[Hashable, Limit]]) -> Turn:
        """Wait until a request may start under each of these limits, first come, first served.

        Raises TransientError ``quota_exhausted`` at once where a limit over more than a minute is used up. Whoever is
        cancelled while he waits leaves no trace.
        """
        turn = Turn(self)
        if self._lifted:
            return turn
        try:
            for key, limit in sorted(limits, key=lambda pair: -pair[1].window):
                await self._wait(turn, key, limit)
        except BaseException:
            self._forget(turn)
            raise
        return turn

    def count(self, turn: Turn) -> None:
        """Count the turn's request from this moment."""
        with self._lock:
            for ledger in turn.ledgers:
                ledger.count(turn, self._clock.now())

    async def _wait(self, turn: Turn, key: Hashable, limit: Limit) -> None:
        with self._lock:
            ledger = self._ledger(key, limit)
            turn.ledgers.append(ledger)
            wait = ledger.ask(turn, self._clock.now())
        while wait:
            if limit.window > _LONGEST_WAITED_FOR:
                raise _used_up(limit, wait)
            await self._clock.sleep(wait)
            with self._lock:
                wait = ledger.ask(turn, self._clock.now())

    def _ledger(self, key: Hashable, limit: Limit) -> _Ledger:
        if len(self._ledgers) >= self._sweep_at:
            self._sweep()
        return self._ledgers.setdefault((key, limit), _Ledger(limit))

    def _sweep(self) -> None:
        """Drop the budgets that nobody has used for a window; done rarely enough to cost nothing."""
        now = self._clock.now()
        for name, ledger in tuple(self._ledgers.items()):
            ledger.expire(now)
            if not ledger.started and not ledger.waiting:
                del self._ledgers[name]
        self._sweep_at = max(_SWEEP_FROM, 2 * len(self._ledgers))

    def _forget(self, turn: Turn) -> None:
        with self._lock:
            for ledger in turn.ledgers:
                ledger.forget(turn)


@cache
def _of_this_process(*, lifted: bool) -> Budgets:
    return Budgets(lifted=lifted)


def _used_up(limit: Limit, wait: float) -> JackfieldError:
    message = f"All {limit.amount} requests of the budget for {limit.window:g} seconds are used up."
    return error("quota_exhausted", message, retry_after=wait)

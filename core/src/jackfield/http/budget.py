"""Request budgets: never more requests start within a window than the CRM allows.

They hold over all tasks, loops and threads, and over all processes where the host gives a ledger that they share.
Our own after a trial of pyrate-limiter 4.5: it starts a thread for every limit (one for each of 10,000 accounts),
and between event loops whoever comes last may start first.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol, cast

from jackfield.errors import error
from jackfield.http._ledger import Ledger
from jackfield.http.retry import Clock

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from jackfield.errors import JackfieldError

__all__ = ["Budgets", "Limit", "Scope", "SharedLedger", "Start", "Turn"]

_VARIABLE: Final = "JACKFIELD_REQUEST_BUDGET"
#: Clocks and networks are not exact: a window is longer by this part of it, and by no less than so many seconds.
_MARGIN: Final = 0.01
_LEAST_MARGIN: Final = 0.01
#: A limit over more seconds is a quota: once it is used up, nobody waits for it.
_LONGEST_WAITED_FOR: Final = 60.0
#: What a request is later than it was noted is covered by this part of the margin; it is noted anew for the rest only.
_COVERED: Final = 0.75
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

    @property
    def margin(self) -> float:
        """The seconds that a window is longer here."""
        return max(self.window * _MARGIN, _LEAST_MARGIN)

    @property
    def span(self) -> float:
        """For how many seconds a request counts here: the window and its margin."""
        return self.window + self.margin


@dataclass(frozen=True, slots=True)
class Start:
    """What a shared ledger answers: the seconds to ``wait``; where they are 0, the request counts under ``id``."""

    wait: float
    id: int = 0


class SharedLedger(Protocol):
    """Keeps budgets over several processes. The budgets of each process ask it, in the order of their own waiters."""

    async def start(self, key: str, limit: Limit, *, behind: int) -> Start:
        """Start one request under ``key`` where more than ``behind`` may start now, or tell how long to wait.

        ``behind`` is less than the limit's amount; windows are ``limit.span`` long, by one clock for all. Raises
        TransientError ``budget_unreachable`` where nobody can tell.
        """

    def moved(self, start_id: int, seconds: float) -> None:
        """Count a start from so many seconds after it was asked for; returns at once, and never raises."""


class Turn:
    """The right to send one request now."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets
        self.ledgers: list[Ledger[Turn]] = []
        self.left: float | None = None
        #: The starts that all processes know of, when each was asked for, and the delay that its margin covers.
        self.shared: list[tuple[Start, float, float]] = []

    def counts_from_now(self) -> None:
        """Called when the request leaves, and again when its answer begins: connections and networks take their time.

        An answer that takes longer than others do says that the request may have arrived later by as much.
        """
        self._budgets.count(self)


class Budgets:
    """The budgets of a process, each under its key; ``lifted`` ones keep nobody waiting.

    With a ``shared`` ledger they hold over all processes that have the same one. Within a process whoever comes first
    starts first; between processes it may be either.
    """

    def __init__(self, *, lifted: bool = False, clock: Clock | None = None, shared: SharedLedger | None = None) -> None:
        self._lifted = lifted
        self._clock = clock or Clock()
        self._shared = shared
        self._lock = threading.Lock()
        self._ledgers: dict[tuple[Hashable, Limit], Ledger[Turn]] = {}
        self._sweep_at = _SWEEP_FROM

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] = os.environ, *, shared: SharedLedger | None = None
    ) -> Budgets:
        """The one set of budgets of this process, or lifted ones where JACKFIELD_REQUEST_BUDGET is ``off``."""
        wish = environ.get(_VARIABLE, "").strip().lower()
        if wish not in {"", "on", "off"}:
            raise error("invalid_value", f"{_VARIABLE} is neither on nor off.", remedy="Set it to off, or remove it.")
        return _of_this_process(lifted=wish == "off", shared=cast("Hashable", shared))

    async def turn(self, limits: Sequence[tuple[Hashable, Limit]]) -> Turn:
        """Wait until a request may start under each of these limits, first come, first served.

        Raises TransientError ``quota_exhausted`` at once where a limit over more than a minute is used up, and
        ``budget_unreachable`` where the shared ledger cannot be asked. Whoever is cancelled while he waits leaves no
        trace.
        """
        turn = Turn(self)
        if self._lifted:
            return turn
        try:
            for key, limit in sorted(limits, key=lambda pair: -pair[1].window):
                ledger = await self._wait(turn, key, limit)
                if self._shared is not None:
                    await self._agree(self._shared, turn, ledger, _name(key, limit), limit)
        except BaseException:
            self._forget(turn)
            raise
        return turn

    def count(self, turn: Turn) -> None:
        """Count the turn's request from this moment, or from when it has most likely arrived."""
        if not turn.ledgers:
            return
        now = self._clock.now()
        with self._lock:
            at = now if turn.left is None else max((led.arrived(turn.left, now) for led in turn.ledgers), default=now)
            turn.left = turn.left or now
            for ledger in turn.ledgers:
                ledger.late(turn, at)
        for start, asked, slack in turn.shared:
            if self._shared is not None and at - asked > slack:
                self._shared.moved(start.id, at - asked - slack)

    async def _wait(self, turn: Turn, key: Hashable, limit: Limit) -> Ledger[Turn]:
        with self._lock:
            ledger = self._ledger(key, limit)
            turn.ledgers.append(ledger)
            wait = ledger.ask(turn, self._clock.now())
        while wait:
            await self._pause(limit, wait)
            with self._lock:
                wait = ledger.ask(turn, self._clock.now())
        return ledger

    async def _agree(self, shared: SharedLedger, turn: Turn, ledger: Ledger[Turn], name: str, limit: Limit) -> None:
        """Start under what all processes keep together."""
        while True:
            with self._lock:
                behind = ledger.behind(turn)
            asked = self._clock.now()
            start = await shared.start(name, limit, behind=behind)
            if not start.wait:
                break
            with self._lock:
                ledger.told_to_wait(turn)
            await self._pause(limit, start.wait)
        turn.shared.append((start, asked, limit.margin * _COVERED))
        with self._lock:
            ledger.agreed(turn, self._clock.now())

    async def _pause(self, limit: Limit, wait: float) -> None:
        if limit.window > _LONGEST_WAITED_FOR:
            raise _used_up(limit, wait)
        await self._clock.sleep(wait)

    def _ledger(self, key: Hashable, limit: Limit) -> Ledger[Turn]:
        if len(self._ledgers) >= self._sweep_at:
            self._sweep()
        made = Ledger[Turn](limit.amount, limit.span, limit.margin * _COVERED, shared=self._shared is not None)
        return self._ledgers.setdefault((key, limit), made)

    def _sweep(self) -> None:
        """Drop the budgets that nobody has used for a window; done rarely enough to cost nothing."""
        now = self._clock.now()
        for name, ledger in tuple(self._ledgers.items()):
            if ledger.idle(now):
                del self._ledgers[name]
        self._sweep_at = max(_SWEEP_FROM, 2 * len(self._ledgers))

    def _forget(self, turn: Turn) -> None:
        with self._lock:
            for ledger in turn.ledgers:
                ledger.forget(turn)


@cache
def _of_this_process(*, lifted: bool, shared: Hashable) -> Budgets:
    return Budgets(lifted=lifted, shared=cast("SharedLedger | None", shared))


def _name(key: Hashable, limit: Limit) -> str:
    """The same in every process."""
    parts = key if isinstance(key, tuple) else (key,)
    return "\n".join(map(str, (*parts, limit.amount, limit.window, limit.scope)))


def _used_up(limit: Limit, wait: float) -> JackfieldError:
    message = f"All {limit.amount} requests of the budget for {limit.window:g} seconds are used up."
    return error("quota_exhausted", message, retry_after=wait)

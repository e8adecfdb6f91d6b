"""What one budget remembers: the starts of its last window, and who waits; read it through ``budget``."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_SHORTEST_WAIT: Final = 0.001
#: Of so many requests the quickest tells how long an answer takes when nothing holds it up.
_TRIPS: Final = 32


@dataclass(eq=False)
class Ledger(Generic[T]):
    """The starts of one budget's last ``span`` seconds, and who waits, in the order of coming.

    Where it is ``shared``, those whose turn it is here are then ``asking`` the other processes, and hold their places.
    """

    amount: int
    span: float
    slack: float = 0.0
    shared: bool = False
    started: dict[T, float] = field(default_factory=dict)
    waiting: dict[T, None] = field(default_factory=dict)
    asking: dict[T, bool] = field(default_factory=dict)
    trips: deque[float] = field(default_factory=lambda: deque(maxlen=_TRIPS))

    def ask(self, turn: T, now: float) -> float:
        """Seconds until it makes sense to ask again; nothing left means that the turn has started."""
        self.expire(now)
        self.waiting[turn] = None
        behind = list(self.waiting).index(turn) - (self.amount - len(self.started) - len(self.asking))
        if behind < 0:
            del self.waiting[turn]
            if self.shared:
                self.asking[turn] = False
            else:
                self.started[turn] = now
            return 0.0
        times = tuple(self.started.values())
        if behind < len(times):
            return max(times[behind] + self.span - now, _SHORTEST_WAIT)
        return self.span / self.amount if self.asking else self.span

    def behind(self, turn: T) -> int:
        """How many of this process wait for the others to let them start, before this one; fewer than the amount.

        Those who are asking right now do not count: the others know of them before they know of this one.
        """
        self.asking[turn] = False
        before = takewhile(lambda item: item[0] is not turn, self.asking.items())
        return sum(waits for _turn, waits in before)

    def told_to_wait(self, turn: T) -> None:
        self.asking[turn] = True

    def agreed(self, turn: T, now: float) -> None:
        """The others have let it start, now."""
        del self.asking[turn]
        self.count(turn, now)

    def count(self, turn: T, at: float) -> None:
        """Count the turn from this moment on, the latest that it is known for: a CRM counts what arrives."""
        self.started.pop(turn, None)
        later = list(takewhile(lambda item: item[1] > at, reversed(self.started.items())))
        self.started[turn] = at
        for other, time in reversed(later):  # the order is that of the times
            del self.started[other]
            self.started[other] = time

    def late(self, turn: T, at: float) -> None:
        """Count the turn from then on, as far as the ``slack`` does not cover that it came later than its start."""
        noted = self.started.get(turn)
        if noted is None or at - self.slack > noted:
            self.count(turn, at - self.slack)

    def arrived(self, left: float, now: float) -> float:
        """When a request has arrived at the latest, whose answer begins now.

        By as much as its answer took longer than the quickest one it may have been late on its way. Of the first
        request nothing is known but that it has arrived now.
        """
        at = max(left, now - min(self.trips)) if self.trips else now
        self.trips.append(now - left)
        return at

    def forget(self, turn: T) -> None:
        self.waiting.pop(turn, None)
        self.asking.pop(turn, None)
        self.started.pop(turn, None)

    def expire(self, now: float) -> None:
        while self.started and next(iter(self.started.values())) <= now - self.span:
            del self.started[next(iter(self.started))]

    def idle(self, now: float) -> bool:
        """Whether nobody has used it for a window."""
        self.expire(now)
        return not (self.started or self.waiting or self.asking)

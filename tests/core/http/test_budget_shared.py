"""Budgets are kept with other processes, and cost little more time than they demand."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from jackfield.errors import JackfieldError, error
from jackfield.http import Budgets, Limit, Start
from tests.core.http.serving import SteppedClock
from tests.core.http.test_budget import most_within

TEN = Limit(10, 1.0)


class Notebook:
    """A shared ledger in memory; ``gone`` makes it one that cannot be reached."""

    def __init__(self, ticks: SteppedClock) -> None:
        self.ticks = ticks
        self.starts: list[float] = []
        self.names: set[str] = set()
        self.asked = 0
        self.gone = False

    async def start(self, key: str, limit: Limit, *, behind: int) -> Start:
        await asyncio.sleep(0)
        self.names.add(key)
        self.asked += 1
        if self.gone:
            raise error("budget_unreachable")
        kept = sorted(self.starts)
        place = len(kept) - limit.amount + behind
        if place >= 0 and kept[place] + limit.span > self.ticks.time:
            return Start(kept[place] + limit.span - self.ticks.time)
        self.starts.append(self.ticks.time)
        return Start(0.0, len(self.starts) - 1)

    def moved(self, start_id: int, seconds: float) -> None:
        self.starts[start_id] += seconds


async def test_two_processes_keep_one_budget() -> None:
    """Two sets of budgets with one ledger start together what one alone may."""
    ticks = SteppedClock()
    shared = Notebook(ticks)
    both, times = [Budgets(clock=ticks.clock, shared=shared) for _ in range(2)], []

    async def one(number: int) -> None:
        await both[number % 2].turn([("account", TEN)])
        times.append(ticks.time)

    await asyncio.gather(*map(one, range(60)))
    assert len(times) == 60
    assert most_within(1.0, times) <= 10


async def test_waiting_asks_seldom() -> None:
    """Who waits knows when his turn comes, and does not keep asking until then."""
    ticks = SteppedClock()
    shared = Notebook(ticks)
    budgets = Budgets(clock=ticks.clock, shared=shared)
    await asyncio.gather(*(budgets.turn([("account", TEN)]) for _ in range(50)))
    assert shared.asked <= 100


async def test_ledger_out_of_reach_is_told() -> None:
    """Nothing is sent that nobody has counted; the next request asks anew."""
    shared = Notebook(SteppedClock())
    budgets = Budgets(shared=shared)
    shared.gone = True
    with pytest.raises(JackfieldError) as raised:
        await budgets.turn([("account", TEN)])
    assert (raised.value.code, raised.value.kind) == ("budget_unreachable", "transient")
    shared.gone = False
    await budgets.turn([("account", TEN)])


async def test_used_up_shared_quota_is_told_at_once() -> None:
    """A quota that another process has used up keeps nobody waiting for a day."""
    ticks = SteppedClock()
    shared, day = Notebook(ticks), Limit(2, 86_400.0)
    for _ in range(2):
        await Budgets(clock=ticks.clock, shared=shared).turn([("account", day)])
    with pytest.raises(JackfieldError) as raised:
        await Budgets(clock=ticks.clock, shared=shared).turn([("account", day)])
    assert (raised.value.code, ticks.slept) == ("quota_exhausted", [])


async def test_lifted_budgets_ask_nobody() -> None:
    """With JACKFIELD_REQUEST_BUDGET=off nothing is asked, shared ledger or not."""
    shared = Notebook(SteppedClock())
    budgets = Budgets.from_environment({"JACKFIELD_REQUEST_BUDGET": "off"}, shared=shared)
    await budgets.turn([("account", TEN)])
    assert shared.asked == 0


async def test_late_request_is_moved_for_all() -> None:
    """A request that leaves long after its start counts from then on everywhere; a punctual one is left alone."""
    ticks = SteppedClock()
    shared = Notebook(ticks)
    budgets = Budgets(clock=ticks.clock, shared=shared)
    late, punctual = await budgets.turn([("account", TEN)]), await budgets.turn([("account", TEN)])
    punctual.counts_from_now()
    ticks.time += 0.3
    late.counts_from_now()
    assert pytest.approx(shared.starts) == [1000.2925, 1000.0]


async def test_steady_answers_cost_no_time() -> None:
    """Requests one after the other, each answered after 50 ms: a window takes no longer than itself and its margin."""
    ticks = SteppedClock()
    budgets, times = Budgets(clock=ticks.clock), []
    for _ in range(101):
        turn = await budgets.turn([("account", TEN)])
        times.append(ticks.time)
        turn.counts_from_now()
        ticks.time += 0.05
        turn.counts_from_now()
    assert most_within(1.0, times) == 10
    assert pytest.approx(10 * 1.01, abs=0.06) == times[-1] - times[0]


async def test_slow_answer_may_have_arrived_late() -> None:
    """By as much as an answer takes longer than others its request may have been late: it counts from then."""
    ticks = SteppedClock()
    budgets, one = Budgets(clock=ticks.clock), ("account", Limit(1, 1.0))
    times = []
    for seconds in (0.1, 0.4, 0.1):
        turn = await budgets.turn([one])
        times.append(ticks.time)
        turn.counts_from_now()
        ticks.time += seconds
        turn.counts_from_now()
    assert pytest.approx([after - before for before, after in pairwise(times)]) == [1.1025, 1.3025]

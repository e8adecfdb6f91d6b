"""Budgets are kept over all tasks, loops and threads."""

from __future__ import annotations

import asyncio
import threading
import time
from itertools import pairwise

import pytest

from jackfield.errors import JackfieldError, SettingsError
from jackfield.http import Basic, Budgets, Limit, Scope
from tests.core.http.serving import SteppedClock, client, reply, serving

TEN = Limit(10, 1.0)


def most_within(window: float, times: list[float]) -> int:
    """The most starts that any window of this length holds."""
    return max(sum(start <= time < start + window for time in times) for start in times)


async def starts(budgets: Budgets, ticks: SteppedClock, count: int, limit: Limit = TEN) -> list[float]:
    """When so many requests, all wished for at once, may start."""
    times = []

    async def one() -> None:
        await budgets.turn([("account", limit)])
        times.append(ticks.time)

    await asyncio.gather(*(one() for _ in range(count)))
    return times


@pytest.mark.clause("N4")
async def test_bursts_wait() -> None:
    """Twenty requests at once start ten at a time, a window and its margin apart."""
    ticks = SteppedClock()
    times = await starts(Budgets(clock=ticks.clock), ticks, 20)
    assert most_within(1.0, times) == 10
    assert pytest.approx(max(times) - min(times), abs=0.002) == 1.01


@pytest.mark.clause("N4")
async def test_real_burst_is_spread() -> None:
    """On the real clock, no request of a window arrives before that window begins, and those of one come together.

    How close two arrivals are says nothing: on a busy machine the first of them may have been long on its way.
    """
    arrived: list[float] = []

    async def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.append(time.monotonic())
        writer.write(reply())
        await writer.drain()

    window, limit = 0.2, 5
    async with serving(note) as server, client(server.url, budgets=Budgets(), limits=[Limit(limit, window)]) as http:
        begun = time.monotonic()
        await asyncio.gather(*(http.get("Users") for _ in range(20)))
    early = [place for place, at in enumerate(arrived) if at < begun + place // limit * window]
    assert (len(arrived), early) == (20, [])
    assert arrived[-1] - begun < 19 * window  # one after the other would take so long


@pytest.mark.clause("N4")
def test_loops_and_threads_share_a_budget() -> None:
    """Jobs that run in loops of their own keep one budget together, and start no thread."""
    budgets, times = Budgets(), []

    async def one() -> None:
        await budgets.turn([("account", Limit(5, 0.2))])
        times.append(time.monotonic())

    async def several() -> None:
        await asyncio.gather(*(one() for _ in range(5)))

    threads = [threading.Thread(target=asyncio.run, args=(several(),)) for _ in range(4)]
    before = threading.active_count()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (20, before) == (len(times), threading.active_count())
    assert most_within(0.2, times) == 5


async def test_first_come_first_served() -> None:
    """Nobody overtakes: the turns come in the order in which they were asked for."""
    ticks = SteppedClock()
    budgets, order = Budgets(clock=ticks.clock), []

    async def one(number: int) -> None:
        await budgets.turn([("account", Limit(1, 1.0))])
        order.append(number)

    await asyncio.gather(*map(one, range(8)))
    assert list(range(8)) == order


async def test_cancelled_wait_leaves_its_place() -> None:
    """Who gives up waiting is not counted, and keeps nobody behind him waiting."""
    budgets = Budgets()
    limit = ("account", Limit(1, 0.1))
    await budgets.turn([limit])
    quitting = [asyncio.create_task(budgets.turn([limit])) for _ in range(20)]
    await asyncio.sleep(0.01)
    for task in quitting:
        task.cancel()
    await asyncio.gather(*quitting, return_exceptions=True)
    before = time.monotonic()
    await budgets.turn([limit])
    assert time.monotonic() - before < 0.2


async def test_used_up_quota_is_told_at_once() -> None:
    """Nobody waits a day: the error says when the quota frees."""
    ticks = SteppedClock()
    budgets, day = Budgets(clock=ticks.clock), Limit(2, 86_400.0)
    await starts(budgets, ticks, 2, day)
    ticks.time += 3600
    for _ in range(2):
        with pytest.raises(JackfieldError) as raised:
            await budgets.turn([("account", day)])
    assert (raised.value.code, ticks.slept) == ("quota_exhausted", [])
    assert pytest.approx(raised.value.retry_after) == 86_400 * 1.01 - 3600


async def test_all_limits_are_kept() -> None:
    """Where several limits are declared, the narrowest rules."""
    ticks = SteppedClock()
    budgets = Budgets(clock=ticks.clock)
    times = []
    for _ in range(12):
        await budgets.turn([("account", Limit(2, 1.0)), ("account", Limit(5, 10.0))])
        times.append(ticks.time)
    assert (most_within(1.0, times), most_within(10.0, times)) == (2, 5)


async def test_request_counts_from_when_it_leaves() -> None:
    """A connection that takes its time to be made moves the window with it."""
    ticks = SteppedClock()
    budgets, one = Budgets(clock=ticks.clock), Limit(1, 1.0)
    turn = await budgets.turn([("account", one)])
    ticks.time += 0.9
    turn.counts_from_now()
    await budgets.turn([("account", one)])
    assert pytest.approx(ticks.time - 1000) == 1.9025


async def test_lifted_budgets_keep_nobody() -> None:
    """Without budgets nobody waits."""
    ticks = SteppedClock()
    await starts(Budgets(lifted=True, clock=ticks.clock), ticks, 100)
    assert ticks.slept == []


async def test_idle_budgets_are_swept() -> None:
    """Accounts that are not asked any more do not fill the memory."""
    ticks = SteppedClock()
    budgets = Budgets(clock=ticks.clock)
    for number in range(5_000):
        await budgets.turn([(number, TEN)])
        ticks.time += 0.01
    assert len(budgets._ledgers) <= 1_000


@pytest.mark.parametrize(
    ("scope", "shared"),
    [
        (Scope.ACCOUNT, False),
        (Scope.CREDENTIAL, False),
        (Scope.DEPLOYMENT, True),
        (Scope.EGRESS, True),
        (Scope.ENDPOINT, False),
    ],
)
@pytest.mark.clause("N4")
async def test_scope_says_who_shares(scope: Scope, *, shared: bool) -> None:
    """Two accounts share the budgets of a deployment and of its network address, and no others."""
    ticks = SteppedClock()
    options = {"budgets": Budgets(clock=ticks.clock), "limits": [Limit(1, 1.0, scope)]}
    async with (
        serving() as server,
        client(server.url, auth=Basic("key-one"), **options) as one,
        client(server.url, auth=Basic("key-two"), **options) as other,
    ):
        await one.get("Users")
        await other.get("Users")
    assert shared == bool(ticks.slept)


async def test_clients_of_one_account_share() -> None:
    """Two clients with one key and different endpoints: the account's budget is one, the endpoints' are two."""
    ticks = SteppedClock()
    limits = [Limit(2, 1.0), Limit(1, 1.0, Scope.ENDPOINT)]
    options = {"budgets": Budgets(clock=ticks.clock), "limits": limits, "budget_key": "acme"}
    async with serving() as server, client(server.url, **options) as one, client(server.url, **options) as other:
        await one.get("Users")
        await other.get("Teams")
        assert ticks.slept == []
        await other.get("Notes")
    assert len(ticks.slept) == 1


async def test_new_tries_and_redirects_count() -> None:
    """Whatever is sent counts: a try again, a hop of a redirect; to wait for it takes nothing of the deadline."""
    ticks = SteppedClock()
    answers = reply("{}", "500 Oops", Retry_After="0"), reply("", "302 Found", Location="b"), reply()
    options = {"budgets": Budgets(clock=ticks.clock), "limits": [Limit(1, 30.0)], "clock": ticks.clock}
    async with serving(*answers) as server, client(server.url, **options) as http:
        await http.get("Users")
    assert pytest.approx(ticks.time - 1000, abs=0.6) == 60.6


def test_budgets_of_the_process_are_one() -> None:
    """Every host edge gets the same budgets."""
    assert Budgets.from_environment({}) is Budgets.from_environment({"JACKFIELD_REQUEST_BUDGET": "on"})


async def test_environment_lifts_the_budgets() -> None:
    """JACKFIELD_REQUEST_BUDGET=off keeps nobody waiting."""
    budgets = Budgets.from_environment({"JACKFIELD_REQUEST_BUDGET": "OFF"})
    async with asyncio.timeout(1):
        for _ in range(50):
            await budgets.turn([("account", Limit(1, 60.0))])


def test_unclear_wish_is_told() -> None:
    """Anything else than on and off is a mistake of the operator's."""
    with pytest.raises(SettingsError, match="neither on nor off"):
        Budgets.from_environment({"JACKFIELD_REQUEST_BUDGET": "maybe"})


@pytest.mark.parametrize(("amount", "window"), [(0, 1.0), (1, 0.0), (-1, -1.0)])
def test_limit_has_to_allow_something(amount: int, window: float) -> None:
    """A limit that allows nothing is a mistake of the connector's."""
    with pytest.raises(ValueError, match="at least one request"):
        Limit(amount, window)


async def test_spacing_never_shrinks() -> None:
    """Over a long run of a limit of one, no two starts are closer than the window."""
    ticks = SteppedClock()
    times = await starts(Budgets(clock=ticks.clock), ticks, 50, Limit(1, 0.5))
    assert all(after - before >= 0.5 for before, after in pairwise(times))

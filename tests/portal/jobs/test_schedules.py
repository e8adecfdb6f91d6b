"""What is done again and again, and what clocks may do to it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from django.db import connections

from jackfield_portal.jobs import schedules
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Job, JobState, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


class Clock:
    """The database's clock, as a test sets it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def jump(self, by: timedelta) -> None:
        """Go forward, or back."""
        self.now += by


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock."""
    made = Clock()
    monkeypatch.setattr("jackfield_portal.jobs.clock.now", lambda: made.now)
    return made


@pytest.fixture(autouse=True)
def _known() -> Iterator[None]:
    jobs.task("test")(lambda _job, thing: None)
    yield
    jobs.tasks().pop("test", None)


def test_is_done_once_each_time(clock: Clock) -> None:
    """A schedule gives one job each time it is due, with its ids, and none in between."""
    jobs.schedule("test", "a", HOUR, thing="x")
    found = []
    for _quarter in range(12):
        clock.jump(HOUR / 4)
        found.append(schedules.claim())
    assert (sum(found), max(found), {job.ids["thing"] for job in Job.objects.all()}) == (3, 1, {"x"})


def test_first_runs_are_spread(clock: Clock) -> None:
    """A thousand schedules of one hour do not start at once: no minute has more than a handful of them."""
    for number in range(1000):
        jobs.schedule("test", str(number), HOUR)
    counts = []
    for _minute in range(61):
        clock.jump(timedelta(minutes=1))
        counts.append(schedules.claim())
    assert (sum(counts) >= 1000, max(counts) < 50) == (True, True)


def test_forward_jump_is_no_burst(clock: Clock) -> None:
    """After three days in which nobody looked, or a clock that jumped, each is done once, and then in its rhythm."""
    first = jobs.schedule("test", "a", HOUR).next_run
    clock.jump(timedelta(days=3))
    assert (schedules.claim(), schedules.claim()) == (1, 0)
    after = Schedule.objects.get().next_run
    assert ((after - first) % 3600, 0 < after - clock.now.timestamp() <= 3600) == (0, True)


def test_backward_jump_loses_none(clock: Clock) -> None:
    """When a clock that was days ahead is set right, each is done within its rhythm again."""
    jobs.schedule("test", "a", HOUR)
    clock.jump(timedelta(days=3))
    schedules.claim()
    clock.jump(-timedelta(days=3))
    schedules.claim()
    clock.jump(HOUR)
    assert schedules.claim() == 1


def test_again_keeps_the_rhythm(clock: Clock) -> None:
    """To schedule the same again moves nothing; another rhythm or the end of a pause begins anew."""
    first = jobs.schedule("test", "a", HOUR).next_run
    clock.jump(HOUR / 2)
    same = jobs.schedule("test", "a", HOUR, thing="new")
    assert (same.next_run, same.ids, Schedule.objects.count()) == (first, {"thing": "new"}, 1)
    assert jobs.schedule("test", "a", HOUR / 3).every == 1200


def test_paused_or_dropped_is_not_done(clock: Clock) -> None:
    """A schedule that is paused or dropped gives no job."""
    jobs.schedule("test", "a", HOUR)
    jobs.schedule("test", "b", HOUR)
    jobs.pause("test", "a")
    jobs.unschedule("test", "b")
    clock.jump(HOUR * 5)
    assert (schedules.claim(), [row.next_at for row in Schedule.objects.all()]) == (0, [None])


@pytest.mark.django_db(transaction=True)
def test_many_who_look_at_once_claim_once(clock: Clock) -> None:
    """Four who look at the same time make one job of each schedule."""
    for number in range(50):
        jobs.schedule("test", str(number), HOUR, thing="x")
    clock.jump(HOUR * 2)
    together = threading.Barrier(4)
    claimed: list[int] = []

    def look() -> None:
        together.wait()
        claimed.append(schedules.claim())
        connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(claimed), Job.objects.count()) == (50, 50)


def test_old_jobs_and_sessions_go(clock: Clock) -> None:
    """What ended longer ago than is kept goes, and sessions that have run out; what waits or is young stays."""
    jobs.enqueue("jobs.tidy", "tidy")
    long_ago = clock.now - timedelta(days=31)
    for job, state, finished in (
        ("old", "done", long_ago),
        ("young", "failed", clock.now),
        ("waiting", "queued", None),
    ):
        Job.objects.create(id=job, name="nobody", state=state, finished=finished)
    Session.objects.create(session_key="out", session_data="", expire_date=datetime(2020, 1, 1, tzinfo=UTC))
    jobs.run_pending()
    assert set(Job.objects.values_list("id", flat=True)) == {"tidy", "young", "waiting"}
    assert (Session.objects.count(), Job.objects.get(id="tidy").state) == (0, JobState.DONE)

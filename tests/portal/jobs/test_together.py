"""Jobs that are done together: each ends for itself, and nobody who waits for one waits for a batch."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError

from jackfield.errors import error
from jackfield_portal.jobs import orders, registry, runner, work, workers
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import ENDED, Job, JobState
from tests.portal.jobs.house import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

pytestmark = pytest.mark.django_db(transaction=True)


class Toil:
    """A job that can be done together: what was done, by itself and together, and what is to go wrong."""

    def __init__(self) -> None:
        self.alone: list[str] = []
        self.together: list[list[str]] = []
        self.wrong: Callable[[Sequence[jobs.Running]], Mapping[str, BaseException]] = lambda _given: {}

    def many(self, given: Sequence[jobs.Running]) -> Mapping[str, BaseException]:
        self.together.append([job.ids["thing"] for job in given])
        return self.wrong(given)


@pytest.fixture
def toil() -> Iterator[Toil]:
    """The job ``test``."""
    made = Toil()
    jobs.task("test")(lambda _job, thing: made.alone.append(thing))
    jobs.together("test", most=20)(made.many)
    yield made
    runner.stop()
    jobs.tasks().pop("test", None)
    registry.togethers().pop("test", None)


def waiting(count: int) -> list[str]:
    """So many jobs that wait; their ids, the engine remembers those of tests before."""
    ids = {f"job-{number}-{uuid.uuid4()}": {"thing": str(number)} for number in range(count)}
    jobs.enqueue_many("test", ids)
    return list(ids)


def done() -> bool:
    """Whether all of them are over."""
    return not Job.objects.filter(name="test").exclude(state__in=ENDED).exists()


def states() -> dict[str, int]:
    """How many jobs stand where."""
    found = Job.objects.filter(name="test").values_list("state", flat=True)
    return {state: list(found).count(state) for state in set(found)}


def test_many_are_done_together(toil: Toil) -> None:
    """What waits is done in batches, no larger than was said, each job once."""
    waiting(90)
    runner.start(2)
    until(done)
    things = [thing for batch in toil.together for thing in batch]
    assert (sorted(things, key=int), toil.alone) == ([str(number) for number in range(90)], [])
    assert (max(map(len, toil.together)), states()) == (20, {JobState.DONE: 90})


def test_few_are_done_alone(toil: Toil) -> None:
    """Where hardly any wait, each is done by itself."""
    waiting(orders.MANY - 1)
    runner.start(2)
    until(done)
    assert (len(toil.alone), toil.together) == (orders.MANY - 1, [])


def test_same_id_is_one_job(toil: Toil) -> None:
    """Enqueueing many of which some are known adds those that are not."""
    jobs.enqueue("test", "job-1", thing="a")
    jobs.enqueue_many("test", {f"job-{number}": {"thing": "b"} for number in (1, 2)})
    assert dict(Job.objects.values_list("id", "ids")) == {"job-1": {"thing": "a"}, "job-2": {"thing": "b"}}


def test_nobody_waits_behind_a_batch(toil: Toil) -> None:
    """A job that somebody waits for is done at once, though all who do batches are at work, and in no batch."""
    go = threading.Event()
    toil.wrong = lambda _given: go.wait(60) and {}
    waiting(90)
    runner.start(1)
    until(lambda: toil.together)
    waited_for = jobs.enqueue_alone("test", f"waited-for-{uuid.uuid4()}", thing="now").id
    try:
        until(lambda: Job.objects.get(id=waited_for).state == JobState.DONE)
    finally:
        go.set()
    assert toil.alone == ["now"]
    until(done)


def test_each_ends_for_itself(toil: Toil) -> None:
    """One fails in its words, one was stopped, one is put back and done alone; the others are done."""

    def wrong(given: Sequence[jobs.Running]) -> dict[str, BaseException]:
        verdicts = (error("forbidden"), jobs.Cancelled(), jobs.Alone())
        return dict(zip([job.id for job in given], verdicts, strict=False))

    toil.wrong = wrong
    ids = waiting(6)
    runner.start(1)
    until(done)
    ((*odd, again), rest) = toil.together[0][:3], toil.together[0][3:]
    ended = {Job.objects.get(id=job).ids["thing"]: Job.objects.get(id=job) for job in ids}
    assert [ended[thing].state for thing in odd] == [JobState.FAILED, JobState.CANCELLED]
    assert (ended[odd[0]].error, toil.alone) == (error("forbidden").as_dict(), [again])
    assert ({ended[thing].state for thing in (again, *rest)}, ended[again].attempt) == ({JobState.DONE}, 2)


def taken(count: int) -> list[work.Running]:
    """So many jobs that are at work here."""
    workers.beat("me")
    ids = waiting(count)
    return [work.Running(job) for job in work.claim([(job, 0) for job in ids], "me")]


def test_what_it_raises_goes_for_all(toil: Toil, caplog: pytest.LogCaptureFixture) -> None:
    """A mistake ends all of them with a plain sentence; its own text is nowhere."""

    def wrong(_given: Any) -> Any:
        raise ValueError("sesame-555")

    work.do_together(taken(3), wrong)
    errors = {job.error["code"] for job in Job.objects.all() if job.error}
    assert (states(), errors, "sesame" in caplog.text) == ({JobState.FAILED: 3}, {"internal_error"}, False)


def test_busy_database_means_again_for_all(toil: Toil) -> None:
    """All wait, and are done once more."""

    def wrong(_given: Any) -> Any:
        raise OperationalError("database is locked")

    work.do_together(taken(3), wrong)
    assert (states(), Job.objects.filter(not_before=None).count()) == ({JobState.QUEUED: 3}, 0)


def test_who_was_cancelled_or_taken_is_not_claimed(toil: Toil) -> None:
    """Of a batch, a worker takes what still waits for this try; the rest is somebody else's."""
    ids = waiting(4)
    jobs.cancel(ids[0])
    work.claim([(ids[1], 0)], "another")
    Job.objects.filter(id=ids[2]).update(attempt=3)
    assert [job.id for job in work.claim([(job, 0) for job in ids], "me")] == [ids[3]]


def test_worker_thought_dead_ends_nothing(toil: Toil) -> None:
    """The end of jobs that were given away meanwhile is not noted by whoever had them first."""
    given = taken(3)
    Job.objects.filter(id=given[0].id).update(worker="another", attempt=2)
    work.do_together(given, lambda _given: {})
    assert (Job.objects.get(id=given[0].id).state, states()[JobState.DONE]) == (JobState.RUNNING, 2)


def test_over_which_two_workers_died_is_done_alone(toil: Toil) -> None:
    """A job that kills its workers drags no other with it for long."""
    waiting(10)
    sizes = []
    for _death in range(2):
        Job.objects.update(state=JobState.RUNNING, worker="dead")
        workers.revive()
        sizes.append([len(order.tries) for order in orders.packed(list(Job.objects.all()), 1)])
    assert sizes == [[10], [1] * 10]


def test_batch_that_hangs_is_given_up(toil: Toil, monkeypatch: pytest.MonkeyPatch) -> None:
    """All jobs of a batch that does not stir are failed in a sentence, and its place goes to others."""
    monkeypatch.setattr("jackfield_portal.jobs.hands.STUCK_AFTER", 0.3)
    freed = threading.Event()
    toil.wrong = lambda _given: freed.wait(60) and {}
    waiting(5)
    runner.start(1)
    try:
        until(done)
    finally:
        freed.set()
    assert {job.error["code"] for job in Job.objects.filter(name="test") if job.error} == {"timed_out"}


def test_batches_are_worth_it(toil: Toil) -> None:
    """However many workers there are, what waits is not cut into crumbs."""
    waiting(60)
    assert [len(order.tries) for order in orders.packed(list(Job.objects.all()), 99)] == [20, 20, 20]


def test_all_workers_get_a_share(toil: Toil) -> None:
    """What waits is cut so that each worker has something of it."""
    jobs.together("test", most=1000)(toil.many)
    waiting(240)
    sizes = {count: [len(one.tries) for one in orders.packed(list(Job.objects.all()), count)] for count in (1, 4)}
    assert sizes == {1: [120, 120], 4: [30] * 8}

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError, transaction
from django.db import connection as database
from django.utils import timezone

from jackfield.errors import error
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs import work, workers
from jackfield_portal.jobs.models import Job, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.django_db


@pytest.fixture
def doing() -> Iterator[Callable[..., list[str]]]:
    """Register a job under the name ``test`` and see with which ids it was run."""
    met: list[str] = []

    def register(work: Callable[[jobs.Running], None] = lambda _job: None) -> list[str]:
        @jobs.task("test")
        def run(job: jobs.Running, *, thing: str) -> None:
            met.append(thing)
            work(job)

        return met

    yield register
    jobs.tasks().pop("test", None)


def raising(failure: BaseException) -> Callable[[jobs.Running], None]:
    def work(_job: jobs.Running) -> None:
        raise failure

    return work


def failing_at(part: str) -> Callable[..., Any]:
    """Has the database fail in the way of a full disk at the statements that hold this."""

    def wrapper(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if part in sql:
            raise OperationalError("database or disk is full")
        return execute(sql, *rest)

    return wrapper


def test_runs_with_its_ids(doing: Callable[..., list[str]]) -> None:
    """A job is run with the ids it was enqueued with."""
    met = doing()
    jobs.enqueue("test", "job-1", thing="a")
    assert (jobs.run_pending(), met, Job.objects.get().state) == (1, ["a"], JobState.DONE)


def test_same_id_is_one_job(doing: Callable[..., list[str]]) -> None:
    """Enqueueing twice under one id runs once, even after the first has ended."""
    met = doing()
    for _ in range(2):
        jobs.enqueue("test", "job-1", thing="a")
        jobs.run_pending()
    assert met == ["a"]


def test_unknown_job_is_refused() -> None:
    """A name that nobody registered can't be enqueued."""
    with pytest.raises(KeyError):
        jobs.enqueue("nobody", "job-1")


def test_rolled_back_transaction_leaves_no_job(doing: Callable[..., list[str]]) -> None:
    """What was enqueued in a transaction that fails is not run."""
    doing()
    with transaction.atomic():
        jobs.enqueue("test", "job-1", thing="a")
        transaction.set_rollback(True)
    assert jobs.state("job-1") is None


def test_failure_keeps_its_words(doing: Callable[..., list[str]]) -> None:
    """A job that fails keeps kind, code, message and remedy."""
    doing(raising(error("forbidden")))
    jobs.enqueue("test", "job-1", thing="a")
    jobs.run_pending()
    assert Job.objects.get().error == error("forbidden").as_dict()


def test_mistake_does_not_show_its_text(doing: Callable[..., list[str]], caplog: pytest.LogCaptureFixture) -> None:
    """A mistake inside a job ends it with a plain sentence; its own text, which could hold a secret, is nowhere."""
    doing(raising(ValueError("sesame-555")))
    jobs.enqueue("test", "job-1", thing="a")
    jobs.run_pending()
    job = Job.objects.get()
    assert (job.state, "sesame-555" in f"{job.error}{caplog.text}") == (JobState.FAILED, False)


def test_busy_database_means_again(doing: Callable[..., list[str]]) -> None:
    """A job that meets a locked database waits and is run again."""
    doing(raising(OperationalError("database is locked")))
    jobs.enqueue("test", "job-1", thing="a")
    jobs.run_pending()
    job = Job.objects.get()
    assert (job.state, job.attempt, job.not_before is not None) == (JobState.QUEUED, 1, True)


def test_workers_that_died_are_no_tries(doing: Callable[..., list[str]]) -> None:
    """A job that meets a busy database after many workers died over it is run again, too."""
    doing(raising(OperationalError("database is locked")))
    jobs.enqueue("test", "job-1", thing="a")
    Job.objects.update(attempt=work.ATTEMPTS, interrupted=work.ATTEMPTS)
    jobs.run_pending()
    assert Job.objects.get().state == JobState.QUEUED


def test_progress_is_seen(doing: Callable[..., list[str]]) -> None:
    """What a job tells of its progress can be read while it runs."""
    doing(lambda job: job.progress(3, 10, "page 1"))
    jobs.enqueue("test", "job-1", thing="a")
    jobs.run_pending()
    job = Job.objects.get()
    assert (job.done, job.total, job.note) == (3, 10, "page 1")


def test_cancelled_before_it_began_never_runs(doing: Callable[..., list[str]]) -> None:
    """A waiting job that is cancelled is not run."""
    met = doing()
    jobs.enqueue("test", "job-1", thing="a")
    jobs.cancel("job-1")
    assert (jobs.run_pending(), met, Job.objects.get().state) == (0, [], JobState.CANCELLED)


def test_cancelled_while_it_runs_stops_at_its_progress(doing: Callable[..., list[str]]) -> None:
    """A running job that is cancelled ends where it tells of its progress."""

    def work(job: jobs.Running) -> None:
        jobs.cancel(job.id)
        job.progress(1)
        raise AssertionError

    doing(work)
    jobs.enqueue("test", "job-1", thing="a")
    jobs.run_pending()
    assert Job.objects.get().state == JobState.CANCELLED


def test_job_of_a_dead_worker_is_run_again(doing: Callable[..., list[str]]) -> None:
    """A job whose worker is no longer there is taken up again."""
    met = doing()
    jobs.enqueue("test", "job-1", thing="a")
    Job.objects.update(state=JobState.RUNNING, worker="dead")
    assert (workers.revive(), jobs.run_pending(), met) == (1, 1, ["a"])


def test_job_of_a_living_worker_is_left_alone(doing: Callable[..., list[str]]) -> None:
    """A job whose worker was heard of is not taken from it."""
    doing()
    jobs.enqueue("test", "job-1", thing="a")
    workers.beat("alive")
    Job.objects.update(state=JobState.RUNNING, worker="alive")
    assert workers.revive() == 0


def test_what_kills_its_process_is_given_up(doing: Callable[..., list[str]]) -> None:
    """A job over which a tenth worker died ends with a sentence."""
    doing()
    jobs.enqueue("test", "job-1", thing="a")
    Job.objects.update(state=JobState.RUNNING, worker="dead", interrupted=work.DEATHS - 1)
    revived, job = workers.revive(), Job.objects.get()
    assert (revived, job.state, job.error and job.error["code"]) == (0, JobState.FAILED, "interrupted")


def test_what_is_given_up_is_followed(doing: Callable[..., list[str]]) -> None:
    """A job that is to follow one that fails is enqueued once, be it by deaths or by a failure of its own."""
    met = []

    @jobs.task("test-follower")
    def follower(_job: jobs.Running, *, thing: str) -> None:
        met.append(thing)

    @jobs.task("test", given_up="test-follower")
    def run(job: jobs.Running, *, thing: str) -> None:
        raise error("throttled")

    for number in (1, 2):
        jobs.enqueue("test", f"job-{number}", thing=f"thing-{number}")
    Job.objects.filter(id="job-1").update(state=JobState.RUNNING, worker="dead", interrupted=work.DEATHS - 1)
    workers.revive()
    workers.revive()
    jobs.run_pending()
    jobs.tasks().pop("test-follower")
    assert (sorted(met), Job.objects.count()) == (["thing-1", "thing-2"], 4)


def test_silent_worker_is_dead_at_the_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not been heard of for long is looked at twice: then he is gone, and only he."""
    workers.beat("silent")
    watch = workers.Watch()
    later = timezone.now() + timedelta(seconds=6)
    monkeypatch.setattr("jackfield_portal.jobs.clock.now", lambda: later)
    workers.beat("alive")
    assert (watch.look(), watch.look(), watch.look()) == ([], ["silent"], [])


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(days=-3)])
def test_clock_that_jumps_kills_nobody(monkeypatch: pytest.MonkeyPatch, jump: timedelta) -> None:
    """A worker whose last sign of life seems old only because a clock jumped gives another before the second look."""
    workers.beat("alive")
    watch = workers.Watch()
    moved = timezone.now() + jump
    monkeypatch.setattr("jackfield_portal.jobs.clock.now", lambda: moved)
    first = watch.look()
    workers.beat("alive")
    assert (first, watch.look()) == ([], [])


def test_worker_thought_dead_can_write_no_more(doing: Callable[..., list[str]]) -> None:
    """A worker that comes back after its job was given away stops, and leaves the job's state to the other."""

    def work(job: jobs.Running) -> None:
        Job.objects.update(worker="another")
        job.progress(1)

    doing(work)
    jobs.enqueue("test", "job-1", thing="a")
    jobs.run_pending()
    assert (Job.objects.get().state, Job.objects.get().worker) == (JobState.RUNNING, "another")


@pytest.mark.django_db(transaction=True)
def test_job_whose_end_was_not_noted_is_run_again(doing: Callable[..., list[str]]) -> None:
    """When the database fails just at the end of a job, its worker does not hold it for ever: it is run again."""
    met = doing()
    jobs.enqueue("test", "job-1", thing="a")
    workers.beat("me")
    with database.execute_wrapper(failing_at('"finished" = ')), pytest.raises(OperationalError):
        jobs.run_pending()
    Job.objects.update(worker="me")
    assert workers.requeue_strays("me", lambda: {"job-1"}) == 0
    assert (workers.requeue_strays("me", set), jobs.run_pending(), met) == (1, 1, ["a", "a"])


@pytest.mark.parametrize("mistake", [asyncio.CancelledError(), SystemExit(1), ValueError("sesame-555")])
def test_no_mistake_of_a_job_ends_its_worker(
    doing: Callable[..., list[str]], mistake: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a job raises, it has failed in words, and the log names the kind of the mistake only."""
    doing(raising(mistake))
    jobs.enqueue("test", "job-1", thing="a")
    assert (jobs.run_pending(), Job.objects.get().error) == (1, error("internal_error").as_dict())
    assert (type(mistake).__name__ in caplog.text, "sesame" in caplog.text) == (True, False)


def test_job_that_nobody_here_knows_is_left_to_others(doing: Callable[..., list[str]]) -> None:
    """A job of a newer version's kind waits for a worker that knows it."""
    doing()
    jobs.enqueue("test", "job-1", thing="a")
    Job.objects.update(name="newer")
    assert (jobs.run_pending(), Job.objects.get().state) == (1, JobState.QUEUED)


def test_later_is_not_now(doing: Callable[..., list[str]]) -> None:
    """A job for later waits until then."""
    doing()
    jobs.enqueue_later(timedelta(minutes=1), "test", "job-1", thing="a")
    before = jobs.run_pending()
    Job.objects.update(not_before=timezone.now())
    assert (before, jobs.run_pending()) == (0, 1)

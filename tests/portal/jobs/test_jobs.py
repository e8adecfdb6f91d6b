from __future__ import annotations

import asyncio
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError, transaction
from django.db import connection as database
from django.utils import timezone

from jackfield.errors import error
from jackfield_portal.jobs import runner
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Job, JobState
from jackfield_portal.jobs.worker import ATTEMPTS, Worker, revive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django.fixtures import SettingsWrapper

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


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not reached() and time.monotonic() < end:
        time.sleep(0.05)


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
    """A job whose worker has fallen silent is taken up again."""
    met = doing()
    jobs.enqueue("test", "job-1", thing="a")
    Job.objects.update(state=JobState.RUNNING, worker="dead", beat=timezone.now() - timedelta(minutes=1))
    assert (revive(), jobs.run_pending(), met) == (1, 1, ["a"])


def test_job_of_a_living_worker_is_left_alone(doing: Callable[..., list[str]]) -> None:
    """A job whose worker was heard of is not taken from it."""
    doing()
    jobs.enqueue("test", "job-1", thing="a")
    Job.objects.update(state=JobState.RUNNING, worker="alive", beat=timezone.now())
    assert revive() == 0


def test_what_kills_its_process_is_given_up(doing: Callable[..., list[str]]) -> None:
    """A job that was interrupted too often ends with a sentence."""
    doing()
    jobs.enqueue("test", "job-1", thing="a")
    long_ago = timezone.now() - timedelta(minutes=1)
    Job.objects.update(state=JobState.RUNNING, worker="dead", beat=long_ago, attempt=ATTEMPTS)
    assert (revive(), Job.objects.get().state) == (0, JobState.FAILED)


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
    """When the database fails just at the end of a job, its worker does not keep it alive: it is run again."""
    met = doing()
    jobs.enqueue("test", "job-1", thing="a")
    worker = Worker()
    with database.execute_wrapper(failing_at('"finished" = ')), pytest.raises(OperationalError):
        worker.run_next()
    Job.objects.update(beat=timezone.now() - timedelta(minutes=1))
    worker.beat()
    assert (revive(), jobs.run_pending(), met, Job.objects.get().state) == (1, 1, ["a", "a"], JobState.DONE)


@pytest.mark.parametrize("mistake", [asyncio.CancelledError(), SystemExit(1), ValueError("sesame-555")])
def test_no_mistake_of_a_job_ends_its_worker(
    doing: Callable[..., list[str]], mistake: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a job raises, it has failed in words, and the log names the kind of the mistake only."""
    doing(raising(mistake))
    jobs.enqueue("test", "job-1", thing="a")
    assert (jobs.run_pending(), Job.objects.get().error) == (1, error("internal_error").as_dict())
    assert (type(mistake).__name__ in caplog.text, "sesame" in caplog.text) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_job_that_hangs_gives_its_place_to_others(
    doing: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch, settings: SettingsWrapper
) -> None:
    """A job that hangs for ever is failed in a sentence, and the next one is done, even where there is one worker."""
    monkeypatch.setattr("jackfield_portal.jobs.worker.STUCK_AFTER", 0.3)
    settings.JACKFIELD_WORKERS = 1
    freed = threading.Event()
    doing(lambda job: job.id == "job-1" and freed.wait(60) and None)
    jobs.enqueue("test", "job-1", thing="a")
    runner.start()
    try:
        until(lambda: Job.objects.get(id="job-1").started is not None)
        jobs.enqueue("test", "job-2", thing="b")
        until(lambda: Job.objects.get(id="job-2").state == JobState.DONE)
    finally:
        freed.set()
        runner.stop()
    hung = Job.objects.get(id="job-1")
    assert (hung.state, hung.error and hung.error["code"]) == (JobState.FAILED, "timed_out")


@pytest.mark.django_db(transaction=True)
def test_runner_does_what_is_enqueued(doing: Callable[..., list[str]]) -> None:
    """The runner of the serving process does several jobs at once, each one time."""
    met = doing(lambda _job: time.sleep(0.05))
    runner.start()
    try:
        for number in range(20):
            jobs.enqueue("test", f"job-{number}", thing=str(number))
        until(lambda: not Job.objects.exclude(state=JobState.DONE).exists())
    finally:
        runner.stop()
    assert sorted(met, key=int) == [str(number) for number in range(20)]

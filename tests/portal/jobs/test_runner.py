"""The worker inside a process, and what it asks of DBOS."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection as database
from django.utils import timezone

from jackfield_portal.jobs import outbox, runner
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Job, JobState, Worker
from jackfield_portal.jobs.orders import ALONE, Order
from tests.portal.jobs.house import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def doing() -> Iterator[Callable[..., list[str]]]:
    """Register a job, do jobs in this process, and see what was done."""
    met: list[str] = []

    def begin(work: Callable[[jobs.Running], Any] = lambda _job: None, count: int = 4) -> list[str]:
        @jobs.task("test")
        def run(job: jobs.Running, *, thing: str) -> None:
            met.append(thing)
            work(job)

        runner.start(count)
        until(runner.ready)
        return met

    yield begin
    runner.stop()
    jobs.tasks().pop("test", None)


def enqueued(thing: str) -> str:
    """A new job's id: the engine remembers those of tests before."""
    return jobs.enqueue("test", f"{thing}-{uuid.uuid4()}", thing=thing).id


def ended() -> bool:
    """Whether all jobs of the test are over."""
    return not Job.objects.filter(name="test").exclude(state=JobState.DONE).exists()


def engine() -> Any:
    """The engine that runs in this process."""
    assert runner._running is not None
    return runner._running.engine


def test_runner_does_what_is_enqueued(doing: Callable[..., list[str]]) -> None:
    """What is enqueued is done, several at once, each one time."""
    met = doing(lambda _job: time.sleep(0.02))
    for number in range(60):
        enqueued(str(number))
    until(ended)
    assert sorted(met, key=int) == [str(number) for number in range(60)]


def test_no_more_at_once_than_hands(doing: Callable[..., list[str]]) -> None:
    """However much waits, no more is at work than was said."""
    now, most = set(), []

    def work(job: jobs.Running) -> None:
        now.add(job.id)
        most.append(len(now))
        time.sleep(0.05)
        now.discard(job.id)

    doing(work, 3)
    for number in range(30):
        enqueued(str(number))
    until(ended)
    assert max(most) == 3


def test_job_that_hangs_gives_its_place_to_others(
    doing: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job that hangs for ever is failed in a sentence, and the next one is done, even where there is one hand."""
    monkeypatch.setattr("jackfield_portal.jobs.hands.STUCK_AFTER", 0.3)
    freed = threading.Event()
    doing(lambda job: job.id.startswith("hung") and freed.wait(60), 1)
    hung = enqueued("hung")
    until(lambda: Job.objects.get(id=hung).started)
    other = enqueued("other")
    try:
        until(lambda: Job.objects.get(id=other).state == JobState.DONE)
    finally:
        freed.set()
    job = Job.objects.get(id=hung)
    assert (job.state, job.error and job.error["code"]) == (JobState.FAILED, "timed_out")


def test_job_that_the_engine_lost_is_handed_out_anew(doing: Callable[..., list[str]]) -> None:
    """A row that says that it was handed out, and of which the engine knows nothing, is done all the same."""
    met = doing()
    Job.objects.create(id=f"lost-{uuid.uuid4()}", name="test", ids={"thing": "lost"}, handed=timezone.now())
    assert outbox.find_lost(engine()) == 0
    Job.objects.filter(name="test").update(handed=timezone.now() - timedelta(minutes=2))
    outbox.find_lost(engine())  # or the runner, which looks now and then, too
    until(ended)
    assert met == ["lost"]


def test_what_an_older_version_was_handed_is_handed_anew(
    doing: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """During an upgrade an old worker may hand out, in its own way, what nobody takes any more once it is gone."""
    met = doing()
    job = Job.objects.create(id=f"older-{uuid.uuid4()}", name="test", ids={"thing": "older"}, handed=timezone.now())
    with monkeypatch.context() as older:
        older.setattr("jackfield_portal.jobs.engine.VERSION", "jobs-0")
        engine().put([Order(ALONE, job.id, [(job.id, 0)])])
    Job.objects.filter(name="test").update(handed=timezone.now() - timedelta(minutes=2))
    outbox.find_lost(engine())
    until(ended)
    assert met == ["older"]


def test_handed_out_twice_is_done_once(doing: Callable[..., list[str]]) -> None:
    """A process that died between handing out and noting it has another hand it out again: it is one job."""
    met = doing()
    job = enqueued("once")
    until(ended)
    Job.objects.filter(id=job).update(state=JobState.QUEUED, attempt=0, handed=None)
    outbox.hand_out(engine())
    assert (met, engine().alive([job], [])) == (["once"], set())


def test_only_ids_are_in_the_engine_and_as_json(doing: Callable[..., list[str]]) -> None:
    """The engine's tables hold jobs' ids and the numbers of their tries as plain JSON; nothing is pickled."""
    doing()
    job = enqueued("ids")
    until(ended)
    until(lambda: not engine().alive([job], [Worker.objects.get().id]))
    with engine()._tables.begin() as tables:
        schema = "dbos." if database.vendor == "postgresql" else ""
        asked = (
            f"SELECT i.inputs, o.output, s.serialization, s.application_version, s.executor_id "  # noqa: S608 - our own
            f"FROM {schema}workflow_status s JOIN {schema}workflow_input i USING (workflow_uuid) "
            f"JOIN {schema}workflow_output o USING (workflow_uuid) WHERE workflow_uuid = '{job}'"
        )
        ((inputs, output, form, version, executor),) = tables.exec_driver_sql(asked).fetchall()
    assert (json.loads(inputs), output, form) == (
        {"positionalArgs": ["jobs", [[job, 0]]], "namedArgs": {}},
        "null",
        "portable_json",
    )
    assert (version, executor) == ("jobs-2", Worker.objects.get().id)


def test_what_ended_is_purged_from_the_engine(doing: Callable[..., list[str]]) -> None:
    """What the engine keeps of ended jobs goes; what is younger stays."""
    doing()
    enqueued("old")
    until(ended)
    assert runner.purge(timezone.now() - timedelta(days=1)) == 0
    until(lambda: runner.purge(timezone.now() + timedelta(minutes=1)) > 0)


def test_old_sqlite_tells_the_time_to_the_millisecond() -> None:
    """DBOS asks SQLite for parts of seconds, which before 3.42 it does not know by itself."""
    from jackfield_portal.jobs import engine as dbos

    with closing(sqlite3.connect(":memory:")) as raw:
        dbos._prepare_sqlite(raw, None)
        parts, whole = raw.execute("SELECT unixepoch('subsec'), unixepoch('now')").fetchone()
    assert (abs(parts - time.time()) < 60, abs(whole - time.time()) < 60) == (True, True)


def test_stopped_runner_is_gone(doing: Callable[..., list[str]]) -> None:
    """A runner that was stopped leaves no worker behind, and another can be started."""
    doing()
    runner.stop()
    assert (Worker.objects.count(), runner.ready()) == (0, False)
    met = doing()
    enqueued("again")
    until(ended)
    assert met == ["again"]


_SILENT = """
import sys
calls = []
sys.addaudithook(lambda event, args: calls.append((event, str(args))) if event in
    ("socket.connect", "socket.getaddrinfo", "socket.sendto") else None)
from jackfield_portal.commands.serve import prepare_portal
prepare_portal()
import time
from jackfield_portal.jobs import runner
from jackfield_portal.jobs.models import Job
runner.start()
while not Job.objects.filter(state="done").exists():
    time.sleep(0.1)
runner.stop()
print(calls)
"""
_LAZY = """
import sys, jackfield.cli
sys.argv = ["jackfield", *{words}]
try:
    jackfield.cli.main()
except SystemExit:
    pass
print([name for name in ("dbos", "sqlalchemy") if name in sys.modules], file=sys.stderr)
"""


def test_engine_calls_nobody(tmp_path: Path) -> None:
    """A worker on SQLite opens no connection and looks up no name."""
    assert _python(tmp_path, _SILENT).stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", [["--help"], ["connections"], ["worker", "--help"]])
def test_engine_is_loaded_only_where_jobs_are_done(tmp_path: Path, words: list[str]) -> None:
    """Commands that do no jobs do not pay for the engine."""
    assert _python(tmp_path, _LAZY.format(words=words)).stderr.strip().splitlines()[-1] == "[]"


def _python(home: Path, script: str) -> subprocess.CompletedProcess[str]:
    environ = {"JACKFIELD_HOME": str(home / "home"), "PATH": "", "HOME": str(home)}
    return subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False, timeout=120
    )

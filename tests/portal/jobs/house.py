"""A portal of several real processes on one database: workers that can be killed, frozen and ended, and a desk."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 120
_PROGRAM = str(Path(sys.executable).with_name("jackfield"))
_SETTINGS = "from jackfield_portal.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'toil']\n"
#: Jobs that leave traces in files named by the process that did them.
_TOIL = """
import os, time
from pathlib import Path
from django.db import transaction
from jackfield_portal.jobs import services as jobs

def trace(folder, what):
    (Path(folder) / f"{what}-{os.getpid()}").touch()

@jobs.task("toil.mark")
def mark(job, *, folder):
    Path(folder, f"{job.id}.{os.getpid()}.{job.attempt}").touch()

@jobs.task("toil.slow")
def slow(job, *, folder):
    trace(folder, "begun")
    try:
        while not Path(folder, "go").exists():
            job.check()
            time.sleep(0.05)
        job.check()
    except jobs.Cancelled:
        trace(folder, "refused")
        raise
    trace(folder, "ended")

@jobs.task("toil.write")
def write(job, *, folder):
    with transaction.atomic():
        job.mine().update(note="being written")
        trace(folder, "begun")
        while not Path(folder, "go").exists():
            time.sleep(0.05)

@jobs.task("toil.many")
def one(job, *, folder):
    Path(folder, f"{job.id}.{os.getpid()}.{job.attempt}").touch()

@jobs.together("toil.many", most=50)
def many(given):
    folder = given[0].ids["folder"]
    trace(folder, "begun")
    while not Path(folder, "go").exists():
        time.sleep(0.05)
    for job in given:
        one(job, folder=folder)
    return {}
"""
_DESK = """
import json, sys
from jackfield_portal.commands.serve import prepare_portal
prepare_portal()
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Job, Worker
for line in sys.stdin:
    print(json.dumps(eval(json.loads(line)), default=str), flush=True)
"""


class House:
    """``desk`` evaluates Python in a process of its own that does no jobs; ``worker()`` starts one that does.

    ``more`` is what all of them find in their environment besides.
    """

    def __init__(self, folder: Path, database: str | None, **more: str) -> None:
        self.folder = folder
        self._processes: list[subprocess.Popen[Any]] = []
        self._workers: list[subprocess.Popen[Any]] = []
        packages = folder / "packages"
        (packages / "toil").mkdir(parents=True)
        (packages / "toil" / "__init__.py").touch()
        (packages / "toil" / "tasks.py").write_text(_TOIL)
        (packages / "toil_settings.py").write_text(_SETTINGS)
        chosen = {"JACKFIELD_DATABASE_URL": database} if database else {}
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("JACKFIELD_")},
            "JACKFIELD_HOME": str(folder / "home"),
            "PYTHONPATH": str(packages),
            **chosen,
            "DJANGO_SETTINGS_MODULE": "toil_settings",
            **more,
        }
        self._desk = self.started("-c", _DESK, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def started(self, *words: str, **options: Any) -> subprocess.Popen[Any]:
        """A Python process of this portal."""
        process = subprocess.Popen([sys.executable, *words], env=self.environ, **options)  # noqa: S603 - our own
        self._processes.append(process)
        return process

    def worker(self, *words: str) -> subprocess.Popen[Any]:
        """A worker that has begun to work."""
        process = self.worker_that_starts(*words)
        until(lambda: process.poll() is not None or self.desk(f"Worker.objects.filter(pid={process.pid}).count()"))
        assert process.poll() is None, (self.folder / "worker.log").read_text()
        return process

    def worker_that_starts(self, *words: str) -> subprocess.Popen[Any]:
        """A worker that has not begun to work yet."""
        with (self.folder / "worker.log").open("ab") as log:
            self._workers.append(self.started(_PROGRAM, "worker", *words, stdout=log, stderr=log))
        return self._workers[-1]

    def end_workers(self) -> None:
        """End the workers in order, the frozen ones, too; one that does not end is killed, and that is a failure."""
        ended, self._workers = self._workers, []
        try:
            for process in ended:
                process.send_signal(signal.SIGCONT)
                process.terminate()
            for process in ended:
                process.wait(PATIENCE)
        finally:
            for process in ended:
                process.kill()
                process.wait()
            self.desk("Worker.objects.all().delete()[0]")

    def freeze(self, process: subprocess.Popen[Any]) -> None:
        """Stop a worker between two writes: SQLite lets nobody else write while one is under way."""
        stop(process)
        while self._is_being_written():
            process.send_signal(signal.SIGCONT)
            time.sleep(0.01)
            stop(process)

    def _is_being_written(self) -> bool:
        """Whether somebody writes into one of the files of SQLite, where there are any."""
        try:
            for path in (self.folder / "home").glob("*.sqlite3"):
                with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as own:
                    own.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False

    def desk(self, expression: str) -> Any:
        """What the expression gives there."""
        assert self._desk.stdin is not None
        assert self._desk.stdout is not None
        self._desk.stdin.write(json.dumps(expression) + "\n")
        self._desk.stdin.flush()
        return json.loads(self._desk.stdout.readline())

    def job(self, job: str) -> dict[str, Any]:
        """The row of a job."""
        row: dict[str, Any] = self.desk(f"Job.objects.filter(id={job!r}).values().first()")
        return row

    def end(self) -> None:
        """Kill all that is left."""
        for process in self._processes:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


def stop(process: subprocess.Popen[Any]) -> None:
    """Freeze a process wherever it is; returns when it stands still."""
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED)


def until(reached: Callable[[], Any], *, patience: float = PATIENCE) -> Any:
    """What the condition gives as soon as that is something; fails after a long while."""
    end = time.monotonic() + patience
    while not (found := reached()):
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.05)
    return found

"""Workers by the hundred: forked from a process that has loaded everything, for a start of one takes seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.portal.jobs.house import House

_MOTHER = """
import os, signal, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jackfield_portal.settings")
import django
django.setup()
from jackfield_portal.commands.worker import worker
from jackfield_portal.imports import many, tasks
from jackfield_portal.jobs import engine, runner
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.dup2(2, 1)
        os._exit(worker())
    print(child, flush=True)
"""


class Nursery:
    """``worker`` starts what ``jackfield worker`` is, once loaded."""

    def __init__(self, house: House, log: Path) -> None:
        with log.open("ab") as said:
            self._mother = house.started("-c", _MOTHER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said)
        self._children: list[Child] = []

    def worker(self) -> Child:
        """A worker that begins to work."""
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.write(b"one more\n")
        self._mother.stdin.flush()
        child = Child(int(self._mother.stdout.readline()))
        self._children.append(child)
        return child

    def end(self) -> None:
        """Kill those that are left."""
        for child in self._children:
            child.kill()


class Child:
    """A process that somebody else is the parent of."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._gone = False

    def kill(self) -> None:
        """``kill -9``; it is not asked."""
        if not self._gone:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()

    def wait(self) -> None:
        """Wait for its end."""
        while Path(f"/proc/{self.pid}").exists():
            time.sleep(0.01)
        self._gone = True

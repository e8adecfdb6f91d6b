"""The portal as people start it: ``jackfield serve`` in a process of its own, asked over loopback."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Served", "served", "until"]

PATIENCE = 90.0


@dataclass(frozen=True, kw_only=True)
class Served:
    """A portal that answers; ``port`` is where, ``told`` what it has said when it began."""

    process: subprocess.Popen[str]
    port: int
    told: str

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and text of an answer; the host asked for is any, unless it is given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def ended(self) -> int:
        """Wait for its end; the exit status."""
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


def begun(home: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    """A portal that is about to serve, on a port that the system chooses."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "jackfield.cli", "serve", "--port", "0", *options],
        env={**os.environ, "JACKFIELD_HOME": str(home), "PYTHONWARNINGS": "error", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def served(process: subprocess.Popen[str]) -> Served:
    """The same once it answers; its own words where it ended instead."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C ends it" in line:
            break
    told = "".join(lines)
    found = re.search(r"open at http://127\.0\.0\.1:(\d+)", told)
    assert found, told
    return Served(process=process, port=int(found[1]), told=told)


def until(happened: Callable[[], bool]) -> None:
    """Wait for something, for as long as a busy machine may need."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.05)

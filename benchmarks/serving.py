"""A server of pages as a process of its own, held to one core, and what it has cost so far."""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.process import Failed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PATIENCE = 30


class Served:
    """A server that answers at ``url``."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self._process, self.url = process, url

    def cpu(self) -> float:
        """Seconds of processor so far."""
        found = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return sum(map(int, found[11:15])) / os.sysconf("SC_CLK_TCK")

    def peak(self) -> float:
        """The most memory that it has had, in MiB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0


@contextmanager
def served(words: Sequence[str], environment: Mapping[str, str], *, core: int | None = None) -> Iterator[Served]:
    """Serve for as long as the context lasts; raises Failed where no line of the first ones names an address."""
    held = [sys.executable, "-m", "benchmarks.serving", str(core)] if core is not None else []
    with subprocess.Popen(
        [*held, *words], env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield Served(process, _address(process))
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def cores() -> tuple[int, int]:
    """One core for a server, another for whoever asks it; the same where there is but one."""
    found = sorted(os.sched_getaffinity(0))
    return found[0], found[-1]


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # noqa: S101 - asked for
    for line in process.stdout:
        if found := re.search(r"http://[\d.]+:\d+", line):
            return found[0]
    raise Failed(f"the server ended with {process.wait()} and told no address")


def main() -> None:
    """Become the command, on one core only."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("core", type=int)
    parser.add_argument("words", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    os.sched_setaffinity(0, {given.core})
    os.execvp(given.words[0], given.words)  # noqa: S606 - what it is for


if __name__ == "__main__":
    main()

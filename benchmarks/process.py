"""A whole process from its start to its end: what the system's accounts say it cost, its children included."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import resource
    from collections.abc import Mapping, Sequence

_KIB_PER_MIB = 1024


class Failed(Exception):  # noqa: N818 - the word for what a measured command has done
    """A measured command did not do its work; the text says how."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run: seconds by the clock, seconds of processor, the peak of its largest process in MiB.

    ``extra`` are figures that the run tells of itself, ``output`` is what it wrote.
    """

    wall: float
    cpu: float
    peak: float
    output: str = ""
    extra: Mapping[str, float] = field(default_factory=dict)


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None, *, longest: float = 300.0) -> Run:
    """Run a command to its end; raises Failed where it ends with another status than 0, or not within ``longest`` s.

    The peak cannot read below that of the measuring process, which is therefore kept small.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        wall, status, usage = _ended(process, begun, longest)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            said = (err.read()[-800:] + out.read()[-400:]).decode("utf-8", "replace").strip()
            raise Failed(f"{' '.join(command[-4:])} ended with {process.returncode} after {wall:.1f} s: {said}")
        return Run(
            wall=wall,
            cpu=usage.ru_utime + usage.ru_stime,
            peak=usage.ru_maxrss / _KIB_PER_MIB,
            output=out.read().decode("utf-8", "replace"),
        )


def _ended(process: subprocess.Popen[bytes], begun: float, longest: float) -> tuple[float, int, resource.struct_rusage]:
    timer = threading.Timer(longest, _kill, [process.pid])
    timer.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
        return time.perf_counter() - begun, status, usage
    except BaseException:
        _kill(process.pid)
        raise
    finally:
        timer.cancel()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)

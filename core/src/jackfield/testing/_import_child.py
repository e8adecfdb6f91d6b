"""The child process of :mod:`jackfield.testing._importing`: imports a module and tells what that did beside."""

from __future__ import annotations

import importlib
import io
import json
import logging
import os
import signal
import sys
import threading
import time
import warnings
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

import jackfield.connector
import jackfield.hookspecs
import jackfield.settings  # noqa: F401 - what every connector imports is not its own doing

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVENTS = {
    "socket.connect": "opens a connection",
    "socket.getaddrinfo": "looks up a host's name",
    "socket.bind": "opens a server",
    "subprocess.Popen": "starts a process",
    "os.system": "starts a process",
    "os.fork": "starts a process",
    "os.putenv": "changes the environment",  # which the child may have inherited already as it is then
    "os.unsetenv": "changes the environment",
}


def state() -> dict[str, Any]:
    """What an import must leave as it is."""
    root = logging.getLogger()
    return {
        "starts a thread": sorted(thread.name for thread in threading.enumerate()),
        "sets up logging": (root.level, len(root.handlers), logging.root.manager.disable, logging.lastResort is None),
        "changes the filters of warnings": len(warnings.filters),
        "changes a signal's handler": [str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)],
        "changes the environment": dict(os.environ),
        "changes the working directory": os.getcwd(),  # noqa: PTH109 - compared, no more
        "changes sys.path": list(sys.path),
    }


def differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """What the import changed, in words."""
    yield from (what for what in before if before[what] != after[what])


def reading(package: str, effects: list[str]) -> None:
    """Note it when the package reads the environment."""
    kind: Any = type(os.environ)
    read = kind.__getitem__

    def noting(environ: Any, name: str) -> Any:
        frame: Any = sys._getframe(1)  # noqa: SLF001 - there is no other way to ask who calls
        while frame.f_back is not None and frame.f_globals.get("__name__") in {
            "os",
            "_collections_abc",
            "collections.abc",
        }:
            frame = frame.f_back
        if str(frame.f_globals.get("__name__")).partition(".")[0] == package:
            effects.append(f"reads {name} from the environment")
        return read(environ, name)

    kind.__getitem__ = noting


def main(module: str) -> None:
    """Import the module; the answer stands behind a zero at the end of the output."""
    effects: list[str] = []
    active = True

    def audit(event: str, _: tuple[Any, ...]) -> None:
        if active and event in _EVENTS:
            effects.append(_EVENTS[event])

    before = state()
    sys.addaudithook(audit)
    output = io.StringIO()
    reading(module.partition(".")[0], effects)
    begin = time.perf_counter()
    with redirect_stdout(output), redirect_stderr(output):
        importlib.import_module(module)
    seconds = time.perf_counter() - begin
    active = False
    effects += differences(before, state())
    if output.getvalue():
        effects.append("prints something")
    sys.stdout.write("\n\0" + json.dumps({"seconds": seconds, "effects": list(dict.fromkeys(effects))}))
    sys.stdout.flush()
    os._exit(0)  # threads that were left behind must not hold the answer back


if __name__ == "__main__":
    main(sys.argv[1])

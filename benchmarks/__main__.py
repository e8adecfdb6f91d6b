"""``python -m benchmarks``: run the parts asked for, keep what they find, write docs/performance.md anew."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import report
from benchmarks.bench import Bench
from benchmarks.findings import Findings, Kept
from benchmarks.machine import machine, versions
from benchmarks.process import Failed
from benchmarks.rounds import say

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
#: What no program imports, and Python's own packages of it do not even compile.
_TESTS = r"/(test|tests|idlelib|lib2to3|tkinter|turtledemo)/"
#: Every part with the module and function that measures it, in the order of the page.
PARTS = {
    "start": "starting.commands",
    "list": "starting.listing",
    "check": "checking.check",
    "import-sqlite": "importing.sqlite",
    "import-postgresql": "importing.in_postgresql",
    "import-delayed-sqlite": "importing.delayed_sqlite",
    "import-delayed-postgresql": "importing.delayed_postgresql",
    "import-budget": "budgeted.budgeted",
    "organizations": "organizations.in_one_process",
    "workers": "workers.workers",
    "replay": "replaying.replay",
    "contract": "contract.suite",
    "pages": "portal.pages",
    "mapping": "mapping.large",
    "steps": "portal.steps",
}


def main() -> None:
    """Run what was asked for."""
    given = _arguments()
    chosen = [part for part in PARTS if not given.only or any(part.startswith(only) for only in given.only)]
    if given.list or not chosen:
        say("\n".join(f"{part:28} {_function(part).__doc__}" for part in PARTS))
        return
    for name in [name for name in os.environ if name.startswith("JACKFIELD_")]:
        del os.environ[name]  # what is measured is not to depend on who measures
    # Everything here and below is found from the root, wherever it is started.
    os.chdir(ROOT)
    _compile()
    done = [_measured(part, given) for part in chosen]
    if given.scale >= 1:
        report.write(RESULTS, PARTS, ROOT / "docs")
    sys.exit(0 if all(done) else 1)


def _compile() -> None:
    """What is installed is compiled once, by whoever installs it; here nobody may have, or may have been let to.

    By a process of its own: no peak reads below that of the process that measures.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    places = {*map(str, ROOT.glob("*/src")), *map(str, ROOT.glob("plugins/*/src")), *sysconfig.get_paths().values()}
    found = sorted(place for place in places if Path(place).is_dir())
    command = [sys.executable, "-m", "compileall", "-qq", "-j", "0", "-x", _TESTS, *found]
    subprocess.run(command, check=False)  # what does not compile is said when it runs


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", help="parts whose names begin so; repeatable")
    parser.add_argument("--list", action="store_true", help="the parts")
    parser.add_argument("--scale", type=float, default=1.0, help="below 1: smaller, and not kept")
    parser.add_argument("--rounds", type=int, default=5, help="counted rounds")
    parser.add_argument("--seconds", type=float, default=240.0, help="after so long a table begins no other round")
    return parser.parse_args()


def _function(part: str) -> Callable[[Bench], Findings]:
    module, _, name = PARTS[part].rpartition(".")
    function: Callable[[Bench], Findings] = getattr(import_module(f"benchmarks.parts.{module}"), name)
    return function


def _measured(part: str, given: argparse.Namespace) -> bool:
    """Measure a part; what becomes of it is no other part's trouble."""
    try:
        findings = _measure(part, given)
    except (Failed, OSError, RuntimeError, subprocess.SubprocessError) as failure:
        say(f"   {part} could not be measured: {failure}")
        return False
    return not any(row.failed for table in findings.tables for row in table.rows)


def _measure(part: str, given: argparse.Namespace) -> Findings:
    say(f"== {part}")
    where, begun = machine(), time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="jackfield-bench-"))
    try:
        bench = Bench(folder=folder, scale=given.scale, rounds=given.rounds, seconds=given.seconds)
        findings = _function(part)(bench)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    kept: dict[str, Any] = {"date": f"{datetime.now(tz=UTC):%Y-%m-%d}", "machine": where, "versions": versions()}
    told = Kept(part=part, command=f"make bench ONLY={part} ROUNDS={given.rounds}", findings=findings, **kept)
    say(f"   {time.monotonic() - begun:.0f} s")
    print("\n".join([*report.goals([told]), *report.tables(told)]), flush=True)  # noqa: T201 - what it is for
    if given.scale >= 1:
        told.write(RESULTS / f"{part}.json")
    return findings


if __name__ == "__main__":
    main()

"""The contract suite on a connector, as its author runs it, beside as many tests that replay one page each."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.bench import PYTHON
from benchmarks.findings import Findings, Table
from benchmarks.process import Failed, Run, measure
from benchmarks.rounds import Case, alternate

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.bench import Bench

_SUITE = "tests/plugins/insightly/test_contract.py"
_FLOOR = "floor: as many tests, each replays a page of 20 users by httpx.MockTransport"


def suite(bench: Bench) -> Findings:
    """All clauses on Insightly's connector."""
    environment = bench.environment(bench.folder / "none")
    del environment["JACKFIELD_ALLOWED_NETWORKS"], environment["JACKFIELD_REQUEST_BUDGET"]  # the suite sets its own
    count = _passed(measure([PYTHON, *_words(_SUITE)], environment))
    floor = {**environment, "COUNT": str(count)}
    cases = [
        Case(name=_FLOOR, run=_run("benchmarks/floors/replayed_tests.py", floor, count), records=count, count=_passed),
        Case(
            name="the contract suite", base=_FLOOR, run=_run(_SUITE, environment, count), records=count, count=_passed
        ),
    ]
    note = "Whole pytest runs. The suite's tests walk a simulator and tapes over real HTTP, most of them several times."
    rows = alternate(cases, min(bench.rounds, 5), seconds=bench.seconds)
    return Findings(tables=[Table(title="The contract suite", rows=rows, note=note)])


def _words(path: str) -> list[str]:
    return ["-m", "pytest", "-q", "-p", "no:cacheprovider", path]


def _run(path: str, environment: dict[str, str], count: int) -> Callable[[], Run]:
    def run() -> Run:
        done = measure([PYTHON, *_words(path)], environment)
        return replace(done, extra={"ms a test": done.wall * 1000 / count})

    return run


def _passed(run: Run) -> int:
    found = re.search(r"(\d+) passed", run.output)
    if found is None:
        raise Failed(f"no test passed: {run.output[-200:]!r}")
    return int(found[1])

"""What one replayed interaction costs, of which a contract suite has thousands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.bench import PYTHON, figure, last_json
from benchmarks.findings import Findings, Goal, Table, row
from benchmarks.process import measure
from benchmarks.rounds import Case, alternate

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.bench import Bench
    from benchmarks.process import Run

_FLOOR = "floor: a recording of one's own, httpx.MockTransport"
_TEST = "jackfield replay, a test: tape, server, connection, import"
_ONE = "jackfield replay, one interaction of many"
_WAYS = {
    _FLOOR: "floor",
    "vcrpy, a client for each test": "vcr",
    _TEST: "test",
    _ONE: "interaction",
}
_USERS, _TIMES = 20, 200


def replay(bench: Bench) -> Findings:
    """A page of 20 users."""
    times = bench.size(_TIMES, 5)
    cases = [
        Case(
            name=name,
            base=None if name == _FLOOR else _FLOOR,
            run=_measured(bench, way, times),
            records=_USERS * times,
            count=lambda run: int(run.extra["users"]),
        )
        for name, way in _WAYS.items()
    ]
    rows = alternate(cases, bench.rounds, seconds=bench.seconds)
    # What is measured is inside the process; how many users it has read is no figure.
    rows = [replace(each, records=None, extra={"ms": each.wall * 1000} if not each.failed else {}) for each in rows]
    found = row(rows, _ONE)
    value = found.wall * 1000 if found and not found.failed else None
    goal = Goal(work="one replayed interaction of 20 users", value=value, unit="ms", reach=1.0, aim=0.6)
    note = f"Seconds of one replay among {times}, without the start of the process; the peak is the process's."
    return Findings(tables=[Table(title="One replayed page of 20 users", rows=rows, note=note)], goals=[goal])


def _measured(bench: Bench, way: str, times: int) -> Callable[[], Run]:
    environment = bench.environment(bench.folder / "none")
    words = [PYTHON, "-m", "benchmarks.replays", way, "--times", str(times), "--folder", str(bench.folder)]

    def run() -> Run:
        done = measure(words, environment)
        told = last_json(done.output)
        figures = {name: figure(told, name) for name in ("users", "seconds", "cpu")}
        return replace(done, wall=figures["seconds"], cpu=figures["cpu"], extra={"users": figures["users"]})

    return run

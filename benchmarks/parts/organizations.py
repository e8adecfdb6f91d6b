"""Ten thousand organizations with twenty users each, an account and a key for each, in one process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.bench import PYTHON, Portal, figure, last_json, remove_database
from benchmarks.findings import Findings, Goal, Line, Table, lines, ratio_of, row
from benchmarks.people import SMALL
from benchmarks.process import measure
from benchmarks.rounds import Case, alternate, command, say
from benchmarks.server import running

if TYPE_CHECKING:
    from benchmarks.bench import Bench
    from benchmarks.process import Run
    from benchmarks.rounds import Row

SIZES = (100, 1_000, 10_000)
_FLOOR = "floor: httpx as it comes, with a client for each of 100 workers + pydantic"
_QUICK = "the same, with sniffio"
#: The interpreter of the environment in which ``make bench-peers`` has put httpx as it comes.
_PLAIN = Path(".tools/httpx/bin/python")
#: What the floor takes with sniffio over without, where the goal was measured (the shared results, section 7).
_SAVED = 0.8
_OURS = "jackfield, run_many"
_PER = "ms an organization"
_LONGEST = 550.0


def in_one_process(bench: Bench) -> Findings:
    """100 to 10,000 organizations into SQLite, and how the cost of one grows with their number."""
    tables: list[Table] = []
    goals: list[Goal] = []
    sizes = [bench.size(size, 10) for size in SIZES]
    with running(max(sizes) * SMALL) as urls:
        for size, count in zip(SIZES, sizes, strict=True):
            title = f"{count:,} organizations of {SMALL} users, one process, into SQLite"
            say(title)
            rows = _measured(bench, urls[0], count, counted=size < max(SIZES))
            tables.append(Table(title=title, rows=rows, note=_note(rows)))
            if size == max(SIZES):
                goals.append(_goal(title, ratio_of(rows, _OURS)))
    goals += _flat(tables, sizes)
    return Findings(
        tables=tables, goals=goals, lines=_lines({size: table.rows for size, table in zip(sizes, tables, strict=True)})
    )


def _goal(title: str, value: float | None) -> Goal:
    if _PLAIN.exists():
        return Goal(work=title, value=value, unit="x floor", reach=0.55, aim=0.35)
    work = f"{title} (httpx without sniffio is not here: against it with sniffio, for which more is allowed)"
    return Goal(work=work, value=value, unit="x floor", reach=round(0.55 / _SAVED, 2), aim=round(0.35 / _SAVED, 2))


def _note(rows: list[Row]) -> str:
    """What ours takes over the floor that has sniffio, too."""
    ours, quick = ratio_of(rows, _OURS), ratio_of(rows, _QUICK)
    why = "httpx looks for the package sniffio at each request; where it is missing, that takes a fifth of the whole."
    return f"{why} Over the floor that has it, ours takes {ours / quick:.2f} x." if ours and quick else ""


def _measured(bench: Bench, url: str, count: int, *, counted: bool) -> list[Row]:
    portal = Portal(bench, url, organizations=count)
    file = bench.folder / "floor.sqlite3"
    words = ("--url", url, "--organizations", str(count), "--into", str(file))
    floors = {_FLOOR: str(_PLAIN), _QUICK: PYTHON} if _PLAIN.exists() else {_FLOOR: PYTHON}
    cases = [
        Case(
            name=name,
            base=None if name == _FLOOR else _FLOOR,
            run=command(python, "-m", "benchmarks.floors.organizations", *words),
            before=lambda: remove_database(file),
            records=count * SMALL,
            count=lambda run: int(run.output),
            warm=counted,
        )
        for name, python in floors.items()
    ]
    cases += [
        Case(
            name=_OURS,
            base=_FLOOR,
            run=lambda: _together(portal, count),
            before=portal.fresh,
            records=count * SMALL,
            count=lambda _: portal.imported(),
            warm=counted,
        ),
    ]
    return alternate(cases, bench.rounds if counted else min(bench.rounds, 3), seconds=bench.seconds / 2)


def _together(portal: Portal, count: int) -> Run:
    run = measure([PYTHON, "-m", "benchmarks.together"], portal.environment, longest=_LONGEST)
    return replace(run, extra={_PER: figure(last_json(run.output), "seconds") * 1000 / count})


def _flat(tables: list[Table], sizes: list[int]) -> list[Goal]:
    few, many = row(tables[0].rows, _OURS), row(tables[-1].rows, _OURS)
    value = many.extra[_PER] / few.extra[_PER] if few and many else None
    work = f"cost of an organization, among {sizes[-1]:,} over among {sizes[0]:,}"
    return [Goal(work=work, value=value, unit="x", reach=1.1, aim=1.0)]


def _lines(measured: dict[int, list[Row]]) -> list[Line]:
    plots = {"Processor for all organizations": "cpu", "Peak memory for all organizations": "peak"}
    return lines(plots, {_FLOOR: "floor", _OURS: "jackfield"}, "organizations of 20 users", measured)

"""Small commands as whole processes, beside an interpreter that does nothing."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from benchmarks.bench import JACKFIELD, PYTHON
from benchmarks.findings import Findings, Goal, Table, ratio_of
from benchmarks.plugs import install
from benchmarks.process import Failed, measure
from benchmarks.rounds import Case, alternate, command, say

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.bench import Bench
    from benchmarks.process import Run

BASE = "python -c pass"
KEPT, FIRST = "jackfield platforms, as kept", "jackfield platforms, the first time"
#: Connectors beside those of the environment, with what is asked and hoped for.
COUNTS: dict[int, tuple[float | None, float | None]] = {2: (None, None), 100: (2.0, 1.5), 500: (2.5, 1.5)}


def commands(bench: Bench) -> Findings:
    """The version and the help of the command."""
    environment = bench.environment(bench.folder / "none")
    words = ("--version", "--help")
    cases = [
        Case(name=BASE, run=command(PYTHON, "-c", "pass")),
        Case(name="floor: import argparse", base=BASE, run=command(PYTHON, "-c", "import argparse")),
    ]
    cases += [
        Case(name=f"jackfield {word}", base=BASE, run=command(JACKFIELD, word, environment=environment))
        for word in words
    ]
    rows = alternate(cases, bench.rounds * 3, seconds=bench.seconds)
    names = [f"jackfield {word}" for word in words]
    goals = [Goal(work=name, value=ratio_of(rows, name), unit=f"x {BASE}", reach=2.0, aim=1.5) for name in names]
    return Findings(tables=[Table(title="Starting the command", rows=rows)], goals=goals)


def listing(bench: Bench) -> Findings:
    """The installed connectors: the first time, and from what was kept, when none may be imported."""
    tables: list[Table] = []
    goals: list[Goal] = []
    said = measure([JACKFIELD, "platforms", "--help"], bench.environment(bench.folder / "none")).output
    option = ["--schemas"] if "--schemas" in said else []
    with_forms = "with their forms" if option else "without their forms"
    for full, (reach, aim) in COUNTS.items():
        count = full if bench.scale >= 1 else min(full, bench.size(full, 2))
        title = f"Listing {count} connectors {with_forms}"
        say(title)
        rows = alternate(_cases(bench, full, count, option), bench.rounds * 2, seconds=bench.seconds / 3)
        tables.append(Table(title=title, rows=rows, note="No connector may be imported where all is kept."))
        if reach:
            value = ratio_of(rows, KEPT)
            goals.append(Goal(work=title.lower(), value=value, unit=f"x {BASE}", reach=reach, aim=aim))
    return Findings(tables=tables, goals=goals)


def _cases(bench: Bench, full: int, count: int, option: list[str]) -> list[Case]:
    site, marks, empty = (bench.folder / name / str(full) for name in ("site", "marks", "empty"))
    install(site, marks, count)
    kept = {**bench.environment(bench.folder / "none"), "PYTHONPATH": str(site)}
    first = {**kept, "JACKFIELD_CACHE_DIR": str(empty)}
    words = (JACKFIELD, "platforms", "--json", *option)

    def counted(run: Run) -> int:
        if any(marks.iterdir()):
            raise Failed("a connector was imported although all was known of it")
        return _listed(run)

    return [
        Case(name=BASE, run=command(PYTHON, "-c", "pass", environment=kept)),
        Case(
            name=FIRST,
            base=BASE,
            run=command(*words, environment=first),
            before=lambda: shutil.rmtree(empty, ignore_errors=True),
            records=count,
            count=_listed,
        ),
        Case(
            name=KEPT,
            base=BASE,
            run=command(*words, environment=kept),
            before=lambda: _know(words, kept, marks),
            records=count,
            count=counted,
        ),
    ]


def _know(words: tuple[str, ...], environment: dict[str, str], marks: Path) -> None:
    """Have everything kept, where it is not yet, and no mark left."""
    if any(marks.iterdir()) or not environment.get("known"):
        measure(words, environment)
        environment["known"] = "yes"
    for mark in marks.iterdir():
        mark.unlink()


def _listed(run: Run) -> int:
    return sum(platform["id"].startswith("bench-") for platform in json.loads(run.output))

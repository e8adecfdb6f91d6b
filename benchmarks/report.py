"""The page docs/performance.md, from all that is kept: goals first, then the plot, then every table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.findings import Kept
from benchmarks.plot import draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.findings import Goal, Line, Table
    from benchmarks.rounds import Row

_HEAD = """\
# Performance

What the main work costs beside the least that the same work costs with the libraries that most people would take: the
**floor**, short programs in `benchmarks/floors/` that do nothing but the work. Written by `make bench`; not by hand.

Compare **ratios**, not seconds: a ratio is the median of the ratios of single rounds, and in a round the floor and ours
run one after the other, so that a busy or a slow machine hits both alike. Whole processes from start to end; processor
seconds include children; the peak is that of the largest process. Each run is checked for the number of records that
came out. The CRM is a process of our own on loopback (`benchmarks/server.py`), plain HTTP without compression; its cost
is not counted. Requests are not held to the CRM's budget here (`JACKFIELD_REQUEST_BUDGET=off`).

    make bench                     # all parts, one after the other
    make bench ONLY=import-sqlite  # one part, or all whose names begin so; each takes ten minutes at most
    make bench QUICK=1             # everything small and once: does it all still run? Nothing is kept
    make bench-peers               # installs what is measured beside, each in an environment of its own
    python -m benchmarks --list    # the parts
"""
_WORDS = {"aim": "reached, and the aim", "reached": "reached", "missed": "**missed**", "failed": "**failed**", "": ""}


def write(results: Path, order: Iterable[str], docs: Path) -> None:
    """Write the page and its plots anew."""
    kept = [Kept.read(results / f"{part}.json") for part in order if (results / f"{part}.json").exists()]
    lines = [_HEAD, *_machines(kept), "", "## What was to be reached", "", *goals(kept), ""]
    lines += _plots([line for found in kept for line in found.findings.lines], docs)
    lines += ["## All figures", ""]
    for found in kept:
        lines += tables(found)
    (docs / "performance.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def goals(kept: Sequence[Kept]) -> list[str]:
    """The table of goals."""
    found = [goal for one in kept for goal in one.findings.goals]
    if not found:
        return []
    head = ["| work | measured | reach | aim | |", "| --- | --- | --- | --- | --- |"]
    return [*head, *(_goal(goal) for goal in found), ""]


def tables(found: Kept) -> list[str]:
    """All tables of a part."""
    return [line for table in found.findings.tables for line in _table(table, found)]


def _machines(kept: Sequence[Kept]) -> list[str]:
    told: dict[str, list[str]] = {}
    for found in kept:
        versions = ", ".join(f"{name} {version}" for name, version in found.versions.items())
        place = found.machine.partition(";")[0]
        told.setdefault(f"{found.date}, {place}; {versions}.", []).append(found.part)
    return [f"Measured {what} (Parts: {', '.join(parts)})" for what, parts in told.items()]


def _goal(goal: Goal) -> str:
    cells = [goal.work, f"{_short(goal.value)} {goal.unit}", _limit(goal, goal.reach), _limit(goal, goal.aim)]
    return f"| {' | '.join([*cells, _WORDS[goal.verdict()]])} |"


def _limit(goal: Goal, limit: float | None) -> str:
    return "" if limit is None else f"{'≥' if goal.more else '≤'} {limit:g}"


def _table(table: Table, found: Kept) -> list[str]:
    extra = list(dict.fromkeys(name for row in table.rows for name in row.extra))
    timed = any(row.cpu or row.peak for row in table.rows)
    head = ["case", "x base", *(["x base CPU"] if timed else []), *extra]
    head += ["s (least to most)", "CPU s", "peak MiB"] if timed else []
    head += ["records", "rounds"]
    made = f"`{found.command}`;{found.machine.partition(';')[2]}."
    lines = [f"### {table.title}", "", made, "", f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
    lines += [f"| {' | '.join(_cells(row, table.rows[0].name, extra, timed=timed))} |" for row in table.rows]
    return [*lines, "", *([table.note, ""] if table.note else [])]


def _cells(row: Row, first: str, extra: Sequence[str], *, timed: bool) -> list[str]:
    if row.failed:
        return [row.name, f"failed: {' '.join(row.failed.split())[:200].replace('|', '/')}"]
    cells = [row.name, _ratio(row, row.ratio, first)]
    if timed:
        cells.append(_ratio(row, row.cpu_ratio, first))
    cells += [_short(row.extra.get(name)) for name in extra]
    if timed:
        cells += [
            f"{_short(row.wall)} ({_short(row.fastest)} to {_short(row.slowest)})",
            _short(row.cpu),
            f"{row.peak:.0f}",
        ]
    return [*cells, f"{row.records:,}" if row.records else "", str(row.rounds)]


def _ratio(row: Row, value: float | None, first: str) -> str:
    if row.base is None:
        return "1"
    if value is None:
        return ""
    return f"{_short(value)}{'' if row.base == first else f' of “{row.base}”'}"


def _plots(lines: Sequence[Line], docs: Path) -> list[str]:
    told: list[str] = []
    for plot in dict.fromkeys(line.plot for line in lines):
        file = docs / "figures" / f"performance-{'-'.join(plot.lower().split())}.svg"
        file.parent.mkdir(exist_ok=True)
        file.write_text(draw(plot, [line for line in lines if line.plot == plot]), encoding="utf-8")
        told += [f"![{plot}](figures/{file.name})", ""]
    return ["## How it grows", "", *told] if told else []


def _short(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return "-"
    if abs(value) >= 100:  # noqa: PLR2004 - three digits
        return f"{value:,.0f}"
    return f"{value:.3g}"

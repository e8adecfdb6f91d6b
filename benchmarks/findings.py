"""What a part has found: tables of measured cases, goals with what was reached, lines of a plot."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.rounds import Row

if TYPE_CHECKING:
    from pathlib import Path


_UNITS = {"wall": "seconds", "cpu": "seconds of processor", "peak": "MiB"}


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A figure that was asked for. ``reach`` is asked, ``aim`` would make us proud; ``more``: more is better."""

    work: str
    value: float | None
    unit: str
    reach: float | None
    aim: float | None
    more: bool = False

    def verdict(self) -> str:
        """``aim``, ``reached`` or ``missed``, or ``failed`` where there is no figure; empty where nothing was asked."""
        if self.value is None:
            return "failed"
        for word, limit in (("aim", self.aim), ("reached", self.reach)):
            if limit is not None and (self.value >= limit if self.more else self.value <= limit):
                return word
        return "missed" if self.reach is not None or self.aim is not None else ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Cases that ran in the same rounds; the columns of ``extra`` are the figures that the cases tell of themselves."""

    title: str
    rows: list[Row]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """Points of one line of the plot ``plot``: how much of ``across`` costs how much of ``up``."""

    plot: str
    name: str
    across: str
    up: str
    points: list[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Findings:
    """All that one part has found."""

    tables: list[Table] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Findings with where, when and how they were made."""

    part: str
    command: str
    date: str
    machine: str
    versions: dict[str, str]
    findings: Findings

    def write(self, path: Path) -> None:
        """Keep it as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @staticmethod
    def read(path: Path) -> Kept:
        """What was kept."""
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found = kept.pop("findings")
        tables = [Table(**{**table, "rows": [Row(**row) for row in table["rows"]]}) for table in found["tables"]]
        lines = [Line(**{**line, "points": [(x, y) for x, y in line["points"]]}) for line in found["lines"]]
        return Kept(
            **kept, findings=Findings(tables=tables, goals=[Goal(**goal) for goal in found["goals"]], lines=lines)
        )


def row(rows: list[Row], name: str) -> Row | None:
    """The row of a case; None where it failed."""
    return next((row for row in rows if row.name == name and row.failed is None), None)


def ratio_of(rows: list[Row], name: str) -> float | None:
    """The ratio of a case to its base; None where either failed."""
    found = row(rows, name)
    return found.ratio if found else None


def lines(plots: dict[str, str], names: dict[str, str], across: str, tables: dict[int, list[Row]]) -> list[Line]:
    """A line for each case of ``names`` (with what it is called) in each plot, which shows this figure of its rows.

    ``plots`` names the figures (``wall``, ``cpu``, ``peak``) by the plots' titles, ``tables`` the rows by their sizes.
    """
    found: list[Line] = []
    for title, figure in plots.items():
        for name, called in names.items():
            measured = {size: one for size, rows in tables.items() if (one := row(rows, name))}
            points = [(float(size), float(getattr(one, figure))) for size, one in measured.items()]
            if points:
                found.append(Line(plot=title, name=called, across=across, up=_UNITS[figure], points=points))
    return found

"""The page that the benchmarks write: goals, ratios, what failed, and plots that are whole SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from benchmarks import report
from benchmarks.__main__ import PARTS, _function
from benchmarks.findings import Findings, Goal, Kept, Line, Table
from benchmarks.plot import draw
from benchmarks.rounds import Row

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def kept() -> Kept:
    """A part with a case of each kind."""
    rows = [
        Row(name="floor", base=None, wall=2.0, fastest=1.9, slowest=2.1, cpu=1.5, peak=50.0, records=1000, rounds=3),
        Row(name="new", base="floor", wall=3.0, cpu=2.0, peak=60.4, ratio=1.5, cpu_ratio=1.33, records=1000, rounds=3),
        Row(name="again", base="new", wall=1.5, cpu=1.0, peak=60.0, ratio=0.5, cpu_ratio=0.5, rounds=3),
        Row(name="broken", base="floor", failed="999 records came out instead of 1000"),
    ]
    goals = [
        Goal(work="import", value=1.5, unit="x floor", reach=1.2, aim=0.75),
        Goal(work="speed", value=1.8, unit="x", reach=1.7, aim=1.9, more=True),
    ]
    line = Line(plot="Peak memory", name="ours", across="users", up="MiB", points=[(1000, 50.0), (100_000, 60.0)])
    findings = Findings(tables=[Table(title="An import", rows=rows)], goals=goals, lines=[line])
    given = {"date": "2026-11-24", "machine": "2 cores; load before it: 0.1", "versions": {"Python": "3.11.7"}}
    return Kept(part="import-sqlite", command="make bench ONLY=import-sqlite", findings=findings, **given)


def test_what_is_kept_is_read_back(kept: Kept, tmp_path: Path) -> None:
    """Whole."""
    kept.write(tmp_path / "part.json")
    assert Kept.read(tmp_path / "part.json") == kept


def test_goals_say_what_was_reached(kept: Kept) -> None:
    """And which way is better."""
    assert report.goals([kept])[2:4] == [
        "| import | 1.5 x floor | ≤ 1.2 | ≤ 0.75 | **missed** |",
        "| speed | 1.8 x | ≥ 1.7 | ≥ 1.9 | reached |",
    ]


def test_ratios_name_a_base_that_is_not_the_first_row(kept: Kept) -> None:
    """A reader need not look for it; what failed says why."""
    told = report.tables(kept)
    assert "| floor | 1 | 1 | 2 (1.9 to 2.1) | 1.5 | 50 | 1,000 | 3 |" in told
    assert any(line.startswith("| again | 0.5 of “new” |") for line in told)
    assert "| broken | failed: 999 records came out instead of 1000 |" in told


def test_the_page_is_written_from_what_is_kept(kept: Kept, tmp_path: Path) -> None:
    """In the parts' order, with its plots beside it."""
    kept.write(tmp_path / "results" / "import-sqlite.json")
    (tmp_path / "docs").mkdir()
    report.write(tmp_path / "results", ["start", "import-sqlite"], tmp_path / "docs")
    page = (tmp_path / "docs" / "performance.md").read_text("utf-8")
    assert "Measured 2026-11-24, 2 cores; Python 3.11.7." in page
    assert "![Peak memory](figures/performance-peak-memory.svg)" in page
    assert (tmp_path / "docs" / "figures" / "performance-peak-memory.svg").exists()


def test_a_plot_is_whole_and_inside_its_frame(kept: Kept) -> None:
    """Its points lie where their values are, between the axes."""
    image = ET.fromstring(draw("Peak <memory>", kept.findings.lines))  # noqa: S314 - our own
    dots = list(image.iter("{http://www.w3.org/2000/svg}circle"))
    assert [float(dot.attrib["cx"]) for dot in dots] == [70.0, 700.0]
    assert all(40 <= float(dot.attrib["cy"]) <= 310 for dot in dots)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_there_and_says_what_it_measures(part: str) -> None:
    """``python -m benchmarks --list`` shows it."""
    assert _function(part).__doc__

"""The arithmetic of the benchmarks: medians, ratios round by round, cases in turn, and what is said of a failure."""

from __future__ import annotations

import sys
from itertools import count

import pytest

from benchmarks.findings import Goal
from benchmarks.process import Failed, Run, measure
from benchmarks.rounds import Case, alternate, command, ratio


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    """A round in which both were slow weighs no more than any other."""
    assert ratio([2.0, 30.0, 3.0], [1.0, 20.0, 1.0]) == 2.0


def test_without_a_base_there_is_no_ratio() -> None:
    """Nothing is divided by nothing."""
    assert ratio([1.0], []) is None
    assert ratio([1.0], [0.0]) is None


def test_cases_run_in_turn_after_one_round_that_does_not_count() -> None:
    """Base, ours, base, ours; the medians are those of the counted rounds."""
    order: list[str] = []
    times = {"base": iter([99.0, 1.0, 2.0, 3.0]), "ours": iter([99.0, 2.0, 2.0, 9.0])}

    def case(name: str, base: str | None = None) -> Case:
        def run() -> Run:
            order.append(name)
            return Run(wall=next(times[name]), cpu=1.0, peak=10.0)

        return Case(name=name, base=base, run=run)

    _, ours = alternate([case("base"), case("ours", "base")], 3)
    assert order == ["base", "ours"] * 4
    assert (ours.wall, ours.fastest, ours.slowest, ours.ratio, ours.rounds) == (2.0, 2.0, 9.0, 2.0, 3)


def test_a_run_that_loses_a_record_is_no_figure() -> None:
    """The case is left out, with the reason."""
    numbers = count()
    case = Case(
        name="ours", run=lambda: Run(wall=1.0, cpu=1.0, peak=1.0), records=20, count=lambda _: 19 + (next(numbers) == 0)
    )
    (row,) = alternate([case], 3)
    assert row.failed == "19 records came out instead of 20"
    assert row.ratio is None


def test_a_whole_process_is_measured_with_its_children() -> None:
    """The seconds of processor are those of the child too."""
    busy = "import time; e = time.process_time() + 0.2\nwhile time.process_time() < e: pass"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"
    run = command(sys.executable, "-c", outer)()
    assert run.cpu > 0.2
    assert run.wall > 0.2
    assert run.peak > 1


def test_a_command_that_fails_is_no_figure() -> None:
    """What it said is in the error."""
    with pytest.raises(Failed, match=r"ended with 3.*no such account"):
        measure([sys.executable, "-c", "import sys; print('no such account', file=sys.stderr); sys.exit(3)"])


def test_a_command_that_hangs_is_ended() -> None:
    """A run is bounded in time."""
    with pytest.raises(Failed, match="ended with -9"):
        measure([sys.executable, "-c", "import time; time.sleep(600)"], longest=0.2)


@pytest.mark.parametrize(
    ("value", "more", "verdict"),
    [(0.7, False, "aim"), (1.0, False, "reached"), (1.3, False, "missed"), (None, False, "failed"), (2.0, True, "aim")],
)
def test_a_goal_says_whether_it_was_reached(value: float | None, more: bool, verdict: str) -> None:
    """Less is better, unless it is said otherwise."""
    reach, aim = (1.7, 1.9) if more else (1.2, 0.75)
    assert Goal(work="w", value=value, unit="x", reach=reach, aim=aim, more=more).verdict() == verdict

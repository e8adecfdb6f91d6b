"""Cases in turn, round by round, so that a machine whose mood changes hits all of them alike; medians and ratios."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.process import Failed, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.process import Run


@dataclass(frozen=True, kw_only=True)
class Case:
    """One thing to measure. ``run`` does it; ``count`` says how many records came out, which must be ``records``.

    ``base`` names the case that its ratios are to; ``before`` prepares a run and is not measured.
    """

    name: str
    run: Callable[[], Run]
    base: str | None = None
    before: Callable[[], object] | None = None
    records: int | None = None
    count: Callable[[Run], int] | None = None
    warm: bool = True


@dataclass(frozen=True, kw_only=True)
class Row:
    """A case measured: medians over the rounds, and the medians of the rounds' ratios to the base."""

    name: str
    base: str | None
    wall: float = 0.0
    fastest: float = 0.0
    slowest: float = 0.0
    cpu: float = 0.0
    peak: float = 0.0
    records: int | None = None
    ratio: float | None = None
    cpu_ratio: float | None = None
    rounds: int = 0
    extra: Mapping[str, float] = field(default_factory=dict)
    failed: str | None = None


def command(*words: str, environment: Mapping[str, str] | None = None, longest: float = 300.0) -> Callable[[], Run]:
    """The measuring of a whole process, as a case's ``run``."""
    return lambda: measure(words, environment, longest=longest)


def alternate(cases: Sequence[Case], rounds: int, *, seconds: float = 420.0) -> list[Row]:
    """Run each case once a round, in order, after one round that is not counted.

    No round is begun after ``seconds``, but one is always whole. A case that fails is left out from then on, and says
    so.
    """
    runs: dict[str, list[Run]] = {case.name: [] for case in cases}
    failures: dict[str, str] = {}
    end = time.monotonic() + seconds
    for number in range(-1, rounds):
        if number > 0 and time.monotonic() > end:
            break
        for case in cases:
            if case.name in failures or (number < 0 and not case.warm):
                continue
            try:
                run = _once(case)
            except Failed as failure:
                failures[case.name] = str(failure)
                say(f"  {case.name}: {failure}")
                continue
            if number >= 0:
                runs[case.name].append(run)
    return [_row(case, runs, failures) for case in cases]


def _once(case: Case) -> Run:
    if case.before:
        case.before()
    run = case.run()
    if case.count is not None:
        came = case.count(run)
        if came != case.records:
            raise Failed(f"{came} records came out instead of {case.records}")
    return run


def _row(case: Case, runs: Mapping[str, Sequence[Run]], failures: Mapping[str, str]) -> Row:
    mine, bases = runs[case.name], runs.get(case.base or "", ())
    if case.name in failures or not mine:
        return Row(name=case.name, base=case.base, failed=failures.get(case.name, "never ran"))
    walls = [run.wall for run in mine]
    return Row(
        name=case.name,
        base=case.base,
        wall=median(walls),
        fastest=min(walls),
        slowest=max(walls),
        cpu=median(run.cpu for run in mine),
        peak=median(run.peak for run in mine),
        records=case.records,
        ratio=ratio([run.wall for run in mine], [run.wall for run in bases]),
        cpu_ratio=ratio([run.cpu for run in mine], [run.cpu for run in bases]),
        rounds=len(mine),
        extra={name: median(run.extra[name] for run in mine) for name in mine[0].extra},
    )


def ratio(mine: Sequence[float], bases: Sequence[float]) -> float | None:
    """The median of the rounds' ratios; None where there is nothing to divide, or to divide by."""
    pairs = [a / b for a, b in zip(mine, bases, strict=False) if b > 0]
    return median(pairs) if pairs else None


def say(text: str) -> None:
    """Write a line to standard error at once: standard output is for the tables."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - what the command is for

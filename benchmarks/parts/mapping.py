"""The mapping of ten thousand agents to ten thousand CRM users: suggestions, pages, filters, pickers."""

from __future__ import annotations

from dataclasses import replace
from shutil import which
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.bench import PYTHON, figure, last_json
from benchmarks.findings import Findings, Goal, Table, row
from benchmarks.load import page, signed_in
from benchmarks.parts.portal import serve_words
from benchmarks.process import Failed, Run, measure
from benchmarks.rounds import Case, Row, alternate
from benchmarks.serving import served

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.bench import Bench

_FLOOR, _OURS = "floor: one dictionary of addresses", "suggestions for all"
_WORK = "10,000 agents x 10,000 CRM users"
_FILTERS = ("filter:", "search", "sort", "next page")


def large(bench: Bench) -> Findings:
    """The mapping page and the suggestions of 10,000 agents and 10,000 CRM users."""
    if which("chromium") is None:
        raise Failed("Chromium is not installed (Debian: apt-get install chromium)")
    people = bench.size(10_000, 200)
    environment = bench.environment(bench.folder / "large")
    filled = last_json(measure([PYTHON, "-m", "benchmarks.large", "--people", str(people)], environment).output)
    connection = str(filled["connection"])
    found = _suggestions(bench, environment, people)
    with served(serve_words(), environment) as ours:
        cookies = signed_in(ours.url)
        sizes = [len(page(ours.url, path, cookies)) for path in ("/organization/", f"/organization/?edit={connection}")]
        words = [PYTHON, "-m", "benchmarks.table", "--url", ours.url, "--connection", connection]
        words += ["--people", str(people), "--times", str(bench.size(7, 2))]
        rows = _screens(words, min(bench.rounds, 3))
    return Findings(tables=[found, _table(rows)], goals=_goals(found.rows, rows, max(sizes)))


def _suggestions(bench: Bench, environment: Mapping[str, str], people: int) -> Table:
    certain = sum(place % 10 < 7 and place % 20 != 0 for place in range(people))  # noqa: PLR2004 - as benchmarks.large says
    cases = [
        _case(_FLOOR, None, "benchmarks.floors.suggesting", environment, certain),
        _case(_OURS, _FLOOR, "benchmarks.suggesting", environment, certain),
    ]
    rows = alternate(cases, bench.rounds, seconds=bench.seconds)
    note = (
        "Seconds from the first question to the database until every agent has his suggestion, its reason and its "
        "certainty; both find the same number of certain ones. Again: the same once more while nothing has changed."
    )
    return Table(title=f"Suggestions, {_WORK}", rows=rows, note=note)


def _case(name: str, base: str | None, module: str, environment: Mapping[str, str], certain: int) -> Case:
    def run() -> Run:
        done = measure([PYTHON, "-m", module], environment)
        told = last_json(done.output)
        extra = {"again ms": figure(told, "again") * 1000}
        return replace(done, wall=figure(told, "seconds"), cpu=figure(told, "cpu"), extra=extra)

    return Case(
        name=name, base=base, run=run, records=certain, count=lambda run: int(figure(last_json(run.output), "certain"))
    )


def _screens(words: list[str], rounds: int) -> list[Row]:
    """A row for each thing that is done in the browser; one browser does all of them in a round."""
    told = [last_json(measure(words).output) for _ in range(rounds)]
    return [_row(name, [figures for each in told if isinstance(figures := each[name], dict)]) for name in told[0]]


def _row(name: str, told: list[dict[str, object]]) -> Row:
    middle, most = ([figure(each, word) for each in told] for word in ("p50", "most"))
    extra = {"most ms": max(most) * 1000}
    return Row(
        name=name,
        base=None,
        wall=median(middle),
        fastest=min(middle),
        slowest=max(most),
        rounds=len(told),
        extra=extra,
    )


def _table(rows: list[Row]) -> Table:
    note = (
        "In Chromium, by its own clock: from asking for the page to its first paint; from a choice to the rows that it "
        "shows; from a letter in a picker to the list that holds whom it means, with the pause that waits for the next "
        "letter. Seconds are medians, at most in brackets."
    )
    return Table(title=f"The mapping page on the screen, {_WORK}", rows=rows, note=note)


def _goals(suggested: list[Row], screens: list[Row], size: int) -> list[Goal]:
    found = row(suggested, _OURS)
    seconds = {name: [each.wall for each in screens if each.name.startswith(name)] for name in ("first", "picker")}
    slow = [each.wall for each in screens if each.name.startswith(_FILTERS)]
    worst = {"first paint": max(seconds["first"]), "slowest filter, search or sort": max(slow)}
    return [
        Goal(work=f"suggestions for all, {_WORK}", value=found.wall if found else None, unit="s", reach=2, aim=0.3),
        *(
            Goal(work=f"{what}, {_WORK}", value=value * 1000, unit="ms", reach=1000, aim=300)
            for what, value in worst.items()
        ),
        Goal(work=f"typing in a picker, {_WORK}", value=max(seconds["picker"]) * 1000, unit="ms", reach=200, aim=150),
        Goal(work=f"HTML of the mapping page, {_WORK}", value=size / 1000, unit="KB", reach=300, aim=150),
    ]

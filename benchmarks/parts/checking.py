"""A systems check as a whole process, beside two bare requests and a Singer tap's ``--test``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.bench import JACKFIELD, PYTHON
from benchmarks.findings import Findings, Goal, Table, ratio_of
from benchmarks.people import large_key
from benchmarks.process import Failed
from benchmarks.rounds import Case, alternate, command
from benchmarks.server import running

if TYPE_CHECKING:
    from benchmarks.bench import Bench
    from benchmarks.process import Run

_USERS = 20
_FLOOR, _PEER, _OURS = "floor: two requests by httpx + pydantic", "singer-sdk tap --test", "jackfield check"
#: The interpreter of the environment in which ``make bench-peers`` has put singer-sdk.
_SINGER = Path(".tools/singer/bin/python")
#: A tap's --test over this floor where both could be run, for where the tap can't.
_PUBLISHED = 1.3


def check(bench: Bench) -> Findings:
    """The systems check of a saved key, with its seven requests."""
    with running(_USERS) as urls:
        rows = alternate(_cases(bench, urls[0]), bench.rounds * 2, seconds=bench.seconds)
    if _SINGER.exists():
        goal = Goal(work="systems check", value=ratio_of(rows, _OURS), unit="x singer --test", reach=0.8, aim=0.4)
    else:
        value = ratio_of(rows, _OURS)
        goal = Goal(
            work="systems check (singer-sdk is not here: against two requests, 0.8 and 0.4 of what it took there)",
            value=value,
            unit="x floor",
            reach=0.8 * _PUBLISHED,
            aim=0.4 * _PUBLISHED,
        )
    note = "The check makes seven requests in six steps, the floor two, the tap's test one."
    return Findings(tables=[Table(title="Systems check, whole process", rows=rows, note=note)], goals=[goal])


def _cases(bench: Bench, url: str) -> list[Case]:
    key, endpoint = large_key(_USERS), f"{url}/v3.1/"
    environment = {**bench.environment(bench.folder / "none"), "BENCH_KEY": key}
    settings = [f"--set=api_key={key}", f"--set=endpoint={endpoint}"]
    settings.append("--set=details_link=https://crm.na1.insightly.com/details/")
    floor = command(PYTHON, "-m", "benchmarks.floors.checking", "--url", url, "--users", str(_USERS))
    ours = command(JACKFIELD, "check", "insightly", *settings, "--json", environment=environment)
    cases = [Case(name=_FLOOR, run=floor, records=1, count=lambda run: int(run.output))]
    if _SINGER.exists():
        config = bench.folder / "tap.json"
        config.write_text(json.dumps({"key": key, "url": url}), "utf-8")
        peer = command(str(_SINGER), "benchmarks/peers/tap.py", "--config", str(config), "--test")
        cases.append(Case(name=_PEER, base=_FLOOR, run=peer))
    cases.append(Case(name=_OURS, base=cases[-1].name, run=ours, records=6, count=_passed))
    return cases


def _passed(run: Run) -> int:
    try:
        told = json.loads(run.output)
    except ValueError:
        raise Failed(f"no JSON came out: {run.output[-200:]!r}") from None
    return sum(step["status"] == "passed" for step in told["steps"])

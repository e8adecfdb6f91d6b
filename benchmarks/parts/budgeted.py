"""An import that keeps the CRM's budget of requests, beside what the budget itself demands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.bench import PYTHON, Portal, figure, last_json
from benchmarks.findings import Findings, Goal, Table, row
from benchmarks.process import measure
from benchmarks.rounds import Case, alternate, say
from benchmarks.server import LARGEST_PAGE, running

if TYPE_CHECKING:
    from benchmarks.bench import Bench
    from benchmarks.process import Run

_USERS = 100_000
_NAME = "jackfield import, new, budget kept"
#: Insightly's requests in a second for each account, as its connector declares them.
_A_SECOND = 10
_OVER = "x what the budget demands"


def budgeted(bench: Bench) -> Findings:
    """A hundred thousand users at ten requests a second: how much longer than the windows that have to pass."""
    users = bench.size(_USERS, 10_000)
    with running(users) as urls:
        title = f"{users:,} users, 0 ms a page, into SQLite, {_A_SECOND} requests a second"
        say(title)
        portal = Portal(bench, urls[0], users=users)
        case = Case(
            name=_NAME,
            run=lambda: _imported(portal, users),
            before=portal.fresh,
            records=users,
            count=lambda _: portal.imported(),
            warm=False,
        )
        rows = alternate([case], min(bench.rounds, 2), seconds=bench.seconds)
    found = row(rows, _NAME)
    value = found.extra[_OVER] if found and not found.failed else None
    note = (
        "The budget demands a second for so many pages as it allows in one. On top come: 1% of each window, as clocks "
        "and networks are not exact; a last request, which shows that nothing follows a full page; and the applying. "
        "Counted is the import's own time, from its beginning to its end; the start of the process is in the seconds."
    )
    goal = Goal(work=title, value=value, unit=_OVER, reach=1.05, aim=None)
    return Findings(tables=[Table(title=title, rows=rows, note=note)], goals=[goal])


def _imported(portal: Portal, users: int) -> Run:
    environment = {**portal.environment, "JACKFIELD_REQUEST_BUDGET": "on"}
    run = measure([PYTHON, "-m", "benchmarks.alone", portal.connections["0"]], environment)
    return replace(run, extra={_OVER: figure(last_json(run.output), "seconds") * _A_SECOND / -(-users // LARGEST_PAGE)})

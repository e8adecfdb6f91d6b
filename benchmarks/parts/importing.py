"""Imports of 1,000, 10,000 and 100,000 users as whole processes, new and again with nothing changed."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from benchmarks import postgresql
from benchmarks.bench import JACKFIELD, PYTHON, Portal, last_json, remove_database
from benchmarks.findings import Findings, Goal, Table, lines, ratio_of, row
from benchmarks.rounds import Case, alternate, command, say
from benchmarks.server import running

if TYPE_CHECKING:
    from benchmarks.bench import Bench
    from benchmarks.postgresql import Server
    from benchmarks.process import Run
    from benchmarks.rounds import Row

SIZES = (1_000, 10_000, 100_000)
FLOOR, WIDE = "floor: httpx page by page + pydantic", "floor: httpx, 8 pages at once + pydantic"
NEW, AGAIN = "jackfield import, new", "jackfield import, again and nothing changed"
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def sqlite(bench: Bench) -> Findings:
    """0 ms a page, into SQLite."""
    return _at(bench, "sqlite", 0, SIZES)


def in_postgresql(bench: Bench) -> Findings:
    """0 ms a page, into PostgreSQL."""
    return _at(bench, "postgresql", 0, SIZES)


def delayed_sqlite(bench: Bench) -> Findings:
    """50 ms a page, into SQLite."""
    return _at(bench, "sqlite", 50, SIZES)


def delayed_postgresql(bench: Bench) -> Findings:
    """50 ms a page, into PostgreSQL."""
    return _at(bench, "postgresql", 50, SIZES)


def _at(bench: Bench, database: str, delay: int, sizes: tuple[int, ...]) -> Findings:
    tables: list[Table] = []
    goals: list[Goal] = []
    wanted = [bench.size(size) for size in sizes]
    with running(max(wanted), (delay,)) as urls, _server(database) as server:
        for size, users in zip(sizes, wanted, strict=True):
            title = f"{users:,} users, {delay} ms a page, into {_NAMES[database]}"
            say(title)
            rows = alternate(_cases(bench, urls[delay], users, delay, server), bench.rounds, seconds=bench.seconds / 2)
            tables.append(Table(title=title, rows=rows))
            goals += _goals(size, title, database, delay, rows)
    if delay:
        return Findings(tables=tables, goals=goals)
    goals += _memory(tables, database)
    names = {FLOOR: f"floor, {_NAMES[database]}", NEW: f"jackfield, {_NAMES[database]}"}
    measured = {users: table.rows for users, table in zip(wanted, tables, strict=True)}
    plots = {"Seconds of an import": "wall", "Peak memory of an import": "peak"}
    return Findings(tables=tables, goals=goals, lines=lines(plots, names, "users", measured))


def _server(database: str) -> AbstractContextManager[Server | None]:
    return postgresql.running() if database == "postgresql" else nullcontext()


def _cases(bench: Bench, url: str, users: int, delay: int, server: Server | None) -> list[Case]:
    portal = Portal(bench, url, users=users, server=server)
    file = bench.folder / "floor.sqlite3"
    into = str(file) if server is None else server.url("floor")

    def empty() -> None:
        remove_database(file) if server is None else server.fresh("floor")

    def floor(*more: str) -> tuple[str, ...]:
        words = ("--url", url, "--users", str(users), "--into", into)
        return (PYTHON, "-m", "benchmarks.floors.importing", *words, *more)

    def new(run: Run) -> int:
        return portal.imported() if _counted(run, "new") == users else -1

    def again(run: Run) -> int:
        return portal.imported() if _counted(run, "unchanged") == users else -1

    ours = command(JACKFIELD, "import", portal.connections["0"], "--json", environment=portal.environment)
    cases = [Case(name=FLOOR, run=command(*floor()), before=empty, records=users, count=_rows)]
    if delay:
        wide = command(*floor("--width", "8"))
        cases.append(Case(name=WIDE, base=FLOOR, run=wide, before=empty, records=users, count=_rows))
    cases.append(Case(name=NEW, base=FLOOR, run=ours, before=portal.fresh, records=users, count=new))
    cases.append(Case(name=AGAIN, base=NEW, run=ours, records=users, count=again))
    return cases


def _rows(run: Run) -> int:
    return int(run.output)


def _counted(run: Run, what: str) -> object:
    counts = last_json(run.output).get("counts")
    return counts.get(what) if isinstance(counts, dict) else None


def _goals(size: int, title: str, database: str, delay: int, rows: list[Row]) -> list[Goal]:
    new, again = ratio_of(rows, NEW), ratio_of(rows, AGAIN)
    if size == max(SIZES) and delay == 0:
        aim = 0.75 if database == "sqlite" else 0.85
        return [
            Goal(work=f"{title}, new", value=new, unit="x floor", reach=1.2, aim=aim),
            Goal(work=f"{title}, again and unchanged", value=again, unit="x new", reach=0.8, aim=0.5),
        ]
    if size == max(SIZES):
        return [Goal(work=f"{title}, new", value=new, unit="x floor", reach=0.35, aim=0.25)]
    if size == min(SIZES) and delay == 0:
        return [Goal(work=f"{title}, new, whole process", value=new, unit="x floor", reach=1.3, aim=1.0)]
    return []


def _memory(tables: list[Table], database: str) -> list[Goal]:
    least, most = row(tables[0].rows, NEW), row(tables[-1].rows, NEW)
    name = f"peak memory, {tables[-1].title.split(' ')[0]} users into {_NAMES[database]}"
    peak = most.peak if most else None
    over = most.peak - least.peak if most and least else None
    return [
        Goal(work=name, value=peak, unit="MiB", reach=80, aim=60),
        Goal(work=f"{name}, over that of {tables[0].title.split(' ')[0]}", value=over, unit="MiB", reach=10, aim=None),
    ]

"""The portal's pages under load, and how soon a step of the Systems Check stands on the screen."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from shutil import which
from typing import TYPE_CHECKING

from benchmarks.bench import JACKFIELD, PYTHON, Portal, figure, last_json
from benchmarks.connections import AGENTS
from benchmarks.findings import Findings, Goal, Table, row
from benchmarks.load import page, signed_in
from benchmarks.process import Failed, Run, measure
from benchmarks.rounds import Case, alternate
from benchmarks.server import running
from benchmarks.serving import cores, served

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.bench import Bench
    from benchmarks.rounds import Row
    from benchmarks.serving import Served

RATE = 50
_FLOOR = "floor: the same page from memory, uvicorn"
_PAGE = "the mapping page"
_EDITING = "the mapping page with its column opened for editing"
_USERS, _DELAY = 200, 100


def pages(bench: Bench) -> Findings:
    """The mapping page with 50 rows, signed in, 50 times a second, on one core."""
    seconds = bench.size(10, 2)
    with running(_USERS) as urls:
        portal = Portal(bench, urls[0], users=_USERS)
        portal.fresh()
        measure([JACKFIELD, "import", portal.connections["0"], "--json"], portal.environment)
        with served(serve_words(), portal.environment, core=cores()[0]) as ours:
            rows = _loaded(bench, portal, ours, seconds)
    found = row(rows, _PAGE)
    value = found.extra["p99 ms"] if found else None
    work = f"mapping page, {AGENTS} rows, signed in, {RATE} a second on one core, p99"
    note = (
        f"{RATE} pages a second for {seconds} s in each round, due whether those before were answered or not; seconds "
        "are the p99, CPU seconds those of the server for one page. Nothing is mapped yet: each row has a suggestion."
    )
    goal = Goal(work=work, value=value, unit="ms", reach=150, aim=60)
    return Findings(tables=[Table(title="The mapping page under load", rows=rows, note=note)], goals=[goal])


def steps(bench: Bench) -> Findings:
    """A step of the Systems Check in a browser, from its last answer to the screen."""
    if which("chromium") is None:
        raise Failed("Chromium is not installed (Debian: apt-get install chromium)")
    with running(_USERS, (0, _DELAY)) as urls:
        portal = Portal(bench, urls[_DELAY], users=_USERS)
        portal.fresh()
        with served(serve_words(), portal.environment) as ours:
            words = [PYTHON, "-m", "benchmarks.screen", "--url", ours.url, "--crm", urls[0]]
            words += ["--times", str(bench.size(10, 2))]
            run = _seconds(lambda: measure(words), ("p50", "p95", "most"))
            rows = alternate([Case(name="a step on the screen", run=run, warm=False)], min(bench.rounds, 3))
    found = row(rows, "a step on the screen")
    value = found.extra["p50 ms"] if found else None
    work = "a step of the Systems Check on the screen after its end, median"
    goal = Goal(work=work, value=value, unit="ms", reach=150, aim=50)
    note = (
        "From the moment at which the CRM's last answer of a step was sent until the step's line in the open dialog "
        "has changed, in Chromium; only the steps that ask the CRM."
    )
    title = "A step of the Systems Check on the screen"
    return Findings(tables=[Table(title=title, rows=rows, note=note)], goals=[goal])


def serve_words() -> list[str]:
    """The command that serves the portal, on a port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return [JACKFIELD, "serve", "--port", str(free.getsockname()[1])]


def _loaded(bench: Bench, portal: Portal, ours: Served, seconds: int) -> list[Row]:
    cookies = signed_in(ours.url)
    editing = f"/organization/?edit={portal.connections['0']}"
    paths = {_PAGE: "/organization/", _EDITING: editing}
    body = page(ours.url, paths[_PAGE], cookies)
    if (shown := len(set(re.findall(rb"person-\d+@example.com", body)))) < AGENTS:
        raise Failed(f"the mapping page shows {shown} agents of {AGENTS}")
    file = bench.folder / "page.html"
    file.write_bytes(body)
    with served([PYTHON, "-m", "benchmarks.floors.page", str(file)], {}, core=cores()[0]) as floor:
        cases = [_case(_FLOOR, None, floor, "/", cookies, seconds)]
        cases += [_case(name, _FLOOR, ours, path, cookies, seconds) for name, path in paths.items()]
        return alternate(cases, min(bench.rounds, 5), seconds=bench.seconds)


def _case(name: str, base: str | None, server: Served, path: str, cookies: str, seconds: int) -> Case:  # noqa: PLR0913, PLR0917 - a case has these
    words = [PYTHON, "-m", "benchmarks.load", "--url", server.url, "--path", path, "--cookies", cookies]
    words += ["--rate", str(RATE), "--seconds", str(seconds), "--core", str(cores()[1])]

    def run() -> Run:
        busy = server.cpu()
        told = last_json(measure(words).output)
        if told["refused"]:
            raise Failed(f"{told['refused']} of {told['pages']} pages were refused")
        extra = {"p50 ms": figure(told, "p50") * 1000, "p99 ms": figure(told, "p99") * 1000}
        cpu = (server.cpu() - busy) / figure(told, "pages")
        return Run(wall=figure(told, "p99"), cpu=cpu, peak=server.peak(), output=str(told["pages"]), extra=extra)

    return Case(name=name, base=base, run=run, records=RATE * seconds, count=lambda run: int(run.output))


def _seconds(run: Callable[[], Run], names: tuple[str, ...]) -> Callable[[], Run]:
    def told() -> Run:
        done = run()
        figures = last_json(done.output)
        return replace(done, extra={f"{name} ms": figure(figures, name) * 1000 for name in names})

    return told

"""Many organizations by several worker processes on PostgreSQL, each import a job: at the cores' limit, and below."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import postgresql
from benchmarks.bench import JACKFIELD, PYTHON, Portal
from benchmarks.findings import Findings, Goal, Table, row
from benchmarks.people import SMALL
from benchmarks.process import Failed, Run
from benchmarks.rounds import Case, alternate, command, say
from benchmarks.server import running

if TYPE_CHECKING:
    from benchmarks.bench import Bench
    from benchmarks.postgresql import Server
    from benchmarks.rounds import Row

ORGANIZATIONS = 10_000
COUNTS = (1, 2, 4)
#: Of a CRM that takes its time, in milliseconds an answer, fewer organizations are as good: nobody waits for a core.
UNHURRIED, FEWER = 100, 4_000
_FLOOR = "floor: httpx with a client for each of 100 workers + pydantic, one process"
_RATE = "organizations a second"
_BUSY = "cores busy"
_DONE = "SELECT count(*) FROM imports_importrun WHERE state = 'applied'"
_LONGEST = 200.0
_PATIENCE = 60


def workers(bench: Bench) -> Findings:
    """10,000 organizations as jobs on PostgreSQL, with 1, 2 and 4 workers; and some of a CRM that takes its time."""
    count, fewer = bench.size(ORGANIZATIONS), bench.size(FEWER)
    with running(count * SMALL, (0, UNHURRIED)) as urls, postgresql.running() as server:
        hurried = _measured(bench, server, urls[0], count, "")
        wait = f", {UNHURRIED} ms an answer"
        unhurried = _measured(bench, server, urls[UNHURRIED], fewer, wait)
    shared = "speed of two workers over one, PostgreSQL and the CRM on the same cores"
    goals = [
        Goal(work=f"{work}{more}", value=_twice(table.rows), unit="x", reach=1.7, aim=1.9, more=True)
        for table, work, more in ((hurried, shared, ""), (unhurried, "the same where cores are left", wait))
    ]
    return Findings(tables=[hurried, unhurried], goals=goals)


def _measured(bench: Bench, server: Server, url: str, count: int, wait: str) -> Table:
    title = f"{count:,} organizations of {SMALL} users, as jobs on PostgreSQL{wait}"
    say(title)
    portal = Portal(bench, url, organizations=count, server=server, queued=True)
    words = ("--url", url, "--organizations", str(count), "--into", server.url("floor"))
    records = count * SMALL
    cases = [
        Case(
            name=_FLOOR,
            run=command(PYTHON, "-m", "benchmarks.floors.organizations", *words),
            before=lambda: server.fresh("floor"),
            records=records,
            count=lambda run: int(run.output),
            warm=False,
        )
    ]
    cases += [
        Case(
            name=_name(number),
            base=_FLOOR,
            run=lambda number=number: _worked(portal, server, number, count),  # type: ignore[misc]
            before=portal.fresh,
            records=records,
            count=lambda _: portal.imported(),
            warm=False,
        )
        for number in (COUNTS[:2] if wait else COUNTS)
    ]
    rows = alternate(cases, min(bench.rounds, 3), seconds=bench.seconds)
    note = (
        f"From the start of the first worker to the end of the last import, on {len(os.sched_getaffinity(0))} cores "
        "that PostgreSQL and the CRM share; the rate is that from the first import's end to the last's. "
        "Where nearly all cores are busy, no worker can add speed."
    )
    return Table(title=title, rows=rows, note=note)


def _twice(rows: list[Row]) -> float | None:
    one, two = row(rows, _name(1)), row(rows, _name(2))
    return two.extra[_RATE] / one.extra[_RATE] if one and two else None


def _name(number: int) -> str:
    return f"jackfield worker, {number} process{'es' if number > 1 else ''}"


def _worked(portal: Portal, server: Server, number: int, count: int) -> Run:
    """Let so many workers do all that is queued."""
    environment = {**os.environ, **portal.environment}
    begun, idle = time.perf_counter(), _idle()
    with (portal.home.parent / "workers.log").open("w+b") as log:
        started = [
            subprocess.Popen([JACKFIELD, "worker"], env=environment, stdout=log, stderr=log, start_new_session=True)
            for _ in range(number)
        ]
        try:
            wall, rate = _awaited(server, count, begun, started)
            busy = len(os.sched_getaffinity(0)) - (_idle() - idle) / wall
        except Failed as failure:
            log.seek(0)
            raise Failed(f"{failure}: {log.read()[-600:].decode('utf-8', 'replace')}") from None
        finally:
            usages = [_ended(process) for process in started]
    return Run(
        wall=wall,
        cpu=sum(cpu for cpu, _ in usages),
        peak=max(peak for _, peak in usages),
        extra={_RATE: rate, _BUSY: busy},
    )


def _idle() -> float:
    """The seconds for which the machine's cores have had nothing to do, all together, since it was started."""
    times = Path("/proc/stat").read_text("ascii").splitlines()[0].split()
    return (int(times[4]) + int(times[5])) / os.sysconf("SC_CLK_TCK")


def _awaited(server: Server, count: int, begun: float, started: list[subprocess.Popen[bytes]]) -> tuple[float, float]:
    """The seconds to the last import's end, and imports a second from the first that was seen."""
    first: tuple[float, int] | None = None
    while True:
        done, now = int(server.ask(_DONE, "used")), time.perf_counter() - begun
        if done >= count:
            since, before = first or (0.0, 0)
            return now, (done - before) / (now - since)
        if done and first is None:
            first = now, done
        if now > _LONGEST or any(map(_gone, started)):
            raise Failed(f"{done} of {count} imports were done after {now:.0f} s")
        time.sleep(0.2)


def _gone(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended by itself; its account stays open until it is asked for."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _ended(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """The seconds of processor and the peak in MiB of a worker that is asked to end."""
    os.kill(process.pid, signal.SIGTERM)  # still there, if only as what it has left
    until = time.monotonic() + _PATIENCE
    while True:
        found, status, usage = os.wait4(process.pid, os.WNOHANG)
        if found:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        if time.monotonic() > until:
            os.kill(process.pid, signal.SIGKILL)
        time.sleep(0.05)

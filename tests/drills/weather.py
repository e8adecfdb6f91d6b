"""Databases, CRMs, disks and clocks that fail while imports are under way."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING, Any

from tests.drills.scene import Scene, sampled, whole
from tests.drills.seen import Seen
from tests.portal.jobs.house import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.postgres import Postgres

DATABASE_GONE = 30
CRM_GONE = 300
#: An hour in which the CRM says "too many" is one minute here; the waits between tries are shortened as much.
FASTER = 60
SCHEDULED, ROUNDS = 200, 5
_DAY = 86_400
_JUMPS = (3 * _DAY, -3 * _DAY, 0)
_DISK = 48 * 1024 * 1024
_FULL = 20


def database_gone(folder: Path, server: Postgres | None) -> Seen:
    """PostgreSQL dies as in a loss of power while imports are under way, and is there again after 30 seconds."""
    assert server is not None
    with Scene(folder, server.fresh(), organizations=200) as scene:
        workers = [scene.worker(), scene.worker()]
        _at_work(scene)
        server.kill()
        time.sleep(DATABASE_GONE)
        server.start()
        scene.house.desk("__import__('django').db.connections.close_all()")
        half = scene.ask("half()")
        rest = scene.settled(300)
        alive = [worker.poll() is None for worker in workers]
        ended = scene.ask("ended()")
    return Seen(
        did=f"PostgreSQL killed for {DATABASE_GONE} s while 2 workers import 200 organizations",
        saw=f"both workers went on by themselves: {all(alive)}; ended: {ended['states']}; half applied: {len(half)}; "
        f"not whole or not once: {len(ended['not whole or not once'])}; all at rest {rest:.0f} s after its return",
        good=all(alive) and not half and whole(ended),
        detail=ended,
    )


def crm_gone(folder: Path, server: Postgres | None) -> Seen:
    """Nobody answers for five minutes, from the midst of imports on."""
    assert server is not None
    with Scene(folder, server.fresh(), organizations=200) as scene:
        _workers(scene, 2)
        _at_work(scene)
        scene.close_crm()
        half = sampled(scene, CRM_GONE, lambda: time.sleep(5))
        during = scene.ask("ended()")
        scene.open_crm()
        rest = scene.settled(900)
        ended = scene.ask("ended()")
    return Seen(
        did=f"the CRM's process killed for {CRM_GONE} s while 2 workers import 200 organizations",
        saw=f"after {CRM_GONE} s: {during['states']} ({during['codes']}); half applied meanwhile: {len(half)}; then, "
        f"by itself, every organization's last import: {ended['latest']}, {rest:.0f} s after the CRM was there again",
        good=not half and _recovered(ended),
        detail=ended,
    )


def crm_throttles(folder: Path, server: Postgres | None) -> Seen:
    """Each request is answered by 429 for an hour."""
    assert server is not None
    with Scene(folder, server.fresh(), organizations=200, DRILL_FASTER=str(FASTER)) as scene:
        _workers(scene, 2)
        scene.tell_crm("429")
        scene.ask("begin()")
        half = sampled(scene, 3600 / FASTER, lambda: time.sleep(2))
        during = scene.ask("ended()")
        scene.tell_crm("ok")
        rest = scene.settled(300)
        ended = scene.ask("ended()")
    return Seen(
        did=f"429 with Retry-After to every request for an hour, all waits between tries {FASTER} times shorter (the "
        f"hour took {3600 // FASTER} s), 200 organizations",
        saw=f"in the hour: {during['states']} ({during['codes']}); then, by itself, every organization's last import: "
        f"{ended['latest']}, {rest:.0f} s after the hour; half applied: {len(half)}",
        good=not half and _recovered(ended),
        detail=ended,
    )


def disk_full(folder: Path, _server: Postgres | None) -> Seen:
    """The disk with SQLite's files is filled up while imports are under way, and has room again after a while."""
    home = folder / "house" / "home"
    home.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(home)]
    subprocess.run(mount, check=True)  # noqa: S603 - needs root
    try:
        with Scene(folder, None, organizations=100) as scene:
            portal = scene.serve()
            _at_work(scene)
            scene.settled(120)
            scene.ask("begin()")
            ballast = home / "ballast"
            _fill(ballast)
            half = sampled(scene, _FULL, lambda: time.sleep(1))
            during = scene.ask("ended()")
            alive = portal.poll() is None
            ballast.unlink()
            scene.ask("begin()")
            rest = scene.settled(300)
            alive = alive and portal.poll() is None
            ended = scene.ask("ended()")
            portal.terminate()
            portal.wait(60)
    finally:
        subprocess.run(["umount", "-l", str(home)], check=True)  # noqa: S603, S607
    return Seen(
        did=f"a small file system under JACKFIELD_HOME filled to the last byte for {_FULL} s while `jackfield serve` "
        "imports 100 organizations into SQLite",
        saw=f"the portal lived: {alive}; while full: {during['states']}; half applied: {len(half)}; with room again, "
        f"every organization's last import: {ended['latest']} ({ended['codes']}), {rest:.0f} s later",
        good=alive and not half and _recovered(ended),
        detail=ended,
    )


def schedulers_on_postgresql(folder: Path, server: Postgres | None) -> Seen:
    """Three workers look for what is due."""
    assert server is not None
    with Scene(folder, server.fresh(), organizations=SCHEDULED, JACKFIELD_IMPORT_EVERY="24") as scene:
        return _scheduled(scene, _workers(scene, 3))


def schedulers_on_sqlite(folder: Path, _server: Postgres | None) -> Seen:
    """The portal and a worker look for what is due."""
    with Scene(folder, None, organizations=SCHEDULED, JACKFIELD_IMPORT_EVERY="24") as scene:
        return _scheduled(scene, [scene.serve(), *_workers(scene, 1, there=1)])


def clock_on_postgresql(folder: Path, server: Postgres | None) -> Seen:
    """The clock of the database and of all workers jumps."""
    assert server is not None
    with Scene(folder, server.fresh(), organizations=200, DRILL_CLOCK="1") as scene:
        _workers(scene, 2)
        return _jumped(scene)


def clock_on_sqlite(folder: Path, _server: Postgres | None) -> Seen:
    """The clock of the machine jumps."""
    with Scene(folder, None, organizations=200, DRILL_CLOCK="1") as scene:
        scene.serve()
        _workers(scene, 1, there=1)
        return _jumped(scene)


def _scheduled(scene: Scene, processes: list[subprocess.Popen[Any]]) -> Seen:
    scene.ask("begin()")  # a schedule goes on where somebody has confirmed a first import
    scene.settled(180)
    counts = []
    for number in range(1, ROUNDS + 1):
        scene.ask("due()")
        until(lambda number=number: scene.ask("count()") >= (1 + number) * SCHEDULED, patience=180)
        scene.settled(180)
        counts.append(scene.ask("count()"))
    ended = scene.ask("ended()")
    wanted = [(1 + number) * SCHEDULED for number in range(1, ROUNDS + 1)]
    return Seen(
        did=f"{SCHEDULED} nightly imports due at the same moment, {ROUNDS} times, with {len(processes)} processes that "
        "each look for what is due",
        saw=f"imports after each time: {counts}; ended: {ended['states']}; not whole or not once: "
        f"{len(ended['not whole or not once'])}",
        good=counts == wanted and whole(ended),
        detail=ended,
    )


def _jumped(scene: Scene) -> Seen:
    workers = set(scene.house.desk("list(Worker.objects.values_list('id', flat=True))"))
    _at_work(scene)
    half: list[str] = []
    for jump in _JUMPS:
        scene.ask("begin()")
        scene.move_clock(jump)
        half += sampled(scene, 8, lambda: scene.ask("begin()"))
    rest = scene.settled(180)
    same = workers == set(scene.house.desk("list(Worker.objects.values_list('id', flat=True))"))
    ended = scene.ask("ended()")
    return Seen(
        did="the clock that all go by put 3 days ahead, 3 days back and right again, 8 s each, while 200 organizations "
        "import over and over",
        saw=f"the same workers afterwards: {same}, jobs taken from one: {ended['interrupted']}; "
        f"ended: {ended['states']}; half applied: {len(half)}; not whole or not once: "
        f"{len(ended['not whole or not once'])}; at rest after {rest:.0f} s",
        good=same and not half and not ended["interrupted"] and whole(ended),
        detail=ended,
    )


def _workers(scene: Scene, count: int, *, there: int = 0) -> list[subprocess.Popen[Any]]:
    """So many workers that have begun to work, beside those there are."""
    started = [scene.worker() for _ in range(count)]
    until(lambda: scene.house.desk("Worker.objects.count()") == there + count)
    return started


def _at_work(scene: Scene) -> None:
    """Begin imports, and return while some are at work."""
    scene.ask("begin()")
    until(lambda: scene.house.desk("Job.objects.filter(state='running', name='imports.run').count()"))


def _recovered(ended: dict[str, Any]) -> bool:
    """Whether every organization's last import is applied, whole and once, whatever failed before."""
    left = ("not whole or not once", "half", "staged", "jobs open")
    return not any(ended[name] for name in left) and set(ended["latest"]) == {"applied"}


def _fill(ballast: Path) -> None:
    """Take all the room there is."""
    for piece in _pieces():
        try:
            with ballast.open("ab") as file:
                file.write(b"\0" * piece)
        except OSError:
            continue


def _pieces() -> Iterator[int]:
    for size in (1024 * 1024, 64 * 1024, 4096, 512):
        yield from (size for _ in range(_DISK // (1024 * 1024)))

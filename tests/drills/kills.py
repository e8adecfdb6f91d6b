"""``kill -9`` of a worker, again and again, at random moments of imports that never cease."""

from __future__ import annotations

import itertools
import random
import time
from typing import TYPE_CHECKING, Any

from tests.drills.nursery import Nursery
from tests.drills.scene import Scene, whole
from tests.drills.seen import Seen
from tests.portal.jobs.house import until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.support.postgres import Postgres

    Kind = Callable[[], Any]

KILLS = 100
ORGANIZATIONS = 60
_WORKERS = 3
#: Imports that are applied between two kills: a job over which a tenth worker dies is given up, and rightly so.
_BETWEEN = 5
#: Seconds after which no other kill follows, on a machine that is slow.
_LONGEST = 1800.0


def on_postgresql(folder: Path, server: Postgres | None) -> Seen:
    """Three workers."""
    assert server is not None
    with Scene(folder, server.fresh(), organizations=ORGANIZATIONS) as scene:
        return _among_workers(scene, [])


def on_sqlite(folder: Path, _server: Postgres | None) -> Seen:
    """The portal itself, which does jobs, and workers beside it."""
    with Scene(folder, None, organizations=ORGANIZATIONS) as scene:
        return _among_workers(scene, [scene.serve])


def _among_workers(scene: Scene, others: Sequence[Kind]) -> Seen:
    nursery = Nursery(scene.house, scene.folder / "processes.log")
    try:
        return _killed(scene, [nursery.worker] * _WORKERS, others)
    finally:
        nursery.end()


def _killed(scene: Scene, kinds: Sequence[Kind], others: Sequence[Kind]) -> Seen:
    """Kill and start again each of the one kind after the other; now and then one of the others, which start slowly."""
    chance = random.Random(555)  # noqa: S311 - no secret
    start = [*kinds, *others]
    at_work = [kind() for kind in start]
    order = [*range(len(kinds))] * 3 + [*range(len(kinds), len(start))]
    held: list[int] = []
    half, applied, begun = [], 0, time.monotonic()
    for place in itertools.islice(itertools.cycle(order), KILLS):
        if time.monotonic() - begun > _LONGEST:
            break
        _busy(scene, at_work[place].pid, applied + _BETWEEN)
        time.sleep(chance.uniform(0.0, 0.6))
        at_work[place].kill()
        at_work[place].wait()
        held.append(scene.ask(f"holding({at_work[place].pid})"))
        applied = scene.ask("applied()")
        half += scene.ask("half()")
        at_work[place] = start[place]()
    rest = scene.settled(300)
    ended = scene.ask("ended()")
    wrong = len(ended["not whole or not once"])
    return Seen(
        did=f"{len(held)} times kill -9 of one of {len(at_work)} processes, while {ORGANIZATIONS} organizations (every "
        f"tenth of 1,300 users) import over and over: {sum(ended['states'].values())} imports",
        saw=f"ended: {ended['states']}; not whole or not once: {wrong}; half applied right after a kill: {len(half)}. "
        f"{sum(map(bool, held))} kills hit jobs at work, up to {max(held)} at once; {ended['interrupted']} jobs "
        f"lost a worker, one {ended['interrupted most']} times. All at rest {rest:.0f} s after the last kill",
        good=not half and whole(ended),
        detail=ended,
    )


def _busy(scene: Scene, pid: int, applied: int) -> None:
    """Begin imports until so many are applied and the process has some at work."""

    def turn() -> Any:
        scene.ask("begin()")
        return scene.ask("applied()") >= applied and scene.ask(f"holding({pid})")

    until(turn, patience=300)

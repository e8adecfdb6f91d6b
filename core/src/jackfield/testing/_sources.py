"""Where a sound check or import comes from: the connector's simulator, or one of its good tapes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from jackfield.errors import JackfieldError
from jackfield.testing._running import run, told
from jackfield.testing._saying import broken, skipped
from jackfield.testing._stage import Good

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jackfield.settings import ConnectionSettings
    from jackfield.testing._hall import Seen
    from jackfield.testing._stage import Stage


class Playing(NamedTuple):
    """A source that is being served: the settings that lead to it, and what it was asked so far."""

    settings: ConnectionSettings
    requests: Sequence[Seen]


#: The tape of each act.
TAPES = {"check": "check", "import": "users"}


def baseline(stage: Stage, clause: str, source: str, act: str) -> Good:
    """What comes of the act where all is well, and how many requests it takes; skips where there is no such source."""
    if source == "simulator":
        return stage.good(clause, act)
    if stage.tape(TAPES[act]) is None:
        skipped(clause, f"there is no cassette {TAPES[act]}.yaml (K2 tells)")
    found: Good = stage.once(("baseline", source, act), lambda: _replayed(stage, clause, act))
    return found


@contextmanager
def playing(stage: Stage, clause: str, source: str, act: str, faults: Sequence[str] = ()) -> Iterator[Playing]:
    """Serve the source, with these faults in it."""
    if source == "simulator":
        scenes = ["small_pages"] if act == "import" and stage.has_scene("small_pages") else []
        with stage.simulated(clause, *scenes, faults=faults) as served:
            yield Playing(served.settings, served.watched.requests)
    else:
        with stage.replayed(TAPES[act], faults) as (replay, settings):
            yield Playing(settings, replay.requests)


def _replayed(stage: Stage, clause: str, act: str) -> Good:
    with stage.replayed(TAPES[act]) as (replay, settings):
        try:
            if act == "check":
                report = run(stage.checked(settings))
                return Good(len(replay.requests), report=report)
            users = run(stage.imported(settings))
        except JackfieldError as failure:
            seen = f"the good cassette {TAPES[act]}.yaml ends in {told(failure)}"
            broken(clause, seen, look="jackfield record makes it anew")
        return Good(len(replay.requests), users=tuple(users))

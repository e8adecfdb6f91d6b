"""Recording: vcrpy listens while a connector asks its simulator, or the service, over real HTTP.

What was heard is kept in memory until it is clean: secrets, cookies and headers that nobody needs are taken out, of a
service's people and numbers fictional ones are made, and only members that the connector reads stay. Then the leak gate
looks at the finished text, and the tape is played back: it must give what was seen. Only such a tape is kept.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from jackfield.platform import Capability
from jackfield.simulation import running
from jackfield.testing._acting import acted
from jackfield.testing._listening import listened
from jackfield.testing._reading import members_read
from jackfield.testing._session import Session
from jackfield.testing.leaks import Leak, leaks_in_text
from jackfield.testing.replay import replaying
from jackfield.testing.tapes import OK, Recipe, Tape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from jackfield.connector import Connector
    from jackfield.settings import ConnectionSettings
    from jackfield.testing._acting import Outcome

__all__ = ["LeakError", "RecordingError", "record", "standard_recipes"]

_TOLD: Final = 5


class RecordingError(Exception):
    """A tape cannot be recorded; ``message`` is one sentence without secrets, ``remedy`` what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


class LeakError(RecordingError):
    """A tape was not kept because of its ``leaks``."""

    def __init__(self, name: str, leaks: Sequence[Leak]) -> None:
        more = f" And {len(leaks) - _TOLD} more." if len(leaks) > _TOLD else ""
        told = " ".join(f"{leak}." for leak in leaks[:_TOLD])
        message = f"{name} was not kept, since it holds what no recording may hold. {told}{more}"
        super().__init__(message, "Keep it out of the answers, or out of what is asked, then record again.")
        self.leaks = tuple(leaks)


def standard_recipes(connector: Connector) -> dict[str, Recipe]:
    """The tapes that every connector has, by name: check, users in small pages, find where it looks up numbers.

    The number to find is one that the simulator knows, best one of several contacts; None where it tells none.
    """
    simulator = connector.simulator()
    scenes = ("small_pages",) if simulator and "small_pages" in simulator.scenes else ()
    recipes = {
        "check": Recipe(platform=connector.id, does="check"),
        "users": Recipe(platform=connector.id, does="users", scenes=scenes),
    }
    if Capability.CONTACT_LOOKUP in connector.platform.capabilities:
        known = simulator.lookups if simulator else {}
        number = max(
            (number for number, found in known.items() if found), key=lambda each: len(known[each]), default=None
        )
        recipes["find"] = Recipe(platform=connector.id, does="find", number=number)
    return recipes


def record(connector: Connector, recipe: Recipe, path: Path, *, settings: ConnectionSettings | None = None) -> Tape:
    """Record a tape anew, from the simulator, or with ``settings`` from the service that they lead to.

    Raises RecordingError where nothing was kept; a tape that was there before stays as it was.
    """
    __tracebackhide__ = True
    if recipe.does == "find" and not recipe.number:
        raise RecordingError("There is no number to look up.", "Name one that the CRM has with --number.")
    if settings is not None:
        if not recipe.good:
            message = f"{path.stem} needs faults or knobs of the simulator; the service is not made to fail."
            raise RecordingError(message, "Record it from the simulator.")
        return _kept(Session(connector, recipe, settings, source="service"), path)
    with _simulated(connector, recipe) as found:
        return _kept(Session(connector, recipe, found, source="simulator"), path)


@contextmanager
def _simulated(connector: Connector, recipe: Recipe) -> Iterator[ConnectionSettings]:
    simulator = connector.simulator()
    if simulator is None:
        message = f"The connector of {connector.platform.title} has no simulator to record from."
        raise RecordingError(message, "Record from the service: give the connection's settings with --set.")
    unknown = [name for name in recipe.scenes if name not in simulator.scenes]
    if unknown:
        raise RecordingError(f"The simulator has no scene {unknown[0]}.", f"It has: {', '.join(simulator.scenes)}.")
    knobs = {name: value for scene in recipe.scenes for name, value in simulator.scenes[scene].items()}
    options = simulator.options(users=recipe.users, faults=recipe.faults, knobs={**knobs, **recipe.knobs})
    with running(simulator, options) as url:
        yield connector.parse(simulator.settings(url, options)).settings


def _kept(session: Session, path: Path) -> Tape:
    """The first of the finished texts that gives what was seen; the shorter one is tried first."""
    __tracebackhide__ = True
    outcome, heard = listened(session.act)
    _refuse_nothing(path.stem, session, outcome, answers=len(heard))
    members = members_read(session.connector)
    for known in (members, None) if members else (None,):
        text = session.text(heard, outcome, known)
        _refuse_leaks(path.name, leaks_in_text(text, path.name, session.redact, numbers=not session.simulated))
        with _draft(path, text) as draft:
            if _plays(session, draft, outcome):
                draft.replace(path)
                return Tape.load(path)
    raise RecordingError(
        f"{path.name} was not kept, since it does not give again what was seen.",
        "A fault that breaks connections cannot be recorded; all else is a header or a member that was left out.",
    )


def _plays(session: Session, draft: Path, outcome: Outcome) -> bool:
    tape = Tape.load(draft)
    with replaying(tape) as replay:
        settings = session.connector.parse(replay.settings(session.connector)).settings
        again = acted(session.connector, tape, settings, loopback=True, unhurried=True)
    if session.simulated and again != outcome:
        return False
    return (again.ends, len(again.seen)) == (outcome.ends, len(outcome.seen)) and not (
        replay.unexpected or replay.unused
    )


def _refuse_leaks(name: str, leaks: Sequence[Leak]) -> None:
    __tracebackhide__ = True
    if leaks:
        raise LeakError(name, leaks)


def _refuse_nothing(name: str, session: Session, outcome: Outcome, *, answers: int) -> None:
    __tracebackhide__ = True
    if outcome.ends != OK and session.recipe.good:
        message = f"{name} was not kept, since it ended with {outcome.ends} where all should be well."
        raise RecordingError(message, f"See `jackfield explain {outcome.ends}`.")
    if not answers:
        remedy = "What breaks connections cannot be recorded; the contract suite replays the good tapes so."
        raise RecordingError(f"{name} was not kept, since nothing was answered.", remedy)


@contextmanager
def _draft(path: Path, text: str) -> Iterator[Path]:
    """A clean text beside its place, gone when it was not moved there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.stem}-{os.getpid()}.part")
    try:
        draft.write_text(text, "utf-8")
        yield draft
    finally:
        draft.unlink(missing_ok=True)

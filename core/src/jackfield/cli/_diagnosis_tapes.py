"""The tapes of a connector: there, readable, clean, of today's connector, and not too old."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from jackfield.cli._extra import testing_installed
from jackfield.cli._symptoms import Symptom, warned, well, wrong
from jackfield.errors import JackfieldError
from jackfield.settings import secrets_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jackfield.connector import Connector
    from jackfield.testing.replay import Hall
    from jackfield.testing.tapes import Tape

_ABOUT = "tapes"
_OLD = 180


def symptoms(connector: Connector, folder: Path) -> Iterator[Symptom]:
    """What is wrong with the tapes of this folder; one line where nothing is."""
    with testing_installed():
        from jackfield.testing.replay import Hall
        from jackfield.testing.tapes import SUFFIX, Tape, TapeError

    record = f"Run `jackfield record {connector.id}` in the project of the connector."
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    if not paths:
        yield warned(_ABOUT, "There are none here.", record)
        return
    found: list[Symptom] = []
    tapes: list[Tape] = []
    for path in paths:
        found += _leaks(connector, path)
        try:
            tapes.append(Tape.load(path))
        except TapeError:
            found.append(wrong(_ABOUT, f"{path.name} does not say where it comes from.", record))
    with Hall().open() as hall:
        found += [symptom for tape in tapes for symptom in (*_played(connector, tape, hall), *_age(tape, record))]
    found += _missing(connector, {tape.name for tape in tapes}, record)
    sources = ", ".join(sorted({tape.source for tape in tapes}))
    yield from found or [well(_ABOUT, f"{len(tapes)} in {folder.name}, all used, clean, recorded from the {sources}.")]


def _leaks(connector: Connector, path: Path) -> Iterator[Symptom]:
    from jackfield.testing.leaks import leaks_in

    for leak in leaks_in(path, _secrets(connector)):
        remedy = "Record it again with `jackfield record`; a secret that was published must be changed as well."
        yield wrong(_ABOUT, f"{leak}.", remedy)


def _secrets(connector: Connector) -> tuple[str, ...]:
    simulator = connector.simulator()
    if simulator is None:
        return ()
    try:
        parsed = connector.parse(simulator.settings("http://127.0.0.1:8010", simulator.options()))
    except JackfieldError:
        return ()
    return secrets_of(parsed.settings)


def _played(connector: Connector, tape: Tape, hall: Hall) -> Iterator[Symptom]:
    from jackfield.testing._acting import acted
    from jackfield.testing.replay import replaying

    remedy = f"Run `jackfield record {connector.id} --tape {tape.name}`."
    if tape.platform != connector.id:
        yield wrong(_ABOUT, f"{tape.name} is of the platform {tape.platform}.", "Move it to that one's folder.")
        return
    with replaying(tape, hall=hall) as replay:
        try:
            settings = connector.parse(replay.settings(connector)).settings
        except JackfieldError:
            yield wrong(_ABOUT, f"The settings of {tape.name} are refused.", remedy)
            return
        outcome = acted(connector, tape, settings, loopback=True, unhurried=True)
    if replay.unexpected:
        yield wrong(_ABOUT, f"{tape.name} lacks what is asked now: {replay.unexpected[0]}.", remedy)
    elif replay.unused:
        count = len(replay.unused)
        answers = f"{count} answer{'' if count == 1 else 's'}"
        yield wrong(_ABOUT, f"{tape.name} holds {answers} that nobody asks for.", remedy)
    elif outcome.ends != tape.ends:
        yield wrong(_ABOUT, f"{tape.name} ends with {outcome.ends}, not with {tape.ends} as recorded.", remedy)


def _age(tape: Tape, record: str) -> Iterator[Symptom]:
    try:
        days = (datetime.now(UTC).date() - date.fromisoformat(str(tape.date))).days
    except ValueError:
        yield wrong(_ABOUT, f"{tape.name} does not tell the day on which it was recorded.", record)
        return
    if days > _OLD:
        yield warned(_ABOUT, f"{tape.name} is {days} days old.", record)


def _missing(connector: Connector, names: set[str], record: str) -> Iterator[Symptom]:
    from jackfield.testing.recording import standard_recipes

    for name in standard_recipes(connector):
        if name not in names:
            yield wrong(_ABOUT, f"There is no tape {name}.", record)

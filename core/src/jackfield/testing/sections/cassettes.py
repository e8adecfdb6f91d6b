"""K: the recordings that come with a connector."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from jackfield.errors import JackfieldError
from jackfield.platform import Capability
from jackfield.testing._beside import beside, slow
from jackfield.testing._credentials import secret_fields
from jackfield.testing._facts import ContractFacts
from jackfield.testing._forms import example_of
from jackfield.testing._running import outcome, report_of, users_of
from jackfield.testing._saying import broken, require, some
from jackfield.testing._stage import LONG, PATIENT
from jackfield.testing.leaks import leaks_in
from jackfield.testing.tapes import TapeError, tapes_in

if TYPE_CHECKING:
    from jackfield.connector import Connection
    from jackfield.testing._stage import Stage
    from jackfield.testing.replay import Replay
    from jackfield.testing.tapes import Tape

_LEAST_ANSWERS = 3


class Cassettes(ContractFacts):
    """The clauses K1 and K2."""

    def test_k1_no_cassette_leaks(self, stage: Stage) -> None:
        """K1: no cassette holds a secret, a cookie, real people's data, or a header that is not needed."""
        tapes = _tapes(stage, "K1")
        secrets = _fictional_secrets(stage)
        found = [leak for tape in tapes for leak in leaks_in(tape.path, secrets)]
        told = [f"{leak.file}, line {leak.line}: {leak.what}" for leak in found]
        require(not told, "K1", some(told), look="the lines named; jackfield record makes clean cassettes")

    def test_k2_no_cassette_is_missing(self, stage: Stage) -> None:
        """K2: there is a good cassette of the check, of an import of several answers, and of a lookup."""
        tapes = {tape.name: tape for tape in _tapes(stage, "K2")}
        wanted = ["check", "users"]
        if Capability.CONTACT_LOOKUP in stage.connector.platform.capabilities:
            wanted.append("find")
        missing = [f"{name}.yaml" for name in wanted if name not in tapes]
        look = f"{stage.folder}: jackfield record {stage.facts.platform}"
        require(not missing, "K2", f"{some(missing)} is missing", look=look)
        bad = [name for name in wanted if tapes[name].ends != "ok"]
        require(
            not bad, "K2", f"{some(bad)} is not of a sound account: it ends as {some(tapes[name].ends for name in bad)}"
        )
        answers = len(tapes["users"].interactions)
        promised = f"at least {_LEAST_ANSWERS}, so that it has a middle: record it in the scene small_pages"
        require(answers >= _LEAST_ANSWERS, "K2", f"users.yaml has {answers} answers", promised=promised)

    def test_k2_every_cassette_says_where_it_came_from(self, stage: Stage) -> None:
        """K2: each says whether it was recorded from the simulator or the service, when, and of which API version."""
        for tape in _tapes(stage, "K2"):
            require(tape.source in {"simulator", "service"}, "K2", f"{tape.name} says source {tape.source!r}")
            require(re.fullmatch(r"\d{4}-\d\d-\d\d", str(tape.date)), "K2", f"{tape.name} says date {tape.date!r}")
            require(tape.api_version, "K2", f"{tape.name} says no version of the API")
            require(tape.platform == stage.facts.platform, "K2", f"{tape.name} is of the platform {tape.platform!r}")

    def test_k2_every_cassette_is_used(self, stage: Stage) -> None:
        """K2: replaying each asks for all that is on it and nothing else, and ends as it says."""
        for tape, replay, ends in beside(stage, "test_k2_every_cassette_is_used"):
            look = f"{tape.path.name}: jackfield record {stage.facts.platform} makes it anew"
            unexpected = replay.unexpected
            require(not unexpected, "K2", f"{tape.name} has no answer to {some(unexpected)}", look=look)
            unused = [f"{turn.method} {turn.uri}" for turn in replay.unused]
            require(not unused, "K2", f"of {tape.name}, nobody asks for {some(unused)}", look=look)
            require(
                ends == tape.ends, "K2", f"{tape.name} ends as {ends}", promised=f"{tape.ends}, as it says", look=look
            )


def _fictional_secrets(stage: Stage) -> list[str]:
    """Those of the example and of the simulator: whoever records finds the real ones himself."""
    given = [example_of(stage.connector)]
    simulator = stage.connector.simulator()
    if simulator is not None:
        given.append(simulator.settings("http://127.0.0.1", simulator.options()))
    return [values[name] for values in given for name in secret_fields(stage.connector) if values.get(name)]


def _tapes(stage: Stage, clause: str) -> tuple[Tape, ...]:
    look = f"jackfield record {stage.facts.platform}"
    try:
        tapes = tapes_in(stage.folder) if stage.folder else ()
    except TapeError as failure:
        broken("K2", str(failure), look=look)
    require(tapes, clause, f"there is no cassette in {stage.folder or 'a folder cassettes beside the test'}", look=look)
    return tapes


@slow("test_k2_every_cassette_is_used")
async def _all_played(stage: Stage) -> list[tuple[Tape, Replay, str]]:
    """Each cassette with its replay and how that ended."""
    return list(await asyncio.gather(*(_replayed(stage, tape) for tape in _tapes(stage, "K2"))))


async def _replayed(stage: Stage, tape: Tape) -> tuple[Tape, Replay, str]:
    with stage.replaying(tape) as (replay, settings):
        return tape, replay, await _played(stage, tape, settings)


async def _played(stage: Stage, tape: Tape, settings: object) -> str:
    async with stage.connected(settings, retry=PATIENT, bounds=LONG) as connection:  # type: ignore[arg-type]
        if tape.does == "check":
            failure = (await report_of(connection)).failure
            return "ok" if failure is None else str(failure.code)
        found = await outcome(users_of(connection) if tape.does == "users" else _found(connection, tape.number or ""))
    return found.code if isinstance(found, JackfieldError) else "ok"


async def _found(connection: Connection, number: str) -> list[object]:
    return list(await connection.find(number))

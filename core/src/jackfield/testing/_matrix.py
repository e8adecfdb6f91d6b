"""The fault replays: every fault at the first, a middle and the last answer, for a check and an import, all at once.

They are played once for all tests of a contract class, as far as those were selected; each test judges its own.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from jackfield.checks import Status
from jackfield.errors import JackfieldError
from jackfield.simulation import STANDARD_FAULTS
from jackfield.testing._running import logged, report_of, run, several, texts_of, told
from jackfield.testing._saying import broken, require, skipped, some
from jackfield.testing._sources import baseline, playing
from jackfield.testing._stage import IMPATIENT, LONG, ONCE, PATIENT, SHORT, refuse_unknown
from jackfield.testing._watching import network_closed

if TYPE_CHECKING:
    from jackfield.checks import CheckReport
    from jackfield.connector import Connection
    from jackfield.testing._stage import Stage

#: A trouble that passes: its faults hold for one answer, at each place in turn.
PASSING: Final = ("throttled", "server_error", "unavailable", "dropped_connection")
POSITIONS: Final = ("first", "middle", "last")
SOURCES: Final = ("simulator", "cassette")
_WITHIN: Final = 6.0
#: Faults that a check need not meet: it may read no second page.
_UNSEEN_BY_CHECKS: Final = frozenset({"repeated_page", "foreign_next_page"})
#: Faults that the last answer may be without a place for: a list may end with an empty page.
_WITHOUT_A_PLACE: Final = frozenset({"null_id", "foreign_next_page"})


@dataclass(frozen=True)
class Cell:
    """One replay."""

    act: str
    source: str
    fault: str
    position: str

    @property
    def passing(self) -> bool:
        """Whether the fault holds for one answer only; ``position`` is its number then."""
        return self.position.isdecimal()

    def __str__(self) -> str:
        if self.passing:
            return f"{self.fault} at answer {self.position} alone"
        article = "a" if self.position == "middle" else "the"
        return f"{self.fault} from {article} {self.position} answer on"


@dataclass
class Ended:
    """How a replay ended: with an error's ``code``, a check's report, or too late."""

    place: int = 1
    code: str | None = None
    said: str = ""
    users: list[str] = field(default_factory=list)
    report: CheckReport | None = None
    texts: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    late: bool = False


@dataclass
class Matrix:
    """All replays, what was logged meanwhile, and what was tried beyond loopback."""

    ended: dict[Cell, Ended] = field(default_factory=dict)
    logs: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)


def matrix_of(stage: Stage) -> Matrix:
    """The matrix of the contract class; new replays are added as they are asked for."""
    found: Matrix = stage.once("matrix", Matrix)
    return found


def ended(stage: Stage, clause: str, cell: Cell) -> Ended:
    """How the replay ended; plays it, and all others that were selected from the same source, where nobody has."""
    matrix = matrix_of(stage)
    if cell not in matrix.ended:
        baseline(stage, clause, cell.source, cell.act)
        others = [*_selected(stage), *passing_cells(stage, clause)]
        cells = [other for other in others if other.source == cell.source and other not in matrix.ended]
        play(stage, clause, list(dict.fromkeys([cell, *cells])))
    return matrix.ended[cell]


def play(stage: Stage, clause: str, cells: list[Cell]) -> None:
    """Play these replays, some of them at once."""
    matrix = matrix_of(stage)
    for act, source in {(cell.act, cell.source) for cell in cells}:
        baseline(stage, clause, source, act)
    with network_closed() as watch, logged() as lines:
        results = run(several(_played(stage, clause, cell) for cell in cells), within=10.0 + _WITHIN * len(cells) / 8)
    matrix.ended.update(zip(cells, results, strict=True))
    matrix.logs += lines
    matrix.beyond += watch.beyond


def _selected(stage: Stage) -> list[Cell]:
    """The replays that the selected tests of this session will ask for, as far as the platform knows the fault."""
    simulator = stage.connector.simulator()
    known = STANDARD_FAULTS if simulator is None else simulator.faults
    found = []
    for item in stage.items:
        given = getattr(getattr(item, "callspec", None), "params", {})
        if {"act", "source", "fault", "position"} <= given.keys():
            found.append(Cell(given["act"], given["source"], given["fault"], given["position"]))
    playable = [cell for cell in found if cell.fault in known]
    return [cell for cell in playable if stage.kept.get(("baseline", cell.source, cell.act)) or _has(stage, cell)]


def passing_cells(stage: Stage, clause: str) -> list[Cell]:
    """The replays of troubles that pass, where their test was selected: each waits a second or more."""
    simulator = stage.connector.simulator()
    wanted = any(item.name.startswith("test_c6_passing_trouble") for item in stage.items)
    if simulator is None or not wanted:
        return []
    places = range(1, baseline(stage, clause, "simulator", "check").requests + 1)
    names = [name for name in PASSING if name in simulator.faults]
    return [Cell("check", "simulator", name, str(place)) for name in names for place in places]


def _has(stage: Stage, cell: Cell) -> bool:
    """Whether there is anything to play; a replay without its tape is its own test's matter."""
    from jackfield.testing._sources import available

    return available(stage, cell.source, cell.act)


def place_of(position: str, requests: int) -> int:
    """The number of the answer, counted from 1."""
    if position.isdecimal():
        return int(position)
    return {"first": 1, "middle": (requests + 1) // 2, "last": requests}[position]


async def _played(stage: Stage, clause: str, cell: Cell) -> Ended:
    place = place_of(cell.position, baseline(stage, clause, cell.source, cell.act).requests)
    bounds, retry = (SHORT, ONCE) if cell.fault == "stalled" else (LONG, PATIENT if cell.passing else IMPATIENT)
    found = Ended(place=place)
    fault = f"{cell.fault}@{place}-{place}" if cell.passing else f"{cell.fault}@{place}"
    with playing(stage, clause, cell.source, cell.act, (fault,)) as source:
        try:
            async with (
                asyncio.timeout(_WITHIN),
                stage.connected(source.settings, retry=retry, bounds=bounds) as connection,
            ):
                await (_check(connection, found) if cell.act == "check" else _import(connection, found))
        except TimeoutError:
            found.late = True
    found.waits = [after.at - before.at for before, after in pairwise(source.requests)]
    return found


async def _check(connection: Connection, found: Ended) -> None:
    found.report = await report_of(connection)
    found.texts.append(repr(found.report))


async def _import(connection: Connection, found: Ended) -> None:
    try:
        async for page in connection.users():
            found.users.extend(user.id for user in page)
    except JackfieldError as failure:
        found.code = failure.code
        found.said = told(failure)
        found.texts += texts_of(failure)


def codes_of(stage: Stage, fault: str) -> tuple[str, ...]:
    """The codes that the fault may rightly end with."""
    simulator = stage.connector.simulator()
    known: Any = STANDARD_FAULTS if simulator is None else {**STANDARD_FAULTS, **simulator.faults}
    codes: tuple[str, ...] = known[fault].codes
    return codes


def judge(stage: Stage, clause: str, cell: Cell) -> Ended:
    """Fail unless the replay ended as its fault promises; skip one that cannot be played."""
    if stage.connector.simulator() is not None:
        refuse_unknown(stage, clause, cell.fault)
    requests = baseline(stage, clause, cell.source, cell.act).requests
    if cell.position != "first" and place_of(cell.position, requests) == 1:
        skipped(clause, f"the good {cell.act} has one answer only, so {cell.position} is first")
    found = ended(stage, clause, cell)
    require(not found.late, clause, f"with {cell}, the {cell.act} did not end within {_WITHIN:g} s")
    if cell.act == "check":
        _judge_check(stage, clause, cell, found)
    else:
        _judge_import(stage, clause, cell, found)
    return found


def _judge_check(stage: Stage, clause: str, cell: Cell, found: Ended) -> None:
    codes = codes_of(stage, cell.fault)
    report = found.report
    failed = [step for step in report.steps if step.status is Status.FAILED] if report else []
    if not failed:
        if cell.fault in _UNSEEN_BY_CHECKS or (cell.fault in _WITHOUT_A_PLACE and cell.position != "first"):
            return
        broken(clause, f"with {cell}, every step of the check passed", promised=f"a step that fails as {_or(codes)}")
    for step in failed:
        seen = f"with {cell}, the step {step.id} failed as {step.code} ({step.kind}): {step.message}"
        if step.code == "connector_failed":
            seen += f" (the connector raised {step.detail})"
        require(step.code in codes, clause, seen, promised=f"the code {_or(codes)}")
        require(step.remedy, clause, f"with {cell}, the step {step.id} failed without a remedy")
    if cell.position == "first":
        require(
            report and not report.ok,
            clause,
            f"with {cell}, only {some(step.id for step in failed)} failed, and the check passed",
        )


def _judge_import(stage: Stage, clause: str, cell: Cell, found: Ended) -> None:
    codes = codes_of(stage, cell.fault)
    whole = [user.id for user in baseline(stage, clause, cell.source, "import").users]
    if found.code is None:
        if cell.fault in _WITHOUT_A_PLACE and cell.position == "last" and sorted(found.users) == sorted(whole):
            return
        seen = f"with {cell}, the import ended without an error, after {len(set(found.users))} of {len(whole)} users"
        broken(clause, seen, promised=f"the error {_or(codes)}")
    seen = f"with {cell}, the import ended with {found.said}"
    require(found.code in codes, clause, seen, promised=f"the error {_or(codes)}")


def _or(codes: tuple[str, ...]) -> str:
    return " or ".join(codes)

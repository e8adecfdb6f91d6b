"""The fault replays: every fault at the first, a middle and the last answer, for a check and an import, all at once.

They are played once for all tests of a contract class, as far as those were selected; each test judges its own.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pytest

from jackfield.checks import Status
from jackfield.errors import JackfieldError
from jackfield.simulation import STANDARD_FAULTS
from jackfield.testing._beside import companions
from jackfield.testing._running import Hung, raised, report_of, run, several, texts_of, timed, told
from jackfield.testing._saying import broken, require, skipped, some
from jackfield.testing._sources import baseline, playing
from jackfield.testing._stage import IMPATIENT, LONG, ONCE, PATIENT, SHORT, SMALL, refuse_unknown
from jackfield.testing._watching import network_closed

if TYPE_CHECKING:
    from jackfield.checks import CheckReport
    from jackfield.connector import Connection
    from jackfield.testing._hall import Seen
    from jackfield.testing._stage import Stage

#: A trouble that passes: its faults hold for one answer, at each place in turn.
PASSING: Final = ("throttled", "server_error", "unavailable", "dropped_connection")
POSITIONS: Final = ("first", "middle", "last")
SOURCES: Final = ("simulator", "cassette")
_WITHIN: Final = 4.0
#: A connector that was late so often is not waited for that long any more.
_PATIENCE, _BRIEFLY = 6, 1.0
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
    requests: list[Seen] = field(default_factory=list)
    late: bool = False
    raised: str | None = None


@dataclass
class Matrix:
    """All replays, and what was tried beyond loopback meanwhile."""

    ended: dict[Cell, Ended] = field(default_factory=dict)
    beyond: list[str] = field(default_factory=list)
    late: int = 0


def matrix_of(stage: Stage) -> Matrix:
    """The matrix of the contract class; new replays are added as they are asked for."""
    found: Matrix = stage.once("matrix", Matrix)
    return found


def ended(stage: Stage, clause: str, cell: Cell) -> Ended:
    """How the replay ended; plays it, and all others that were selected and can be played, where nobody has."""
    matrix = matrix_of(stage)
    if cell not in matrix.ended:
        baseline(stage, clause, cell.source, cell.act)
        others = [*_selected(stage), *passing_cells(stage)]
        play(stage, clause, [cell, *(other for other in others if other not in matrix.ended)])
    return matrix.ended[cell]


def play(stage: Stage, clause: str, cells: list[Cell]) -> None:
    """Play these replays, some of them at once."""
    ready = {source: _ready(stage, *source) for source in {(cell.source, cell.act) for cell in cells}}
    playable = list(dict.fromkeys(cell for cell in cells if ready[cell.source, cell.act]))
    with network_closed() as watch:
        run(_all(stage, clause, playable), within=30.0 + _WITHIN * len(playable) / 8)
    matrix_of(stage).beyond += watch.beyond


def _ready(stage: Stage, source: str, act: str) -> bool:
    """Whether all is well where nothing is put in; where it is not, that is another test's matter."""
    try:
        return bool(baseline(stage, "U6", source, act).requests)
    except (JackfieldError, TimeoutError, Hung, pytest.skip.Exception, pytest.fail.Exception):
        return False


async def _all(stage: Stage, clause: str, cells: list[Cell]) -> None:
    replays = several(_played(stage, clause, cell) for cell in cells)
    results, *_ = await asyncio.gather(replays, *companions(stage))
    matrix_of(stage).ended.update(zip(cells, results, strict=True))


def _selected(stage: Stage) -> list[Cell]:
    """The replays that the selected tests of this session will ask for, as far as the platform knows the fault."""
    simulator = stage.connector.simulator()
    known = STANDARD_FAULTS if simulator is None else simulator.faults
    found = []
    for item in stage.items:
        given = getattr(getattr(item, "callspec", None), "params", {})
        if {"act", "source", "fault", "position"} <= given.keys():
            found.append(Cell(given["act"], given["source"], given["fault"], given["position"]))
    return [cell for cell in found if cell.fault in known]


def passing_cells(stage: Stage) -> list[Cell]:
    """The replays of troubles that pass, where their test was selected: each waits a second or more."""
    simulator = stage.connector.simulator()
    wanted = any(item.name.startswith("test_c6_passing_trouble") for item in stage.items)
    if simulator is None or not wanted or not _ready(stage, "simulator", "check"):
        return []
    places = range(1, baseline(stage, "C6", "simulator", "check").requests + 1)
    names = [name for name in PASSING if name in simulator.faults]
    return [Cell("check", "simulator", name, str(place)) for name in names for place in places]


def place_of(position: str, requests: int) -> int:
    """The number of the answer, counted from 1."""
    if position.isdecimal():
        return int(position)
    return {"first": 1, "middle": (requests + 1) // 2, "last": requests}[position]


async def _played(stage: Stage, clause: str, cell: Cell) -> Ended:
    place = place_of(cell.position, baseline(stage, clause, cell.source, cell.act).requests)
    bounds = {"stalled": SHORT, "too_large": SMALL}.get(cell.fault, LONG)
    retry = ONCE if cell.fault == "stalled" else PATIENT if cell.passing else IMPATIENT
    found = Ended(place=place)
    fault = f"{cell.fault}@{place}-{place}" if cell.passing else f"{cell.fault}@{place}"
    with playing(stage, clause, cell.source, cell.act, (fault,)) as source:
        async with stage.connected(source.settings, retry=retry, bounds=bounds) as connection:
            work = _check(connection, found) if cell.act == "check" else _import(connection, found)
            try:
                await timed(work, _WITHIN if _few_are_late(stage) else _BRIEFLY)
            except (TimeoutError, Hung):
                found.late = True
                matrix_of(stage).late += 1
            except (Exception, asyncio.CancelledError) as mistake:  # noqa: BLE001 - whatever it is, it is told
                found.raised = raised(mistake)
    found.requests = list(source.requests)
    found.waits = [after.at - before.at for before, after in pairwise(source.requests)]
    return found


def _few_are_late(stage: Stage) -> bool:
    return matrix_of(stage).late <= _PATIENCE


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
    require(not found.late, clause, f"with {cell}, the {cell.act} did not end in time")
    require(found.raised is None, clause, f"with {cell}, the {cell.act} raised {found.raised}")
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

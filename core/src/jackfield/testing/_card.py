"""The report card: what a run of the suite showed, counted, told in a line, and written beside the connector."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jackfield.platform import HOOK_API
from jackfield.testing._guarding import clause_of
from jackfield.testing.clauses import CLAUSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

NAME: Final = "quality.toml"
_APPLICABLE: Final = tuple(clause.id for clause in CLAUSES.values() if clause.not_applicable is None)


def noted(item: pytest.Item, cls: Any) -> str:
    """What the card needs of a test, as JSON: it may be read in another process."""
    from jackfield.testing import _importing

    arguments = getattr(item, "funcargs", {})
    connector, stage = arguments.get("connector"), arguments.get("stage")
    told: dict[str, Any] = {
        "platform": getattr(cls, "platform", cls.__name__),
        "clause": clause_of(item.name),
        "fault": getattr(getattr(item, "callspec", None), "params", {}).get("fault"),
        "card": None if cls.card is None else str(item.path.parent / cls.card),
    }
    if connector is not None:
        told["version"] = connector.version
        told["capabilities"] = sorted(map(str, connector.platform.capabilities))
        told["module"] = _importing.module_of(connector)
    if stage is not None:
        told["folder"] = str(stage.folder)
    return json.dumps(told)


@dataclass
class Cards:
    """The cards of all connectors that a run tested."""

    _cards: dict[str, Card] = field(default_factory=dict)

    def count(self, report: pytest.TestReport, told: str) -> None:
        """Count one phase of one test."""
        facts = json.loads(told)
        self._cards.setdefault(facts["platform"], Card(facts["platform"])).count(report, facts)

    def summary(self) -> Iterator[str]:
        """A line for each connector."""
        return (card.summary() for card in self._cards.values())

    def written(self, path: str) -> Iterator[str]:
        """Write each card to ``path``, or where it belongs where that is blank; a line about each."""
        for card in self._cards.values():
            yield card.written(path)


@dataclass
class Card:
    """What is known of one connector."""

    platform: str
    facts: dict[str, Any] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    faults: dict[str, bool] = field(default_factory=dict)

    def count(self, report: pytest.TestReport, facts: dict[str, Any]) -> None:
        """Count one phase of one test."""
        self.facts |= {name: value for name, value in facts.items() if value is not None}
        clause = facts["clause"]
        broken = report.failed or hasattr(report, "wasxfail")
        if broken:
            self.failed[clause] = self.failed.get(clause, 0) + 1
        elif report.skipped:
            self.skipped.setdefault(clause, _reason(report))
        elif report.when == "call":
            self.passed[clause] = self.passed.get(clause, 0) + 1
        if facts["fault"] and (broken or report.when == "call") and not report.skipped:
            self.faults[facts["fault"]] = self.faults.get(facts["fault"], True) and not broken

    def result(self, clause: str) -> str:
        """How a clause fared, in words."""
        reason = CLAUSES[clause].not_applicable
        if reason is not None:
            return f"not applicable: {reason}"
        if clause in self.failed:
            return "failed"
        if clause in self.passed:
            return "passed"
        return f"skipped: {self.skipped[clause]}" if clause in self.skipped else "not run"

    def results(self) -> dict[str, str]:
        """How every clause fared."""
        return {clause: self.result(clause) for clause in CLAUSES}

    def _number(self, how: str) -> int:
        return sum(self.result(clause).partition(":")[0] == how for clause in _APPLICABLE)

    def summary(self) -> str:
        """The run in a line."""
        parts = [f"contract of {self.platform}: {self._number('passed')} of {len(_APPLICABLE)} clauses"]
        parts += [f"{count} {how}" for how in ("skipped", "failed", "not run") if (count := self._number(how))]
        return ", ".join(parts)

    def written(self, path: str) -> str:
        """Write the card; a line that says where, or why not."""
        if self._number("not run"):
            return f"no card of {self.platform} was written: not every clause was run"
        place = self._place(path)
        if place is None:
            return f"no card of {self.platform} was written: say where by --jackfield-card=PATH"
        place.write_text(self.text(), "utf-8")
        return f"the card of {self.platform} is in {place}"

    def _place(self, path: str) -> Path | None:
        if path or self.facts.get("card"):
            return Path(path or self.facts["card"])
        spec = find_spec(self.facts["module"]) if self.facts.get("module") else None
        return Path(spec.origin).with_name(NAME) if spec and spec.origin else None

    def text(self) -> str:
        """The card as TOML."""
        head = {
            "platform": self.platform,
            "connector": self.facts.get("version", ""),
            "jackfield": version("jackfield"),
            "hook_api": HOOK_API,
            "date": datetime.now(UTC).date().isoformat(),
            "capabilities": self.facts.get("capabilities", []),
        }
        counts = {how: self._number(how) for how in ("passed", "skipped", "failed")}
        faults = {"explained": sum(self.faults.values()), "total": len(self.faults)}
        tables: dict[str, dict[str, Any]] = {
            "clauses": counts,
            "clauses.results": self.results(),
            "faults": faults,
            "recordings": self._tapes(),
        }
        parts = [_lines(head), *(f"[{name}]\n{_lines(table)}" for name, table in tables.items())]
        return "# What the contract suite showed; written by pytest --jackfield-card.\n" + "\n".join(parts)

    def _tapes(self) -> dict[str, Any]:
        from jackfield.testing.tapes import TapeError, tapes_in

        try:
            tapes = tapes_in(Path(self.facts["folder"])) if self.facts.get("folder") else ()
        except TapeError:
            tapes = ()
        sources = sorted({tape.source for tape in tapes})
        oldest = min((str(tape.date) for tape in tapes), default="")
        return {"count": len(tapes), "source": " and ".join(sources), "oldest": oldest}


def _lines(table: dict[str, Any]) -> str:
    """A table of TOML: texts, whole numbers and lists of texts are written as in JSON."""
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in table.items())


def _reason(report: pytest.TestReport) -> str:
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ").partition(": skipped, ")[2] or told.removeprefix("Skipped: ")

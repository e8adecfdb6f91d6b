"""The report card."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from jackfield.testing._card import Card
from jackfield.testing.clauses import CLAUSES

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

pytest_plugins = "pytester"

CLASS = "class TestIt(ConnectorContract):\n    platform = 'insightly'\n    card = 'here.toml'\n"


class Report:
    """One phase of one test, as pytest reports it."""

    def __init__(self, outcome: str = "passed", when: str = "call", said: str = "") -> None:
        self.passed, self.failed, self.skipped = (outcome == each for each in ("passed", "failed", "skipped"))
        self.when, self.longrepr = when, ("file", 1, f"Skipped: {said}")


def card(*told: tuple[str, Report], fault: str | None = None) -> Card:
    """The card after these tests of these clauses."""
    made = Card("acme")
    for clause, report in told:
        made.count(report, {"clause": clause, "fault": fault, "version": "1.2.3", "capabilities": ["simulator"]})
    return made


def test_every_clause_is_on_it() -> None:
    """Each says how it fared: passed, skipped with its reason, failed, not run, not applicable."""
    made = card(
        ("D1", Report()),
        ("L3", Report("skipped", said="L3: skipped, the connector does not declare contact_lookup")),
        ("U6", Report("failed")),
        ("U6", Report()),
    )
    results = made.results()
    assert list(CLAUSES) == list(results)
    expected = {
        "D1": "passed",
        "L3": "skipped: the connector does not declare contact_lookup",
        "U6": "failed",
        "U1": "not run",
        "T1": "not applicable: hook API 1 has no exchanged tokens",
    }
    assert expected == {clause: results[clause] for clause in expected}


def test_clause_passes_where_only_some_of_its_tests_are_skipped() -> None:
    """A fault that the platform cannot have takes nothing from a clause that was tested otherwise."""
    skipped = Report("skipped", said="C7: skipped, the simulator leaves it out")
    assert card(("C7", skipped), ("C7", Report())).results()["C7"] == "passed"


def test_card_is_toml() -> None:
    """What is written can be read: head, counts, results, faults, recordings."""
    made = card(*((clause, Report()) for clause in CLAUSES if not clause.startswith("T")), fault="throttled")
    read = tomllib.loads(made.text())
    assert tuple(read[name] for name in ("platform", "connector", "hook_api", "capabilities")) == (
        "acme",
        "1.2.3",
        1,
        ["simulator"],
    )
    assert {name: read["clauses"][name] for name in ("passed", "skipped", "failed")} == {
        "passed": 38,
        "skipped": 0,
        "failed": 0,
    }
    assert (read["faults"], read["recordings"]["count"]) == ({"explained": 1, "total": 1}, 0)


def test_fault_that_failed_once_is_not_explained() -> None:
    """A fault counts as explained where every replay of it ended as promised."""
    made = card(("U6", Report()), ("U6", Report("failed")), ("U6", Report()), fault="stalled")
    assert made.faults == {"stalled": False}


def test_partial_run_writes_no_card(run_suite: Run, pytester: pytest.Pytester) -> None:
    """A run that left clauses out says so instead of writing a card that claims more than was seen."""
    result = run_suite(CLASS, "-k", "test_d2", "--jackfield-card")
    result.stdout.fnmatch_lines(["contract of insightly: 1 of 38 clauses, 37 not run", "no card of insightly*"])
    assert not (pytester.path / "here.toml").exists()


def test_summary_is_silent_without_contract_tests(run_suite: Run) -> None:
    """A project that has the plugin and no contract test sees nothing of it."""
    result = run_suite("def test_it(): pass\n")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*contract*")

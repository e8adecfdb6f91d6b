"""What a connector does not declare is skipped with that reason; what it cannot do without is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

pytest_plugins = "pytester"

BARE = """
from tests.core.acme import connector as acme

class TestAcme(ConnectorContract):
    platform = "acme"

    @pytest.fixture
    def connector(self):
        return acme()
"""


def test_lacking_capability_is_the_reason(run_suite: Run) -> None:
    """Without contact lookup the clause of lookups is skipped, and says so."""
    result = run_suite(BARE, "-k", "test_l3_plus", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*L3: skipped, the connector does not declare contact_lookup"])


def test_lacking_simulator_is_the_reason(run_suite: Run) -> None:
    """Without a simulator the clauses that need one are skipped, and say so."""
    result = run_suite(BARE, "-k", "test_u4", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*U4: skipped, the simulator has no scene small_pages"])


def test_lacking_cassettes_are_a_failure(run_suite: Run) -> None:
    """A connector without any cassette breaks K2, which names the command that makes them."""
    result = run_suite(BARE, "-k", "test_k2_no_cassette_is_missing")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["K2: *", "*look at: jackfield record acme"])


def test_unknown_platform_breaks_d1(run_suite: Run) -> None:
    """A platform that nobody has installed is told as such."""
    result = run_suite("class TestIt(ConnectorContract):\n    platform = 'nobodys'\n", "-k", "test_d1_platform")
    assert result.ret
    result.stdout.fnmatch_lines(["D1: *", "*seen: no connector 'nobodys' is installed*"])


def test_class_without_a_platform_is_told(run_suite: Run) -> None:
    """A contract class that forgets its one fact is told which."""
    result = run_suite("class TestIt(ConnectorContract):\n    pass\n", "-k", "test_d1_platform")
    assert result.ret
    result.stdout.fnmatch_lines(["*names no platform*", "*platform = *"])

"""The rule that nobody overrides a contract test without saying why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

pytest_plugins = "pytester"

NAME = "test_d2_every_field_is_explained"
CLASS = "class TestIt(ConnectorContract):\n    platform = 'insightly'\n"


def test_overridden_test_fails(run_suite: Run) -> None:
    """A contract test of the class's own making is a failing test that names it and its clause."""
    result = run_suite(f"{CLASS}    def {NAME}(self): pass\n", "-k", "overridden")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["D2: *", f"*seen: TestIt overrides or blanks {NAME}", "*look at: @pytest.mark.xfail*"])


def test_blanked_test_fails(run_suite: Run) -> None:
    """A contract test that is set to None is a failing test, too."""
    run_suite(f"{CLASS}    {NAME} = None\n", "-k", "overridden").assert_outcomes(failed=1)


def test_inherited_override_fails(run_suite: Run) -> None:
    """An override hides in no class in between."""
    module = (
        f"class Between(ConnectorContract):\n    {NAME} = None\nclass TestIt(Between):\n    platform = 'insightly'\n"
    )
    run_suite(module, "-k", "overridden and TestIt").assert_outcomes(failed=1)


def test_xfail_with_a_reason_excuses(run_suite: Run) -> None:
    """An override that is marked xfail with a reason runs as what it is; the card counts the clause as failed."""
    marked = f"    @pytest.mark.xfail(reason='the vendor forgot it')\n    def {NAME}(self): assert False\n"
    result = run_suite(f"{CLASS}{marked}", "-k", f"overridden or {NAME}")
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(["contract of insightly: 0 of 38 clauses, 1 failed, 37 not run"])


def test_xfail_without_a_reason_excuses_nothing(run_suite: Run) -> None:
    """An override that gives no reason fails."""
    marked = f"    @pytest.mark.xfail\n    def {NAME}(self): assert False\n"
    run_suite(f"{CLASS}{marked}", "-k", "overridden").assert_outcomes(failed=1)


def test_untouched_class_has_no_further_test(run_suite: Run) -> None:
    """A class that overrides nothing has the contract's tests alone; tests of its own are its own matter."""
    result = run_suite(f"{CLASS}    def test_of_my_own(self): pass\n", "-k", "overridden or of_my_own")
    result.assert_outcomes(passed=1)

"""What a contract class states of its connector is held against it: entries, accounts that differ, parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Run = Callable[..., pytest.RunResult]

pytest_plugins = "pytester"

HEAD = """
from jackfield.testing import Entry, Variant
from tests.contract.bad.everyone import GOOD
from tests.contract.bad.plugs import connector as made

class TestAcme(ConnectorContract):
    platform = "acme"

    @pytest.fixture
    def connector(self):
        return made(GOOD)

"""
ENTRIES = {
    "refused, but taken": ("Entry(given={'team': 'Sales'}, refused={'team': 'invalid_value'})", "V3", "was accepted"),
    "taken, but refused": ("Entry(given={'api_key': None})", "V2", "is refused"),
    "refused with another code": ("Entry(given={'api_key': None}, refused={'api_key': 'x'})", "V3", "'required'"),
    "another value": ("Entry(given={'team': 'A'}, becomes={'team': 'B'})", "V2", "team = 'A'"),
    "a warning that does not come": ("Entry(given={}, warned={'team': 'unusual_host'})", "V2", "no field"),
    "other words": ("Entry(given={'api_key': None}, refused={'api_key': 'required'}, says='?!')", "V3", "?!"),
}
VARIANTS = {
    "a step that passes": ("Variant(steps={'sign_in': 'forbidden'})", "c1_variants", "C1"),
    "a step that fails": ("Variant(faults=('unauthorized',))", "c1_variants", "C1"),
    "a step that is not there": ("Variant(says={'nothing': 'x'})", "c1_variants", "C1"),
    "words that nobody says": ("Variant(says={'sign_in': '?!'})", "c1_variants", "C1"),
    "fewer requests": ("Variant(asked=1)", "c1_variants", "C1"),
    "an import that is sound": ("Variant(does=('import',), ends='forbidden')", "u11_variants", "U11"),
    "an import that ends": ("Variant(does=('import',), faults=('unauthorized',))", "u11_variants", "U11"),
    "a lookup that is sound": ("Variant(does=('find',), ends='forbidden')", "l3_variants", "L3"),
    "a lookup that ends": ("Variant(does=('find',), faults=('unauthorized',))", "l3_variants", "L3"),
}


PARAMETERS = {
    "no such name": ("{'size': '[0-9]+'}", "which the API does not have"),
    "no such value": ("dict.fromkeys(('size', 'phone', 'page', 'cursor'), 'none')", "=none"),
}


def classes(fact: str, texts: Sequence[str]) -> str:
    """A contract class for each of these values of one fact."""
    heads = [HEAD.replace("TestAcme", f"Test{place}") for place, _ in enumerate(texts)]
    return "\n".join(f"{head}    {fact} = {text}\n" for head, text in zip(heads, texts, strict=True))


def test_wrong_entries_are_caught(run_suite: Run) -> None:
    """An entry of which something else becomes than the class states breaks the clause, with what it became."""
    texts = [f"({text},)" for text, _, _ in ENTRIES.values()]
    result = run_suite(classes("entries", texts), "-k", "v2_entries")
    result.assert_outcomes(failed=len(ENTRIES))
    told = result.stdout.str()
    assert [name for name, (_, clause, seen) in ENTRIES.items() if f"{clause}: " not in told or seen not in told] == []


@pytest.mark.parametrize("test", ["c1_variants", "u11_variants", "l3_variants"])
def test_wrong_variants_are_caught(run_suite: Run, test: str) -> None:
    """An account of which something else comes than the class states breaks the clause, with the account's name."""
    texts = [f"{{'of somebody': {text}}}" for text, judge, _ in VARIANTS.values() if judge == test]
    result = run_suite(classes("variants", texts), "-k", test)
    result.assert_outcomes(failed=len(texts))
    assert result.stdout.str().count("the account of somebody") >= len(texts) - 1


def test_wrong_parameters_are_caught(run_suite: Run) -> None:
    """A parameter, or a value of one, that the class does not state breaks N5, which names it."""
    result = run_suite(classes("parameters", [text for text, _ in PARAMETERS.values()]), "-k", "n5_parameters")
    result.assert_outcomes(failed=len(PARAMETERS))
    assert [name for name, (_, seen) in PARAMETERS.items() if seen not in result.stdout.str()] == []


def test_nothing_need_be_stated(run_suite: Run) -> None:
    """What the class states of its connector may be left out: nothing is broken by that."""
    run_suite(HEAD, "-k", "variants or entries or parameters").assert_outcomes(passed=5)

"""The catalogue of clauses, and that each has its tests."""

from __future__ import annotations

import re

from jackfield.testing import ConnectorContract
from jackfield.testing.clauses import CLAUSES, SECTIONS

COUNTS = {"D": 5, "V": 4, "C": 8, "U": 11, "N": 5, "T": 6, "L": 3, "K": 2}


def names() -> list[str]:
    """The names of all contract tests."""
    return [name for name in dir(ConnectorContract) if name.startswith("test_")]


def test_catalogue_is_that_of_the_contract() -> None:
    """Every clause of every section is there, in the order of the contract."""
    expected = [f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)]
    assert expected == list(CLAUSES)
    assert list(COUNTS) == list(SECTIONS)


def test_every_clause_has_a_test() -> None:
    """Every clause that hook API 1 can break has a contract test, which is named after it."""
    tested = {match[1].upper() for name in names() if (match := re.match(r"test_([a-z]\d+)_", name))}
    assert {clause.id for clause in CLAUSES.values() if clause.not_applicable is None} == tested


def test_every_test_is_of_a_clause() -> None:
    """No contract test is of no clause, and each says what it holds the connector to."""
    loose = [name for name in names() if not re.match(r"test_[a-z]\d+_", name)]
    silent = [name for name in names() if not (getattr(ConnectorContract, name).__doc__ or "").strip()]
    assert (loose, silent) == ([], [])


def test_contract_tests_need_no_asyncio_plugin() -> None:
    """No contract test is a coroutine function."""
    import inspect

    assert [name for name in names() if inspect.iscoroutinefunction(getattr(ConnectorContract, name))] == []


def test_texts_are_sentences_of_ours() -> None:
    """Promise and advice are short, and neither ends like a sentence: they stand inside one."""
    texts = [text for clause in CLAUSES.values() for text in (clause.promise, clause.look)]
    assert [text for text in texts if len(text) > 220 or text.endswith(".")] == []

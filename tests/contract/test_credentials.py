"""Credentials that are made up for a test, and how they are found again."""

from __future__ import annotations

import re

import pytest

from jackfield.testing._credentials import another, shown_in, without_parts

KEY = "00000000-0000-4000-8000-000000000555"


def test_other_secret_has_the_same_shape() -> None:
    """Digits stay digits, letters letters, and whatever joins them stays."""
    other = another("Ab9-zZ0_g f")
    assert re.fullmatch(r"[A-Z][a-z]\d-[a-z][A-Z]\d_[a-z] [a-z]", other)


def test_hexadecimal_stays_hexadecimal() -> None:
    """A key of hexadecimal digits stays one."""
    assert re.fullmatch(r"[0-9a-f]{16}", another("0123456789abcdef"))


@pytest.mark.parametrize("turns", [1, 3])
def test_other_secret_hides_in_no_common_text(turns: int) -> None:
    """A key of zeroes becomes one whose parts are told apart."""
    other = another(KEY, turns)
    assert (other != KEY, len(set(other)) >= 8) == (True, True)


def test_whole_and_partial_secrets_are_found() -> None:
    """A secret shows where it stands as a whole, and where a good part of it does."""
    other = another(KEY)
    assert [
        shown_in(text, [other]) for text in (f"key {other}!", f"key {other[:10]}…", f"key {other[:4]}…", "no key")
    ] == [True, True, False, False]


def test_parts_of_a_secret_are_masked() -> None:
    """A good part of a secret is masked in a message, and a word that stands in it by chance is not."""
    secret = "8f3k-telephone-2x9q-77ab"
    assert without_parts("a telephone, 2x9q-77a and more", secret) == "a telephone, *** and more"

"""The spellings of a telephone number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.phones import spellings

US = {"+12065550100", "12065550100", "2065550100", "(206) 555-0100", "+1 206-555-0100"}


@pytest.mark.parametrize(
    "dialled",
    [
        "+12065550100",
        "+1 206 555 0100",
        "+1 (206) 555-0100",
        "0012065550100",
        "00 1 206 555 0100",
        "tel:+1-206-555-0100",
        "+1.206.555.0100",
    ],
)
def test_every_way_to_dial_leads_to_the_same_spellings(dialled: str) -> None:
    """However an international number is dialled, its usual spellings are among those to look for."""
    assert set(spellings(dialled)) >= US


@pytest.mark.parametrize("extension", [" ext. 5", " x5", ";ext=5"])
def test_extension_is_left_aside(extension: str) -> None:
    """The digits of an extension never become digits of the number."""
    assert set(spellings(f"+12065550100{extension}")) & US == US
    assert not [form for form in spellings(f"+12065550100{extension}")[1:] if form.endswith("5")]


def test_number_as_dialled_comes_first() -> None:
    """The first spelling is that of the caller, with single blanks."""
    assert spellings("  +1  206 555 0100 ")[0] == "+1 206 555 0100"


def test_national_zero_is_kept_in_the_national_digits() -> None:
    """A number is looked for with the zero that is dialled inside its country, and without it."""
    assert {"+49305550100", "49305550100", "0305550100", "305550100"} <= set(spellings("+49 30 5550100"))


def test_number_without_country_is_looked_for_as_it_is() -> None:
    """No country is guessed for a number without one."""
    assert spellings("(206) 555-0100") == ("(206) 555-0100", "2065550100")


@pytest.mark.parametrize("text", ["", "   ", "anonymous", "+", "-", "Anonymous <sip:anonymous>"])
def test_text_without_a_digit_has_no_spelling(text: str) -> None:
    """A withheld number is looked for nowhere."""
    assert spellings(text) == ()


@given(st.text(alphabet="+0123456789 ()-.x;=ext٣", max_size=40))
def test_each_spelling_is_there_once_and_has_a_digit(text: str) -> None:
    """Whatever is dialled, no spelling is given twice, and none that would find everybody."""
    forms = spellings(text)
    assert len(forms) == len(set(forms))
    assert all(any(character.isdigit() for character in form) for form in forms)

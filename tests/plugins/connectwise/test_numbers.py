"""What is asked for a caller's number, and which of the answers are right."""

from __future__ import annotations

import re

import pytest

from jackfield_connectwise import _conditions
from jackfield_connectwise._numbers import wanted


@pytest.mark.parametrize(
    "dialled", ["+15551234567", "+1 (555) 123-4567", "0015551234567", "15551234567", "5551234567", "555-123-4567 x401"]
)
def test_every_spelling_asks_for_the_same_digits(dialled: str) -> None:
    """First the national digits in one, as most accounts hold them; then with anything between any two."""
    sought = wanted(dialled)
    assert sought is not None
    assert sought.patterns() == ("%5551234567%", "%5%5%5%1%2%3%4%5%6%7%")


@pytest.mark.parametrize("dialled", ["", "anonymous", "+", " - "])
def test_no_digit_asks_for_nothing(dialled: str) -> None:
    """A caller without a number costs no request."""
    assert wanted(dialled) is None


def test_short_number_is_looked_for_to_the_letter() -> None:
    """A pattern of three digits would find everybody."""
    sought = wanted("401")
    assert sought is not None
    assert sought.patterns() == ("401",)
    assert [sought.is_in(stored) for stored in ("401", "5551230401", "4011")] == [True, False, False]


@pytest.mark.parametrize(
    ("dialled", "stored", "same"),
    [
        ("+15551234567", "5551234567", True),
        ("+15551234567", "+1 (555) 123.4567 ext. 401", True),
        ("+15551234567", "555-123-4567 x401", True),
        ("+15551234567", "011 1 555 123 4567", True),
        ("+15551234567", "+44 5551234567", False),
        ("+15551234567", "5551234568", False),
        ("+15551234567", "95551234567", False),
        ("+15551234567", "555123456", False),
        ("+15551234567", "", False),
        ("+441632960123", "01632 960123", True),
        ("+441632960123", "+44 (0)1632 960123", True),
        ("+441632960123", "0044 1632 960123", True),
        ("+441632960123", "+49 1632 960123", False),
        ("5551234567", "+15551234567", True),
        ("15551234567", "555.123.4567", True),
        ("1234567", "555-123-4567", True),
        ("5551234567", "4567", False),
    ],
)
def test_digits_are_compared_again(dialled: str, stored: str, same: bool) -> None:
    """Country code, trunk zero, punctuation and extension may differ; other digits, and another country, may not."""
    sought = wanted(dialled)
    assert sought is not None
    assert sought.is_in(stored) is same


@pytest.mark.parametrize(
    "dialled",
    ['5551234567" or id>0', "5551234567\\", "[5551234567]", "555'123'4567", "\N{FULLWIDTH DIGIT FIVE}551234567"],
)
def test_what_is_asked_for_cannot_end_the_text_of_a_condition(dialled: str) -> None:
    """Nothing but digits and wildcards gets from a number into a condition."""
    sought = wanted(dialled)
    assert sought is not None
    assert all(re.fullmatch(r"[0-9%]+", pattern) for pattern in sought.patterns())


def test_conditions_read_as_the_vendors_guide_writes_them() -> None:
    """The condition on a contact's telephone numbers, to the letter."""
    number = _conditions.like("communicationItems/value", "%5551234567%")
    phone = _conditions.equals("communicationItems/communicationType", "Phone")
    assert _conditions.both(number, phone) == (
        'communicationItems/value like "%5551234567%" and communicationItems/communicationType="Phone"'
    )

"""How single answers of Insightly are read."""

from __future__ import annotations

import pytest

from jackfield.http import Answer, Headers
from jackfield_insightly import protocol


@pytest.mark.parametrize(
    ("text", "expected"),
    [("99986", 99_986), (" 0 ", 0), ("", None), ("-1", None), ("1.5", None), ("many", None), ("9" * 5_000, None)],
)
def test_number_in_a_header_is_one_or_none(text: str, expected: int | None) -> None:
    """What is no count is as good as nothing said; it neither fails a check nor ends an import."""
    answer = Answer(
        status=200, headers=Headers({"X-RateLimit-Remaining": text}), url="https://api.na1.insightly.com/v3.1/Users"
    )
    assert protocol.left_of_the_day(answer) == expected

"""Telephone numbers as ConnectWise may hold them: what to ask for, and which answers are right; pure.

ConnectWise keeps numbers as they were typed or imported and finds them by text alone, so it is asked for the digits
that every spelling has, and what it finds is compared here, digit by digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jackfield.phones import spellings

_EXTENSION = re.compile(r"\s*(?:;?\s*ext?(?:ension|n)?[.=:]?|x|#)\s*\d*\s*$", re.IGNORECASE)
#: Fewer digits are an extension or a service number: only the very same will do.
_FEWEST: Final = 7
#: Without a country code, more digits than these tell nothing for sure.
_TELLING: Final = 10


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A caller's number: its digits without country code and trunk prefix, and the country code where it has one."""

    digits: str
    country: str | None = None

    def patterns(self) -> tuple[str, ...]:
        """What to look for, ``%`` standing for anything: the digits in one, then with separators between any two."""
        if len(self.digits) < _FEWEST:
            return (self.digits,)
        return f"%{self.digits}%", f"%{'%'.join(self.digits)}%"

    def is_in(self, stored: str) -> bool:
        """Whether a stored number is this one; its extension is left aside, unlike codes of two countries differ."""
        digits = _digits(stored)
        if self.country is None:
            return _alike(self.digits, digits)
        before = digits.removesuffix(self.digits)
        prefixes = {"", self.country, f"{self.country}0", f"11{self.country}"}  # 011: abroad, dialled in America
        return digits.endswith(self.digits) and before.lstrip("0") in prefixes


def wanted(number: str) -> Wanted | None:
    """What a caller's number says; None for one without a digit."""
    forms = spellings(_without_extension(number))
    international = next((form for form in forms if re.fullmatch(r"\+\d+", form)), None)
    if not forms:
        return None
    shortest = min(map(_digits, forms), key=len)
    if international is None or not international.endswith(shortest):
        return Wanted(digits=shortest[-_TELLING:])
    return Wanted(digits=shortest, country=international[1:].removesuffix(shortest))


def _alike(first: str, second: str) -> bool:
    length = min(len(first), len(second))
    return first == second or (length >= _FEWEST and first[-length:] == second[-length:])


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", _without_extension(text))


def _without_extension(text: str) -> str:
    return _EXTENSION.split(text)[0]

"""Texts with places for values, ``{count} users``: taken apart, recognized in a finished text, and filled in again.

A place is a name in braces and nothing else; every other brace is a letter like any other, and two stand for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """The text around the places (one more than there are places), and the places' names."""

    around: tuple[str, ...]
    places: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Template:
        """Take a text apart."""
        around, places, at = [""], [], 0
        for found in _PLACE.finditer(text):
            around[-1] += text[at : found.start()]
            at = found.end()
            if found[1] is None:
                around[-1] += found[0][0]
            else:
                places.append(found[1])
                around.append("")
        around[-1] += text[at:]
        return cls(tuple(around), tuple(places))

    @property
    def weight(self) -> int:
        """How many letters stand around the places."""
        return sum(map(len, self.around))

    @property
    def telling(self) -> bool:
        """Whether it can be told from any other text: a word stands around the places, all of it in one line."""
        said = " ".join(self.around)
        return re.search(r"[^\W\d_]{2}", said) is not None and "\n" not in said

    def values_in(self, text: str) -> dict[str, str] | None:
        """The values that make this text, each as short as can be from the left; None where none do. Linear in time."""
        first, *between, last = self.around
        end = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last) and len(text) >= self.weight):
            return None
        begin, values = len(first), []
        for literal in between:
            at = text.find(literal, begin, end)
            if at < 0:
                return None
            values.append(text[begin:at])
            begin = at + len(literal)
        values.append(text[begin:end])
        found = dict(zip(self.places, values, strict=True))
        alike = all(found[place] == value for place, value in zip(self.places, values, strict=True))
        return found if alike and begin <= end else None

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with these values in their places."""
        filled = [self.around[0]]
        for place, literal in zip(self.places, self.around[1:], strict=True):
            filled += values[place], literal
        return "".join(filled)

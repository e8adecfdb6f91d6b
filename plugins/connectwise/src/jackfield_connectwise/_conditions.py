"""The filters of a ConnectWise list; pure.

ConnectWise Developer Guide, chapter "Conditions": text stands in quotes; ``like`` takes ``%`` for anything, and is
equality without it. How a quote or a bracket would have to be written inside of a text nobody knows for sure, so what
comes from outside is a pattern of digits alone (:meth:`jackfield_connectwise._numbers.Wanted.patterns`).
"""

from __future__ import annotations


def like(field: str, pattern: str) -> str:
    """A field that fits a pattern of digits and ``%``, which stands for anything, also for nothing."""
    return f'{field} like "{pattern}"'


def both(first: str, second: str) -> str:
    """Two conditions that hold together."""
    return f"{first} and {second}"


def equals(field: str, word: str) -> str:
    """A field that is this word."""
    return f'{field}="{word}"'

"""The values that no text of this process may show: every setting that a user handed in and that may be a secret."""

from __future__ import annotations

_values: set[str] = set()
_SHORTEST = 4


def remember(value: object) -> None:
    """Keep a value out of everything that is reported from now on; a very short one could not be told from a word."""
    text = str(value).strip()
    if len(text) >= _SHORTEST:
        _values.add(text)


def redacted(text: str) -> str:
    """The text with every remembered value taken out."""
    if not _values:
        return text
    from jackfield.http import Redactor

    return Redactor(tuple(_values))(text)

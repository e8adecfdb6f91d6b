"""The values that no text of this process may show: every setting that a user handed in and that may be a secret."""

from __future__ import annotations

from json import dumps

_values: set[str] = set()
_SHORTEST = 4
_LONGER_THAN_WORDS = 12


def remember(value: object) -> None:
    """Keep a value out of everything that is reported from now on; a very short one could not be told from a word."""
    text = str(value).strip()
    if len(text) >= _SHORTEST:
        _values.add(text)


def without_keys(text: str) -> str:
    """Data of a CRM's with every long secret taken out that stands in it; a short one may be a word of the data."""
    long = (value for value in _values if len(value) >= _LONGER_THAN_WORDS)
    found = tuple(value for value in long if value in text or dumps(value)[1:-1] in text)
    if not found:
        return text
    from jackfield.http import Redactor

    return Redactor(found)(text)


def redacted(text: str) -> str:
    """The text with every remembered value taken out."""
    if not _values:
        return text
    from jackfield.http import Redactor

    return Redactor(tuple(_values))(text)

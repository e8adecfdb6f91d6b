"""The words of ConnectWise's conditions: names, literals, operators."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime


class NotUnderstood(ValueError):  # noqa: N818 - the service's own refusal, not a mistake of ours
    """A condition that the API refuses; its text is what the API says."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word: ``kind`` is name, sign, end, or that of a literal: string, numeric, boolean, datetime, null."""

    kind: str
    text: str
    value: object = None


_SIGNS = re.compile(r"!=|<=|>=|[=<>(),]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NAME = re.compile(r"[A-Za-z_]\w*(?:/[A-Za-z_]\w*)*")
_MOMENT = re.compile(r"\[([^\]]*)\]")
#: How a quote may stand inside of a text, by the knob ``quote_escape``.
_TEXTS = {
    "backslash": re.compile(r"""(["'])((?:\\.|(?!\1|\\).)*)\1""", re.DOTALL),
    "doubled": re.compile(r"""(["'])((?:\1\1|(?!\1).)*)\1""", re.DOTALL),
    "none": re.compile(r"""(["'])((?:(?!\1).)*)\1""", re.DOTALL),
}
_KEYWORDS = {"true": ("boolean", True), "false": ("boolean", False), "null": ("null", None)}


def words(text: str, quote_escape: str = "backslash") -> list[Word]:
    """The words of a condition, the last one of kind ``end``; raises NotUnderstood."""
    found: list[Word] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        word, place = _next(text, place, quote_escape)
        found.append(word)
    return [*found, Word("end", "the end")]


def _next(text: str, place: int, quote_escape: str) -> tuple[Word, int]:
    if match := _TEXTS[quote_escape].match(text, place):
        return Word("string", match[0], _plain(match[2], match[1], quote_escape)), match.end()
    if match := _MOMENT.match(text, place):
        return Word("datetime", match[0], _moment(match[1])), match.end()
    if match := _SIGNS.match(text, place):
        return Word("sign", match[0]), match.end()
    if match := _NUMBER.match(text, place):
        return Word("numeric", match[0], float(match[0])), match.end()
    if match := _NAME.match(text, place):
        kind, value = _KEYWORDS.get(match[0].lower(), ("name", match[0]))
        return Word(kind, match[0], value), match.end()
    raise NotUnderstood(f"The condition cannot be read from its character {place + 1} on.")


def _plain(inside: str, quote: str, quote_escape: str) -> str:
    if quote_escape == "doubled":
        return inside.replace(quote * 2, quote)
    return re.sub(r"""\\(["'\\])""", r"\1", inside) if quote_escape == "backslash" else inside


def _moment(inside: str) -> datetime:
    try:
        moment = datetime.fromisoformat(inside.strip())
    except ValueError:
        raise NotUnderstood(f"[{inside}] is no date.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

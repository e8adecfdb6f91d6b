"""Takes secrets out of texts, however they are spelt there."""

from __future__ import annotations

import base64
import html
import json
import logging
import re
from functools import cached_property
from itertools import chain
from math import inf
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["RedactingFilter", "Redactor"]

#: Shorter texts are in every other word: to take them out would spoil the text and tell what they are.
SHORTEST = 4
_SHORTEST_INSIDE_BASE64 = 8
#: Texts that no way of quoting or escaping changes, as most keys are.
_SAME_EVERYWHERE = re.compile(r"[A-Za-z0-9_.~-]+").fullmatch
_MASK_CHARACTERS = "*•░▒▓█" + "".join(map(chr, range(0x2500, 0x2580)))


class Redactor:
    """Called with a text, gives it back with ``***`` wherever one of ``secrets`` stood.

    Found in any case, overlapping ones as one, as they are and as they look when quoted for a URL, escaped for JSON,
    HTML or Python, or encoded in base64 (by themselves or inside something longer). Secrets of fewer than four
    characters are not looked for.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(dict.fromkeys(secrets))

    def __repr__(self) -> str:
        return f"Redactor({len(self._secrets)} secrets)"

    def __call__(self, text: str) -> str:
        if self._pattern_is_idle(text) or self._pattern is None:
            return text
        kept, end = [], 0
        for start, stop in _merged(match.span(1) for match in self._pattern.finditer(text)):
            kept += [text[end:start], self._mask]
            end = stop
        return "".join((*kept, text[end:]))

    @cached_property
    def _spellings(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(map(_forms, self._secrets)))

    def _pattern_is_idle(self, text: str) -> bool:
        """Whether nothing can be found, as plain looks for each spelling show; they need no pattern."""
        if not text.isascii():
            return False
        if len(text) < self._shortest_spelling:
            return True
        lower = text.lower()
        return not any(form in lower for form in self._lower_spellings)

    @cached_property
    def _shortest_spelling(self) -> float:
        return min(map(len, self._spellings), default=inf)

    @cached_property
    def _lower_spellings(self) -> frozenset[str]:
        return frozenset(form.lower() for form in self._spellings if form.isascii())

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        """Made when a text first has to be cleaned: it takes a millisecond, and most connections never fail."""
        ordered = sorted(self._spellings, key=lambda form: (-len(form), form))
        return re.compile(f"(?=({'|'.join(map(re.escape, ordered))}))", re.IGNORECASE) if ordered else None

    @cached_property
    def _mask(self) -> str:
        return _mask(self._spellings)

    def including(self, secrets: Iterable[str]) -> Redactor:
        """A redactor that takes out these secrets too."""
        return Redactor((*self._secrets, *secrets))


class RedactingFilter(logging.Filter):
    """Put on a host's logging handlers, keeps secrets out of messages, their arguments and tracebacks."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._redactor(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = self._redactor(record.exc_text or logging.Formatter().formatException(record.exc_info))
        if record.stack_info:
            record.stack_info = self._redactor(record.stack_info)
        return True


def _forms(secret: str) -> Iterator[str]:
    if len(secret) < SHORTEST:
        return
    yield from {secret} if _SAME_EVERYWHERE(secret) else _spellings(secret)
    for encoded in _base64_forms(secret.encode(errors="replace")):
        yield encoded
        if "+" in encoded or "/" in encoded:
            yield from (encoded.replace("+", "-").replace("/", "_"), quote(encoded, safe=""))


def _spellings(secret: str) -> set[str]:
    return {
        secret,
        quote(secret, safe="", errors="replace"),
        quote(secret, errors="replace"),
        quote_plus(secret, errors="replace"),
        quote(quote(secret, safe="", errors="replace"), safe=""),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(secret)[1:-1].replace("/", r"\/"),
        repr(secret)[1:-1],
        html.escape(secret),
    }


def _base64_forms(secret: bytes) -> Iterator[str]:
    """The secret encoded by itself, and the letters it always gives inside something longer, at each of 3 offsets."""
    yield base64.b64encode(secret).decode().rstrip("=")
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + secret).decode()
        inner = encoded[-(-offset * 8 // 6) : (offset + len(secret)) * 8 // 6]
        if len(inner) >= _SHORTEST_INSIDE_BASE64:
            yield inner


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _mask(forms: frozenset[str]) -> str:
    """A mask that shares no character with any form, so that masking never makes a secret out of what is left."""
    used = set("".join(forms))
    return next((character * 3 for character in _MASK_CHARACTERS if character not in used), "***")

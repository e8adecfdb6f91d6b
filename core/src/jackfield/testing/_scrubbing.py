"""What becomes of a request and its answer before they are written: addresses moved, secrets and people taken out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit

from jackfield.testing._telltale import (
    MAIL,
    NUMBER,
    holds_number,
    is_fictional_number,
    is_reserved_address,
    keeps_header,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_PERSONAL = re.compile(
    r"(?i)name|street|address|city|zip|postal|birth|note|comment|descr|skype|linkedin|twitter|facebook"
)
_DIGIT = re.compile(r"\d")
_SUBSCRIBER = 7


def as_it_is(value: Any) -> Any:
    """What a simulator answers is fictional already."""
    return value


@dataclass(frozen=True, kw_only=True)
class Scrub:
    """Makes of what was recorded what is kept.

    ``live`` is the origin that was asked and ``origin`` the one that is written down; ``unsigned`` are the query
    parameters that sign; ``members`` those of an object that the connector reads (None: all are kept).
    """

    live: str
    origin: str
    redact: Callable[[str], str]
    unsigned: Collection[str]
    members: Collection[str] | None
    stand_in: Callable[[Any], Any] = as_it_is

    def __call__(self, request: Any, response: Mapping[str, Any]) -> dict[str, Any]:
        """One interaction as it is written down."""
        accept = [value for name, value in request.headers.items() if name.lower() == "accept"]
        kept = {
            name.lower(): list(map(self._line, values))
            for name, values in response["headers"].items()
            if keeps_header(name)
        }
        return {
            "request": {
                "method": request.method,
                "uri": self._uri(request.uri),
                "body": "",
                "headers": {"accept": list(map(str, accept))} if accept else {},
            },
            "response": {
                "status": dict(response["status"]),
                "headers": kept,
                "body": {"string": self._body(response["body"]["string"])},
            },
        }

    def settings(self, values: Mapping[str, str]) -> dict[str, str]:
        """Plain settings as they are written down."""
        return {name: self._line(value) for name, value in values.items()}

    def _line(self, text: str) -> str:
        return self.redact(self._moved(text))

    def _moved(self, text: str) -> str:
        return text.replace(self.live, self.origin).replace(_escaped(self.live), _escaped(self.origin))

    def _uri(self, uri: str) -> str:
        parts = urlsplit(self._moved(uri))
        pairs = [part.partition("=") for part in parts.query.split("&") if part]
        query = [
            f"{name}{eq}{self._quoted(value)}" for name, eq, value in pairs if unquote_plus(name) not in self.unsigned
        ]
        path = "/".join(map(self._quoted, parts.path.split("/")))
        return self.redact(urlunsplit((parts.scheme, parts.netloc, path, "&".join(query), "")))

    def _quoted(self, text: str) -> str:
        plain = unquote_plus(text)
        other = self.stand_in(plain)
        return text if other == plain else quote(other, safe="")

    def _body(self, body: bytes) -> str | bytes:
        try:
            text = self._moved(body.decode())
        except UnicodeDecodeError:
            return body
        try:
            data = json.loads(text)
        except ValueError:
            return self.redact(str(self.stand_in(text)))
        return self.redact(json.dumps(self.stand_in(self._read(data)), ensure_ascii=False))

    def _read(self, data: Any) -> Any:
        """The data without members that the connector does not read; an object of none that it knows is an envelope."""
        if isinstance(data, list):
            return [self._read(item) for item in data]
        if not isinstance(data, dict):
            return data
        known = [name for name in data if self.members is None or name in self.members] or data
        return {name: self._read(data[name]) for name in known}


@dataclass(kw_only=True)
class StandIns:
    """Puts fictional people in the place of real ones: the same for the same, in every spelling.

    ``number`` is the one that was looked up, ``words`` are further texts with what stands for them.
    """

    number: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    _met: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)

    def __call__(self, data: Any, *, about: str = "") -> Any:
        """The same text, or JSON, with stand-ins in it."""
        if isinstance(data, list):
            return [self(item, about=about) for item in data]
        if isinstance(data, dict):
            return {name: self(value, about=_about(name) or about) for name, value in data.items()}
        if isinstance(data, int) and not isinstance(data, bool) and about == "number":
            return int(self._numbered(str(data)))
        return self._text(data, about) if isinstance(data, str) and data else data

    def _text(self, text: str, about: str) -> str:
        if about == "person" and not MAIL.search(text):
            return self._known("person", text, "Example {}")
        if about == "number":
            return self._numbered(text)
        for word, other in self.words.items():
            text = text.replace(word, other)
        text = MAIL.sub(lambda found: self._mailbox(found[0], found[1]), text)
        text = NUMBER.sub(lambda found: self._numbered(found[0]), text)
        return self._looked_up().sub(lambda found: self._numbered(found[0]), text)

    def _mailbox(self, address: str, host: str) -> str:
        return address if is_reserved_address(host) else self._known("mail", address.lower(), "person{}@example.com")

    def _numbered(self, text: str) -> str:
        """The number with other digits at its end, and everything between them left as it is."""
        digits = "".join(_DIGIT.findall(text))
        if len(digits) < _SUBSCRIBER or is_fictional_number(digits):
            return text
        other = iter(digits[:-_SUBSCRIBER] + self._known("number", digits[-_SUBSCRIBER:], "55501{:02}"))
        return _DIGIT.sub(lambda _: next(other), text)

    def _looked_up(self) -> re.Pattern[str]:
        digits = _DIGIT.findall(self.number or "")[-_SUBSCRIBER:]
        return re.compile(r"\D{0,3}".join(digits) if len(digits) == _SUBSCRIBER else "(?!)")

    def _known(self, kind: str, text: str, pattern: str) -> str:
        met = self._met.setdefault(kind, {})
        return met.setdefault(text, pattern.format(len(met) + 1))


def _about(name: str) -> str:
    if "mail" in name.lower():
        return "mail"
    if holds_number(name):
        return "number"
    return "person" if _PERSONAL.search(name) else ""


def _escaped(url: str) -> str:
    return url.replace("/", r"\/")

"""What the CRM answered, read into the connector's wire models."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

import msgspec
from pydantic_core import ValidationError, from_json

from jackfield.errors import JackfieldError, error
from jackfield.http.links import read_links

if TYPE_CHECKING:
    from msgspec.json import Decoder
    from pydantic import TypeAdapter

__all__ = ["Answer", "Headers"]

T = TypeVar("T")

#: Kinds of validation errors whose text may repeat what the CRM sent.
_TELLING = frozenset({"value_error", "assertion_error", "union_tag_invalid"})
_MISFIT = "is not as it should be"
_MISSING = re.compile(r"Object missing required field `([^`]*)`").fullmatch
_TYPES = re.compile(r"Expected `([a-z| ]*)`, got `([a-z]*)`").fullmatch
_EXCERPT_SOURCE = 50_000
_LONGEST_FORM = 2_000


class Headers(Mapping[str, str]):
    """The headers of an answer; their names are found in any case."""

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self._values: Mapping[str, str] = {name.lower(): value for name, value in pairs.items()}

    @classmethod
    def lowered(cls, pairs: Mapping[str, str]) -> Self:
        """The headers of these pairs themselves, whose names are in lower case already."""
        made = cls({})
        made._values = pairs
        return made

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, /, default: str | T) -> str | T: ...
    def get(self, name: str, /, default: str | T | None = None) -> str | T | None:
        """The value of the header, or the default where there is none."""
        return self._values.get(name.lower(), default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A complete answer; ``url`` is without query, ``content`` is decompressed. ``redact`` cleans its excerpts."""

    status: int
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: Headers({}), repr=False)
    content: bytes = field(default=b"", repr=False)
    url: str
    method: str = "GET"
    redact: Callable[[str], str] = field(default=str, repr=False, compare=False)

    @property
    def request(self) -> str:
        """Method and address, as an error names them."""
        return self.redact(f"{self.method} {self.url}")

    @property
    def media_type(self) -> str:
        """The media type in lower case without its parameters; empty where the CRM names none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def links(self) -> Mapping[str, str]:
        """The targets of the header ``Link`` by their relation, such as ``next``; empty where there is none.

        A target is as the CRM wrote it: an address of any host, or one relative to ``url``.
        """
        return read_links(self.headers.get("link", ""))

    @property
    def text(self) -> str:
        """The body as text; what does not fit its character set is replaced."""
        try:
            return self.content.decode(self._charset or "utf-8", "replace")
        except (LookupError, UnicodeError):  # no character set, or none that can replace what does not fit
            return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; raises VendorError ``malformed_answer`` where it is none."""
        try:
            return from_json(self._json)
        except ValueError:
            failure = error("malformed_answer", detail=self.excerpt(), request=self.request)
        raise failure

    def read(self, wanted: TypeAdapter[T] | Decoder[T]) -> T:
        """The body as the type of pydantic's adapter, or of msgspec's decoder, which reads long lists far faster.

        Raises VendorError: ``malformed_answer`` for broken JSON, ``wrong_shape`` naming the first field that is not
        as it should be. What stands in the field is in neither.
        """
        try:
            if isinstance(wanted, msgspec.json.Decoder):
                return wanted.decode(self._json)
            return wanted.validate_json(self._json)
        except ValidationError as invalid:
            failure = self._misread(invalid)
        except msgspec.ValidationError as invalid:
            failure = self._wrong_shape(*_misfit(str(invalid)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            failure = self._malformed()
        raise failure

    def excerpt(self, limit: int = 300) -> str | None:
        """The beginning of the body as plain text on one line, without secrets; None where there is nothing to say.

        Secrets are taken out before it is cut: half a secret would not be found any more.
        """
        text = self.text
        whole = len(text) <= _EXCERPT_SOURCE
        clean = self.redact(text if whole else text[:_EXCERPT_SOURCE])
        visible = " ".join(unescape(_without_tags(clean if whole else clean[:-_LONGEST_FORM])).split())
        printable = "".join(character if character.isprintable() else " " for character in self.redact(visible))
        return f"{printable[: limit - 1]}…" if len(printable) > limit else printable or None

    @property
    def _charset(self) -> str | None:
        return _charset(self.headers.get("content-type", ""))

    @property
    def _json(self) -> bytes:
        if self._charset in {None, "utf-8", "us-ascii"}:
            return self.content.removeprefix(b"\xef\xbb\xbf")
        return self.text.removeprefix("\ufeff").encode("utf-8", "replace")

    def _misread(self, invalid: ValidationError) -> JackfieldError:
        first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            return self._malformed()
        return self._wrong_shape(_path(first["loc"]), _MISFIT if first["type"] in _TELLING else _in_words(first["msg"]))

    def _malformed(self) -> JackfieldError:
        return error("malformed_answer", detail=self.excerpt(), request=self.request)

    def _wrong_shape(self, place: str, expected: str) -> JackfieldError:
        message = f"The CRM's answer is not built as its API promises: {place} {expected}."
        return error("wrong_shape", self.redact(message), request=self.request)


@lru_cache(maxsize=256)
def _charset(content_type: str) -> str | None:
    """The character set that the header names; there are few such headers, and many answers."""
    message = Message()
    message["content-type"] = content_type
    return message.get_content_charset()


def _misfit(told: str) -> tuple[str, str]:
    """Where msgspec found something else than what was wanted, and what it should be."""
    what, _, where = told.partition(" - at `$")
    place = where.rstrip("`")
    missing = _MISSING(what)
    types = _TYPES(what)
    expected = f"should be {types[1].replace(' | ', ' or ')}, not {types[2]}" if types else _MISFIT
    if missing:
        place, expected = f"{place}.{missing[1]}", "is missing"
    return place.lstrip(".")[:200] or "the whole", expected


def _path(location: tuple[int | str, ...]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return "".join(steps).lstrip(".")[:200] or "the whole"


def _in_words(message: str) -> str:
    return "is missing" if message == "Field required" else message.removeprefix("Input ")


def _without_tags(text: str) -> str:
    """The text between the tags; scripts and styles count as tags. Linear in time, whatever the CRM sends."""
    first, *others = re.split(r"<(?:script|style)\b", text, flags=re.IGNORECASE)
    ends = (re.split(r"</(?:script|style)\s*>", other, maxsplit=1, flags=re.IGNORECASE)[1:] for other in others)
    visible = " ".join((first, *(after[0] for after in ends if after)))
    return re.sub(r"</?[a-z!?][^<>]*>", " ", visible, flags=re.IGNORECASE)

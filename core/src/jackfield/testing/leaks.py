"""The leak gate: what must not be in a recording, told by file, line and kind, never by its value.

It looks at every text of a YAML file as it stands there and as it reads once it is unfolded, unescaped and decoded
(percent-encoding, JSON, HTML, base64; one inside the other too). What it cannot know are the names of real people:
recordings of a service are made without them in the first place.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from jackfield.http import Redactor
from jackfield.testing._telltale import given_away, keeps_header, real_numbers, views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = ["Leak", "leaks_in", "leaks_in_text"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Leak(NamedTuple):
    """Something that must not be there: the file's name, the line (from 1) and what kind of thing it is."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what}"


def leaks_in(path: Path, secrets: Iterable[str] = (), *, numbers: bool | None = None) -> list[Leak]:
    """What must not be in this file, in the order of its lines.

    ``secrets`` are found in every form, those of fewer than four characters excepted. ``numbers`` says whether
    telephone numbers have to be fictional; unless told, they have to be where the file was recorded from a service.
    """
    return leaks_in_text(path.read_text("utf-8", errors="replace"), path.name, Redactor(secrets), numbers=numbers)


def leaks_in_text(text: str, name: str, redact: Callable[[str], str], *, numbers: bool | None = None) -> list[Leak]:
    """The same for a text that is not on the disk yet; ``redact`` takes the secrets out of a text."""
    numbers = "source: service" in text if numbers is None else numbers
    lines = text.splitlines()
    found: set[tuple[int, str]] = set()
    for scalar in (*_rows(lines), *_values(text)):
        inside = range(scalar.first, min(scalar.last + 1, len(lines)))
        for what, seen in _kinds(scalar, redact, numbers=numbers):
            if not any((line, what) in found for line in inside):  # a row of this value has told it
                found.add((next((line for line in inside if seen in lines[line]), scalar.first), what))
    return [Leak(name, line + 1, what) for line, what in sorted(found)]


class _Scalar(NamedTuple):
    text: str
    first: int
    last: int
    header: bool = False


def _rows(lines: list[str]) -> Iterator[_Scalar]:
    yield from (_Scalar(line, place, place) for place, line in enumerate(lines))


def _values(text: str) -> Iterator[_Scalar]:
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError:
        return
    if root is not None:
        yield from _inside(root)


def _inside(node: Any) -> Iterator[_Scalar]:
    if isinstance(node, yaml.ScalarNode):
        binary = node.tag.endswith(":binary")
        value = base64.b64decode(node.value).decode("latin-1") if binary else node.value
        yield _Scalar(value, node.start_mark.line, node.end_mark.line)
        return
    for child in node.value:
        for part in child if isinstance(child, tuple) else (child,):
            yield from _inside(part)
        if isinstance(child, tuple) and child[0].value == "headers" and isinstance(child[1], yaml.MappingNode):
            yield from (
                _Scalar(key.value, key.start_mark.line, key.end_mark.line, header=True) for key, _ in child[1].value
            )


def _kinds(scalar: _Scalar, redact: Callable[[str], str], *, numbers: bool) -> Iterator[tuple[str, str]]:
    """What is wrong with a text, and the part of it by which its line is found."""
    if scalar.header:
        if not keeps_header(scalar.text):
            yield f"the header {_shown(scalar.text)}, which no recording keeps", scalar.text
        return
    for view in views(scalar.text):
        if redact(view) != view:
            yield "a secret of the settings", view
        yield from given_away(view)
        if numbers:
            yield from (("a telephone number that is not fictional", part) for part in real_numbers(view))


def _shown(name: str) -> str:
    return name.lower() if re.fullmatch(r"[A-Za-z-]{1,40}", name) else "of another name"

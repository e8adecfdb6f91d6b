"""Markdown made of data, and the hand-written advice that goes with it."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ADVICE = Path(__file__).parents[2] / "advice"
_ROLE = re.compile(r":[a-z:]+:`~?([^`]+)`")


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What was written by hand about one thing: a short title, and a text."""

    title: str
    text: str


def advice_on(subject: str) -> dict[str, Advice]:
    """The sections of ``advice/<subject>.md`` by the first word of their headings, ``## U6 The title``."""
    parts = re.split(r"^## (\S+) ?(.*)\n", (_ADVICE / f"{subject}.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {
        name: Advice(title=title, text=text.strip())
        for name, title, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    }


def docstring(thing: object) -> str:
    """A docstring as Markdown: the roles of reStructuredText become plain code."""
    return _ROLE.sub(r"`\1`", inspect.getdoc(thing) or "")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar or a line break in a cell does not end it. No rows, no table."""
    lines = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", "| --- " * len(head) + "|", *lines]) + "\n" if lines else ""


def _cell(text: str) -> str:
    return " ".join(text.replace("|", r"\|").split()) or "–"  # noqa: RUF001 - a dash for what is not there


def code(text: object) -> str:
    """Inline code; blank where there is nothing."""
    return f"`{text}`" if str(text) else ""


def sentence(text: str) -> str:
    """A promise as a sentence: with a capital in front and a full stop behind."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."

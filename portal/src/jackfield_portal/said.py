"""Texts that are stored: what was meant, and with which values, put into words for whoever reads them.

    Notice(title=said("%(name)s needs attention", name="Acme"))

What a job or one person writes, another reads in another language. Texts of the core and of connectors, which come in
English, stand between these as they are, and are recognized where they are read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from django.db import models
from django.utils.translation import gettext

from jackfield_portal.spoken import spoken
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Said", "SaidLine", "SaidText", "again", "joined", "said", "stored"]

#: A text as it is, or one to be translated (its English, and its values, each a number, a text or parts again).
_Part: TypeAlias = "str | Sequence[Any]"


class Said(str):
    """A text in the language in which it was made, or read from the database, that still knows what was meant."""

    __slots__ = ("parts",)

    parts: Sequence[_Part]

    def __new__(cls, parts: Sequence[_Part]) -> Self:
        """Put the parts into words, in the language of now."""
        made = super().__new__(cls, _in_words(parts))
        made.parts = parts
        return made


def said(text: str, **values: object) -> Said:
    """A text to be translated, with named values in it; ``make messages`` finds it by this call."""
    return Said([[text, {name: _value(value) for name, value in values.items()}]])


def joined(between: str, *texts: str) -> Said:
    """The texts that are not empty as one, each translated by itself."""
    parts: list[_Part] = []
    for text in filter(None, texts):
        parts += [between] if parts else []
        parts += text.parts if isinstance(text, Said) else [text]
    return Said(parts)


def again(text: str) -> str:
    """The text in the language of now, whatever it was made in."""
    return Said(text.parts) if isinstance(text, Said) else text


def stored(text: str) -> str:
    """The text as the database keeps it."""
    return json.dumps(text.parts, ensure_ascii=False, separators=(",", ":")) if isinstance(text, Said) else text


def _restored(text: str) -> str:
    """What was stored; a text of a time before this, or of somebody else's, is as it is."""
    if not text.startswith("["):
        return text
    try:
        return Said(json.loads(text))
    except (ValueError, TypeError, KeyError):
        return text


def _value(value: object) -> object:
    if isinstance(value, Said):
        return value.parts
    return value if isinstance(value, int | float) else shown(value)


def _in_words(parts: Sequence[_Part]) -> str:
    return "".join(spoken(part) if isinstance(part, str) else _translated(*part) for part in parts)


def _translated(text: str, values: dict[str, Any]) -> str:
    words = {name: _in_words(value) if isinstance(value, list) else value for name, value in values.items()}
    return gettext(text) % words if words else gettext(text)


class _Kept:
    """A column of such texts; to the database it is one of texts."""

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        """In the language of whoever reads it."""
        return _restored(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        """What was meant, in the place of the words."""
        return super().get_prep_value(stored(value) if isinstance(value, str) else value)  # type: ignore[misc]

    def deconstruct(self) -> Any:
        """Migrations know the column as what it is to the database."""
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        kind = self.get_internal_type()  # type: ignore[attr-defined]
        return name, f"django.db.models.{kind}", args, kwargs


class SaidText(_Kept, models.TextField):  # type: ignore[type-arg]
    """Texts of any length."""


class SaidLine(_Kept, models.CharField):  # type: ignore[type-arg]
    """Short ones; their English, their values and some marks count towards ``max_length``."""

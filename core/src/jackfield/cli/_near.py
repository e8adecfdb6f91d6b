"""What somebody may have meant, and what of a word may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """The question whether a similar word was meant; empty where none is similar."""
    from difflib import get_close_matches

    matches = get_close_matches(word, list(known), n=1)
    return f"Did you mean {matches[0]}?" if matches else ""


def without_value(word: str) -> str:
    """A word of the command line without what stands behind its ``=``."""
    return word.partition("=")[0]

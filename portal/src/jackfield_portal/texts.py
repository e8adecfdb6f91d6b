"""Texts from a CRM, as they may be kept and shown."""

from __future__ import annotations

import re

__all__ = ["shown"]

#: Controls, and the marks that turn round what stands behind them; neither is part of any name or sentence.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")


def shown(text: object, longest: int | None = None, *, lines: bool = False) -> str:
    """The text without what would spoil a page or a database; in one line unless ``lines`` are to be kept."""
    kept = _CONTROLS.sub(" ", str(text).encode(errors="replace").decode())
    return (kept if lines else " ".join(kept.split("\n"))).strip()[:longest].rstrip()

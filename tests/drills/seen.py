"""What a drill did and what was seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Seen"]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """``did`` and ``saw`` are sentences for the page; ``good`` is whether what must be was so."""

    did: str
    saw: str
    good: bool
    detail: dict[str, Any] = field(default_factory=dict)

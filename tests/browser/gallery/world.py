"""Where the gallery's portal is, and what the things and people in it are called."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["PASSWORD", "World"]

#: Everybody's password.
PASSWORD = "a long enough phrase"


@dataclass(frozen=True, kw_only=True)
class World:
    """``things`` are ids and addresses by name; ``sessions`` the session keys of those who are signed in, by name."""

    url: str
    things: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

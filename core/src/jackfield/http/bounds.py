"""How much and how long is too much of one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["Bounds"]

_MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What one answer may cost: ``body`` in bytes as it is when decompressed, the others in seconds.

    ``connect`` is the time until a connection stands, ``read`` the longest silence of the server after that.
    """

    body: int = 16 * _MEBIBYTE
    connect: float = 5.0
    read: float = 8.0

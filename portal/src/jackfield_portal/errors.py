"""What the portal itself can't do, said so that somebody can act on it."""

from __future__ import annotations

__all__ = ["PortalError"]


class PortalError(Exception):
    """A failure of the portal's own: a sentence (``message``) and what to do about it (``remedy``); never a secret."""

    def __init__(self, message: str, *, remedy: str) -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(f"{message} {remedy}")

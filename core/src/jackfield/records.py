"""Records of a CRM, and the contacts that a telephone number leads to."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Contact", "Record"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record: its ``kind`` in lower-case singular (``contact``, ``lead``, ``organisation``) and its id as text."""

    kind: str
    id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Somebody who has a telephone number, as a screen pop shows him."""

    record: Record
    name: str
    email: str | None = None
    company: str | None = None
    phones: tuple[str, ...] = ()

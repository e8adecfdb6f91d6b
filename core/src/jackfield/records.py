"""Records of a CRM, and the contacts that a telephone number leads to."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Contact", "Record"]


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """One record: its ``kind`` in lower-case singular (``contact``, ``lead``, ``organisation``) and its id as text."""

    kind: str
    id: str


class Contact(Struct, frozen=True, kw_only=True, gc=False):
    """Somebody who has a telephone number, as a screen pop shows him."""

    record: Record
    name: str
    email: str | None = None
    company: str | None = None
    phones: tuple[str, ...] = ()

"""Insightly's search: one field, and its value to the letter."""

from __future__ import annotations

from typing import Any

from jackfield.simkit import national_digits
from jackfield_insightly._simulator_records import COLLECTIONS, CUSTOM_FIELD

_PHONES = frozenset(
    {"PHONE", "PHONE_HOME", "PHONE_MOBILE", "PHONE_OTHER", "PHONE_ASSISTANT", "PHONE_FAX", "MOBILE", "FAX"}
)


def matching(rows: list[dict[str, Any]], field: str, wanted: str, knobs: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The rows whose field has that value; None for a field that there is not."""
    name = field.upper()
    custom = name == CUSTOM_FIELD.upper()
    if rows and not custom and (name not in rows[0] or name in COLLECTIONS):
        return None
    if custom and rows and "CUSTOMFIELDS" not in rows[0]:
        return None
    phone = custom or name in _PHONES
    return [row for row in rows if _same(_custom(row) if custom else row[name], wanted, knobs, phone=phone)]


def _custom(row: dict[str, Any]) -> str | None:
    return next((entry["FIELD_VALUE"] for entry in row["CUSTOMFIELDS"]), None)


def _same(value: object, wanted: str, knobs: dict[str, Any], *, phone: bool) -> bool:
    if value is None:
        return False
    text = str(value)
    if phone and knobs["phone_search"] == "digits":
        return national_digits(text) == national_digits(wanted)
    if isinstance(value, bool) or (not phone and knobs["text_search"] == "ignore_case"):
        return text.casefold() == wanted.strip().casefold()
    return text == wanted

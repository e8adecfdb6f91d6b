"""The spellings of a telephone number under which a CRM may have stored it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

__all__ = ["spellings"]


def spellings(number: str) -> tuple[str, ...]:
    """The ways to write ``number``, likeliest first, each once; none for a text without a digit.

    For a number in international form: as dialled, E.164, its digits, the national digits, and the national and
    international ways to group them, the latter also without the country code; an extension is left aside. A number
    without country code is looked for as it is, and as its digits.
    """
    import phonenumbers

    dialled = " ".join(number.split())
    digits = re.sub(r"\D", "", dialled)
    if not digits:
        return ()
    forms = [dialled, digits]
    if parsed := _parsed(dialled):
        styles = (
            phonenumbers.PhoneNumberFormat.E164,
            phonenumbers.PhoneNumberFormat.NATIONAL,
            phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        )
        e164, national, international = (phonenumbers.format_number(parsed, style) for style in styles)
        bare = phonenumbers.national_significant_number(parsed)
        grouped = international.partition(" ")[2]
        forms = [dialled, e164, bare, e164[1:], re.sub(r"\D", "", national), national, international, grouped]
    return tuple(dict.fromkeys(forms))


def _parsed(number: str) -> PhoneNumber | None:
    import phonenumbers

    text = f"+{number[2:]}" if number.startswith("00") else number
    try:
        parsed = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    parsed.extension = None
    return parsed

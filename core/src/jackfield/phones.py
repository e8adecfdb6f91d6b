"""The spellings of a telephone number under which a CRM may have stored it."""

from __future__ import annotations

import re

__all__ = ["spellings"]


def spellings(number: str) -> tuple[str, ...]:
    """The ways to write ``number``, likeliest first, each once; none for a text without a digit.

    For a number in international form: as dialled, E.164, its digits, the national digits, and the national and
    international way to group them. A number without country code is looked for as it is, and as its digits.
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
        forms = [dialled, e164, digits, re.sub(r"\D", "", national), bare, national, international]
    return tuple(dict.fromkeys(forms))


def _parsed(number: str) -> object | None:
    import phonenumbers

    text = f"+{number[2:]}" if number.startswith("00") else number
    try:
        return phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None

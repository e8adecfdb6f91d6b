"""Users as the tables keep them: plain texts, made for every user of every import.

Worked out column by column: nearly always one look at a whole column shows that nothing in it has to be cleaned.
"""

from __future__ import annotations

from datetime import UTC
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from msgspec import json
from msgspec.structs import astuple

from jackfield.users import CrmUser, UserKind, UserState, email_or_none
from jackfield_portal.imports.models import UserColumns
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

__all__ = ["COLUMNS", "columns"]

# Django documents _meta; the underscore is its own oddity.
_FIELDS = UserColumns._meta.local_fields  # noqa: SLF001
COLUMNS: Final = tuple(field.name for field in _FIELDS)
_LONGEST = {field.name: getattr(field, "max_length", None) for field in _FIELDS}
_TEXTS_OR_NONE: Final = json.Decoder(list[str | None])


class _Common(dict[Any, str]):
    """Texts that many users share, as they are kept."""

    def __init__(self, column: str) -> None:
        super().__init__()
        self._longest = _LONGEST[column]

    def __missing__(self, value: object) -> str:
        if len(self) > 2_000:  # noqa: PLR2004 - they are not so common after all
            self.clear()
        self[value] = text = "" if value is None else shown(value, self._longest)
        return text


_ROLES, _ZONES, _PROFILES = _Common("role"), _Common("time_zone"), _Common("profile_kind")


def columns(users: Sequence[CrmUser], *, zoned: bool) -> list[Sequence[str | None]]:
    """A column for each of COLUMNS, one user after the other: blank, null and missing are all an empty text.

    Only a moment that is not known is None. Moments are in UTC; they say so where they are ``zoned``.
    """
    ids, names, emails, others, states, kinds, roles, phones, extensions, zones, profiles, created, updated = zip(
        *map(astuple, users), strict=True
    )
    addresses = [email_or_none(email) or "" for email in emails]
    return [
        _cleaned(ids, None),  # an id is never cut: two of them could become one
        _texts("name", names),
        _texts("email", addresses),
        [_others(more, email) if more else "" for more, email in zip(others, addresses, strict=True)],
        _members("state", states, UserState),
        _members("kind", kinds, UserKind),
        list(map(_ROLES.__getitem__, roles)),
        _texts("phone", phones),
        _texts("extension", extensions),
        list(map(_ZONES.__getitem__, zones)),
        [_PROFILES[profile.kind] if profile else "" for profile in profiles],
        _texts("profile_id", [profile.id if profile else "" for profile in profiles]),
        _moments(created, zoned=zoned),
        _moments(updated, zoned=zoned),
    ]


def _texts(column: str, values: Sequence[str | None]) -> Sequence[str]:
    if not any(values):
        return list(repeat("", len(values)))
    return _cleaned(["" if value is None else value for value in values], _LONGEST[column])


def _cleaned(values: Sequence[str], longest: int | None) -> Sequence[str]:
    """Each text as :func:`shown` gives it, which changes nothing within one that is printable."""
    try:
        plain = "".join(values).isprintable()
    except TypeError:  # a connector that does not keep to its types
        plain = False
    if not plain:
        return ["" if value is None else shown(value, longest) for value in values]
    stripped = list(map(str.strip, values))
    if longest is not None and max(map(len, stripped), default=0) > longest:
        return [value[:longest].rstrip() for value in stripped]
    return stripped


def _members(column: str, values: Sequence[Any], kind: type[UserState | UserKind]) -> list[str]:
    """The values of an enumeration, whose members look themselves up slowly."""
    if set(map(type, values)) == {kind}:
        return [value._value_ for value in values]
    return ["" if value is None else shown(value, _LONGEST[column]) for value in values]


def _others(others: Iterable[str], email: str) -> str:
    normal = {address for text in others if (address := email_or_none(text))} - {email}
    return "\n".join(sorted(map(shown, normal)))


def _moments(values: Sequence[datetime | None], *, zoned: bool) -> Sequence[str | None]:
    """Written all at once, by a writer of JSON: it spells them as the databases read them, but for a letter or two."""
    known = len(values) - values.count(None)
    written = json.encode(values)
    if written.count(b'Z"') != known:  # some are in another zone, or in none
        written = json.encode([value and _in_utc(value) for value in values])
    return _TEXTS_OR_NONE.decode(written.replace(b"T", b" ").replace(b'Z"', b'+00:00"' if zoned else b'"'))


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

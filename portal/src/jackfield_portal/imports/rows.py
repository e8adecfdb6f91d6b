"""Users as the tables keep them: rows of plain texts, made for every user of every import.

Worked out column by column: nearly always one look at a whole column shows that nothing in it has to be cleaned.
"""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from jackfield.users import email_or_none
from jackfield_portal.imports.models import UserColumns
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jackfield.users import CrmUser

__all__ = ["COLUMNS", "Row", "rows"]

#: A place, then the values of a user in the order of COLUMNS: texts, and None for a moment that is not known.
Row = tuple[int | str | None, ...]

# Django documents _meta; the underscore is its own oddity.
_FIELDS = UserColumns._meta.local_fields  # noqa: SLF001
COLUMNS: Final = tuple(field.name for field in _FIELDS)
_LONGEST = {field.name: getattr(field, "max_length", None) for field in _FIELDS}


def rows(users: Sequence[CrmUser], places: Sequence[int], *, zoned: bool) -> list[Row]:
    """A row for each user and his place: blank, null and missing are all an empty text.

    Moments are in UTC; they say so where they are ``zoned``.
    """
    profiles = [user.profile for user in users]
    emails = [email_or_none(user.email) or "" for user in users]
    return list(
        zip(
            places,
            _cleaned([user.id for user in users], None),  # an id is never cut: two of them could become one
            _texts("name", [user.name for user in users]),
            _texts("email", emails),
            [_others(user, email) if user.other_emails else "" for user, email in zip(users, emails, strict=True)],
            [_common(user.state, "state") for user in users],
            [_common(user.kind, "kind") for user in users],
            [_common(user.role, "role") for user in users],
            _texts("phone", [user.phone or "" for user in users]),
            _texts("extension", [user.extension or "" for user in users]),
            [_common(user.time_zone, "time_zone") for user in users],
            [_common(profile.kind, "profile_kind") if profile else "" for profile in profiles],
            _texts("profile_id", [profile.id if profile else "" for profile in profiles]),
            _moments([user.created for user in users], zoned=zoned),
            _moments([user.updated for user in users], zoned=zoned),
            strict=True,
        )
    )


def _texts(column: str, values: list[str]) -> list[str]:
    return _cleaned(values, _LONGEST[column])


def _cleaned(values: list[str], longest: int | None) -> list[str]:
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


@lru_cache(maxsize=2_048)
def _common(value: object, column: str) -> str:
    """A text that many users share."""
    return "" if value is None else shown(value, _LONGEST[column])


def _others(user: CrmUser, email: str) -> str:
    others = {address for text in user.other_emails if (address := email_or_none(text))} - {email}
    return "\n".join(sorted(map(shown, others)))


def _moments(values: list[datetime | None], *, zoned: bool) -> list[str | None]:
    end = None if zoned else -len("+00:00")
    return [None if value is None else str(value if value.tzinfo is UTC else _in_utc(value))[:end] for value in values]


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

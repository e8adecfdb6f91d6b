"""Users as the tables keep them: rows of plain texts, made for each user of every import."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from jackfield.users import email_or_none
from jackfield_portal.imports.models import UserColumns
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from jackfield.users import CrmUser

__all__ = ["COLUMNS", "Row", "rows"]

#: The values of a user in the order of COLUMNS: texts, and None for a moment that is not known.
Row = tuple[str | None, ...]

# Django documents _meta; the underscore is its own oddity.
_FIELDS = UserColumns._meta.local_fields  # noqa: SLF001
COLUMNS: Final = tuple(field.name for field in _FIELDS)
_LONGEST = {field.name: getattr(field, "max_length", None) for field in _FIELDS}
_NAME, _EMAIL, _PHONE, _EXTENSION, _PROFILE = (
    _LONGEST[name] for name in ("name", "email", "phone", "extension", "profile_id")
)


def rows(users: Iterable[CrmUser], *, zoned: bool) -> list[Row]:
    """A row for each user: blank, null and missing are all an empty text.

    Moments are in UTC; they say so where they are ``zoned``.
    """
    moment = _zoned if zoned else _plain
    return [_row(user, moment) for user in users]


def _row(user: CrmUser, moment: Callable[[datetime], str]) -> Row:
    email, profile = email_or_none(user.email), user.profile
    return (
        _text(user.id, None),  # an id is never cut: two of them could become one
        _text(user.name, _NAME),
        _text(email, _EMAIL) if email else "",
        _others(user, email) if user.other_emails else "",
        _known(user.state, "state"),
        _known(user.kind, "kind"),
        _known(user.role, "role") if user.role else "",
        _text(user.phone, _PHONE) if user.phone else "",
        _text(user.extension, _EXTENSION) if user.extension else "",
        _known(user.time_zone, "time_zone") if user.time_zone else "",
        _known(profile.kind, "profile_kind") if profile else "",
        _text(profile.id, _PROFILE) if profile else "",
        moment(user.created) if user.created else None,
        moment(user.updated) if user.updated else None,
    )


def _text(value: str | None, longest: int | None) -> str:
    if type(value) is str and value.isprintable():  # as nearly all are: nothing in it has to be taken out
        return value.strip()[:longest].rstrip()
    return "" if value is None else shown(value, longest)


@lru_cache(maxsize=2_048)
def _known(value: object, column: str) -> str:
    """A text that is the same for many users."""
    return "" if value is None else shown(value, _LONGEST[column])


def _others(user: CrmUser, email: str | None) -> str:
    others = {address for text in user.other_emails if (address := email_or_none(text))} - {email}
    return "\n".join(sorted(map(shown, others)))


def _plain(value: datetime) -> str:
    return _zoned(value)[:-6]


def _zoned(value: datetime) -> str:
    offset = value.utcoffset()
    if offset is None:
        value = value.replace(tzinfo=UTC)
    elif offset:
        value = value.astimezone(UTC)
    return value.isoformat(" ")

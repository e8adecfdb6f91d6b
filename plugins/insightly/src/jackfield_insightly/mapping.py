"""Insightly's records in Jackfield's terms; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from jackfield.records import Contact, Record
from jackfield.users import CrmUser, UserKind, UserState, email_or_none, full_name
from jackfield.zones import iana_zone

if TYPE_CHECKING:
    from jackfield_insightly import models

_STATES = {True: UserState.ACTIVE, False: UserState.INACTIVE, None: UserState.UNKNOWN}
_PERSON = UserKind.PERSON
#: How a time of a body is spelt, and what stands between its numbers where each has all its digits, as is usual.
_TIME, _BETWEEN = "%Y-%m-%d %H:%M:%S", "-- ::"
_iso = datetime.fromisoformat
#: Kinds of record with a page of their own, by the segment of its address.
_PAGES = frozenset({"contact", "lead", "organisation", "opportunity", "project", "task", "event", "ticket"})


def crm_user(user: models.User) -> CrmUser:
    """A user; his page is that of his own contact record, as Insightly has none for users."""
    email = email_or_none(user.EMAIL_ADDRESS)
    return CrmUser(
        id=str(user.USER_ID),
        name=full_name(user.FIRST_NAME, user.LAST_NAME) or email or f"User {user.USER_ID}",
        email=email,
        state=_STATES[user.ACTIVE],
        kind=_PERSON,
        role=role(user),
        time_zone=iana_zone(user.TIMEZONE_ID),
        profile=None if user.CONTACT_ID is None else Record(kind="contact", id=str(user.CONTACT_ID)),
        created=utc(user.DATE_CREATED_UTC),
        updated=utc(user.DATE_UPDATED_UTC),
    )


def role(user: models.User) -> str:
    """What the user may do in the account, in words."""
    if user.ACCOUNT_OWNER:
        return "Account owner"
    return "Administrator" if user.ADMINISTRATOR else "User"


def contact(found: models.Contact) -> Contact:
    """A contact for the screen pop."""
    name = full_name(found.FIRST_NAME, found.LAST_NAME)
    email = email_or_none(found.EMAIL_ADDRESS)
    return Contact(
        record=Record(kind="contact", id=str(found.CONTACT_ID)),
        name=name or email or f"Contact {found.CONTACT_ID}",
        email=email,
        phones=_numbers(found.PHONE, found.PHONE_MOBILE, found.PHONE_HOME, found.PHONE_OTHER),
    )


def lead(found: models.Lead) -> Contact:
    """A lead for the screen pop."""
    name = full_name(found.FIRST_NAME, found.LAST_NAME)
    email = email_or_none(found.EMAIL)
    return Contact(
        record=Record(kind="lead", id=str(found.LEAD_ID)),
        name=name or email or f"Lead {found.LEAD_ID}",
        email=email,
        company=found.ORGANISATION_NAME or None,
        phones=_numbers(found.PHONE, found.MOBILE),
    )


def link(details_link: str, record: Record) -> str | None:
    """The page of a record; None where there is none. Segments are lower-case singular, British as in the API.

    An id of dots alone is none: every browser reads it as a step up, out of the records.
    """
    kind = {"organization": "organisation"}.get(record.kind, record.kind)
    segment = quote(record.id, safe="", errors="replace")
    return f"{details_link}{kind}/{segment}" if kind in _PAGES and segment.strip(".") else None


def utc(text: str | None) -> datetime | None:
    """A time of a body, ``yyyy-MM-dd HH:mm:ss`` in UTC without saying so; None for none, blank or all zeroes."""
    try:
        if text and len(text) == 19 and text[4::3] == _BETWEEN:  # noqa: PLR2004 - for the fast reader of ISO 8601
            return _iso(text + "Z")
    except ValueError:
        pass
    try:
        return datetime.strptime(text or "", _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _numbers(*numbers: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for number in numbers if number))

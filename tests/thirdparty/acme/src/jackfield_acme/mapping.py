"""Acme CRM's records in Jackfield's terms; pure."""

from urllib.parse import quote

from jackfield import Contact, CrmUser, Record, UserKind, UserState
from jackfield.users import email_or_none, full_name
from jackfield_acme import models

_PAGES = {"contact": "c"}
_STATES = {"active": UserState.ACTIVE, "suspended": UserState.INACTIVE}
_KINDS = {"human": UserKind.PERSON, "bot": UserKind.SERVICE}


def crm_user(user: models.User) -> CrmUser:
    """A user of the CRM; without names the e-mail or the id stands in."""
    email = email_or_none(user.email)
    return CrmUser(
        id=str(user.id),
        name=full_name(user.full_name) or email or f"User {user.id}",
        email=email,
        state=_STATES.get(user.status or "", UserState.UNKNOWN),
        kind=_KINDS.get(user.type or "", UserKind.UNKNOWN),
        role=user.role,
    )


def contact(found: models.Contact) -> Contact:
    """A contact for the screen pop."""
    email = email_or_none(found.email)
    return Contact(
        record=Record(kind="contact", id=str(found.id)),
        name=full_name(found.name) or email or f"Contact {found.id}",
        email=email,
        company=found.company,
        phones=tuple(number for number in (found.phone, found.mobile) if number),
    )


def link(details_link: str, record: Record) -> str | None:
    """The page of a record; None for a kind without one, and for an id of dots, which would lead elsewhere."""
    page, segment = _PAGES.get(record.kind), quote(record.id, safe="", errors="replace")
    return f"{details_link}{page}/{segment}" if page and segment.strip(".") else None

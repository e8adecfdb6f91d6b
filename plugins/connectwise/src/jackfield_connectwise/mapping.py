"""ConnectWise's records in Jackfield's terms; pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from jackfield.records import Contact, Record
from jackfield.users import CrmUser, UserKind, UserState, email_or_none, full_name
from jackfield.zones import iana_zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jackfield_connectwise import models

#: Kinds of record with a page of their own, by the recordType of its address, whose case matters.
_PAGES: Final = {
    "contact": "ContactFV",
    "company": "CompanyFV",
    "organisation": "CompanyFV",
    "organization": "CompanyFV",
    "ticket": "ServiceFV",
    "activity": "ActivityFV",
    "agreement": "AgreementFV",
    "opportunity": "OpportunityFV",
    "project": "ProjectHeaderFV",
    "configuration": "ConfigFV",
    "schedule": "ScheduleRecordFV",
    "time_entry": "TimeEntryFV",
    "expense": "ExpenseFV",
}
_KINDS: Final[Mapping[str | None, UserKind]] = {
    "F": UserKind.PERSON,
    "C": UserKind.PERSON,
    "X": UserKind.EXTERNAL,
    "A": UserKind.SERVICE,
}
#: The account that ConnectWise itself works with; it is a member like any other, and nobody's.
_BUILT_IN: Final = "zAdmin"
_ZONES: Final[Mapping[str | None, str]] = {
    "US Eastern": "America/New_York",
    "US Central": "America/Chicago",
    "US Mountain": "America/Denver",
    "US Pacific": "America/Los_Angeles",
}
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u2060\ufeff]")
_FIRST_YEAR: Final = 1971


def crm_user(member: models.Member) -> CrmUser:
    """A member; ConnectWise has no page for one that a link could lead to."""
    email, *others = emails(member) or (None,)
    phone, extension = _phone(member)
    return CrmUser(
        id=str(member.id),
        name=full_name(member.firstName, member.lastName) or member.identifier or email or f"Member {member.id}",
        email=email,
        other_emails=tuple(other for other in others if other),
        state={True: UserState.INACTIVE, False: UserState.ACTIVE, None: UserState.UNKNOWN}[member.inactiveFlag],
        kind=kind(member),
        role=_name(member.securityRole),
        phone=phone,
        extension=extension,
        time_zone=zone(_name(member.timeZone)),
        created=utc(member.info.dateEntered if member.info else None),
        updated=utc(member.info.lastUpdated if member.info else None),
    )


def kind(member: models.Member) -> UserKind:
    """A person, somebody from outside (a subcontractor), or an account of a program; by the class of the licence."""
    if member.identifier == _BUILT_IN:
        return UserKind.SERVICE
    return _KINDS.get(member.licenseClass, UserKind.UNKNOWN)


def emails(member: models.Member) -> tuple[str, ...]:
    """The member's addresses, normalised, each once, the one that ConnectWise prefers first."""
    places = (("Office", member.officeEmail), ("Mobile", member.mobileEmail), ("Home", member.homeEmail))
    chosen_first = sorted(places, key=lambda place: place[0] != member.defaultEmail)
    given = map(_email, (member.primaryEmail, *(text for _, text in chosen_first)))
    return tuple(dict.fromkeys(address for address in given if address))


def zone(name: str | None) -> str | None:
    """The IANA name for what ConnectWise calls a time zone; None for a name that is known to nobody."""
    return _ZONES.get(name) or iana_zone(name)


def contact(found: models.Contact) -> Contact:
    """A contact for the screen pop."""
    email = _email_of(found)
    return Contact(
        record=Record(kind="contact", id=str(found.id)),
        name=full_name(found.firstName, found.lastName) or email or f"Contact {found.id}",
        email=email,
        company=_name(found.company),
        phones=numbers(found),
    )


def company(found: models.Company) -> Contact:
    """A company whose main number calls, for the screen pop."""
    name = found.name or found.identifier or f"Company {found.id}"
    record = Record(kind="company", id=str(found.id))
    return Contact(record=record, name=name, company=name, phones=_each_once(found.phoneNumber))


def numbers(found: models.Contact) -> tuple[str, ...]:
    """The contact's telephone numbers as ConnectWise has them, each once, the default one first; no fax numbers."""
    items = [item.value for item in found.communicationItems or () if item.communicationType in {"Phone", None}]
    return _each_once(found.defaultPhoneNbr, *items)


def link(details_link: str, company_id: str, record: Record) -> str | None:
    """The page of a record; None where there is none."""
    page = _PAGES.get(record.kind)
    if page is None or not record.id.strip():
        return None
    query = {"locale": "en_US", "recordType": page, "recid": record.id, "companyName": company_id}
    router = f"{details_link}v4_6_release/services/system_io/router/openrecord.rails"
    return f"{router}?{urlencode(query, errors='replace')}"


def utc(text: str | None) -> datetime | None:
    """A time of a body, which is in UTC; None for none, for rubbish, and for the year 1800 that stands for none."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment.year >= _FIRST_YEAR else None


def _phone(member: models.Member) -> tuple[str | None, str | None]:
    lines = (
        ("Office", member.officePhone, member.officeExtension),
        ("Mobile", member.mobilePhone, member.mobileExtension),
        ("Home", member.homePhone, member.homeExtension),
    )
    chosen_first = sorted(lines, key=lambda line: line[0] != member.defaultPhone)
    return next(((number, extension or None) for _, number, extension in chosen_first if number), (None, None))


def _email_of(found: models.Contact) -> str | None:
    given = [item for item in found.communicationItems or () if item.communicationType == "Email"]
    addresses = (_email(item.value) for item in sorted(given, key=lambda item: not item.defaultFlag))
    return next((address for address in addresses if address), None)


def _email(text: str | None) -> str | None:
    return email_or_none(_INVISIBLE.sub("", text)) if text else None


def _name(reference: models.Reference | None) -> str | None:
    return (reference.name or None) if reference else None


def _each_once(*given: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for number in given if number))

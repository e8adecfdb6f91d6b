"""The contacts, leads and organisations of the simulated account: fictional, the same in every run."""

from __future__ import annotations

from typing import Any

from jackfield_insightly import _simulator_people as people

CONTACTS, LEADS, ORGANISATIONS = 60, 20, 10
_FIRST_CONTACT, _FIRST_LEAD, _FIRST_ORGANISATION = 300_555_000, 80_555_000, 150_555_000
_ADDRESS = ("STREET", "CITY", "STATE", "POSTCODE", "COUNTRY")
#: A field that an account's administrator has added to contacts.
CUSTOM_FIELD = "Direct_Line__c"

_CONTACT = (
    *("CONTACT_ID", "SALUTATION", "FIRST_NAME", "LAST_NAME", "IMAGE_URL", "BACKGROUND", "OWNER_USER_ID"),
    *("DATE_CREATED_UTC", "DATE_UPDATED_UTC", "SOCIAL_LINKEDIN", "SOCIAL_FACEBOOK", "SOCIAL_TWITTER", "DATE_OF_BIRTH"),
    *("PHONE", "PHONE_HOME", "PHONE_MOBILE", "PHONE_OTHER", "PHONE_ASSISTANT", "PHONE_FAX"),
    *("EMAIL_ADDRESS", "ASSISTANT_NAME"),
    *(f"ADDRESS_{use}_{part}" for use in ("MAIL", "OTHER") for part in _ADDRESS),
    *("LAST_ACTIVITY_DATE_UTC", "NEXT_ACTIVITY_DATE_UTC", "CREATED_USER_ID", "ORGANISATION_ID", "TITLE"),
    *("EMAIL_OPTED_OUT", "CUSTOMFIELDS", "TAGS", "DATES", "LINKS"),
)
_LEAD = (
    *("LEAD_ID", "SALUTATION", "FIRST_NAME", "LAST_NAME", "LEAD_SOURCE_ID", "LEAD_STATUS_ID", "TITLE", "CONVERTED"),
    *("CONVERTED_CONTACT_ID", "CONVERTED_DATE_UTC", "CONVERTED_OPPORTUNITY_ID", "CONVERTED_ORGANISATION_ID"),
    *("DATE_CREATED_UTC", "DATE_UPDATED_UTC", "EMAIL", "EMPLOYEE_COUNT", "FAX", "INDUSTRY", "LEAD_DESCRIPTION"),
    *("LEAD_RATING", "MOBILE", "OWNER_USER_ID", "PHONE", "RESPONSIBLE_USER_ID", "WEBSITE"),
    *(f"ADDRESS_{part}" for part in _ADDRESS),
    *("LAST_ACTIVITY_DATE_UTC", "NEXT_ACTIVITY_DATE_UTC", "ORGANISATION_NAME", "CREATED_USER_ID", "IMAGE_URL"),
    *("EMAIL_OPTED_OUT", "CUSTOMFIELDS", "TAGS", "LINKS"),
)
_ORGANISATION = (
    *("ORGANISATION_ID", "ORGANISATION_NAME", "BACKGROUND", "IMAGE_URL", "OWNER_USER_ID", "DATE_CREATED_UTC"),
    *("DATE_UPDATED_UTC", "LAST_ACTIVITY_DATE_UTC", "NEXT_ACTIVITY_DATE_UTC", "CREATED_USER_ID", "PHONE", "PHONE_FAX"),
    "WEBSITE",
    *(f"ADDRESS_{use}_{part}" for use in ("BILLING", "SHIP") for part in _ADDRESS),
    *("SOCIAL_LINKEDIN", "SOCIAL_FACEBOOK", "SOCIAL_TWITTER", "CUSTOMFIELDS", "TAGS", "DATES", "EMAILDOMAINS", "LINKS"),
)
#: Members that hold further records; brief=true leaves them out.
COLLECTIONS = ("CUSTOMFIELDS", "TAGS", "DATES", "EMAILDOMAINS", "LINKS")
_COMPANIES = (
    ("Harbour Light Bakery", "harbourlight"),
    ("Blue Heron Logistics", "blueheron"),
    ("Étoile & Fils", "etoile"),
    ("Quill Street Books", "quillstreet"),
    ("Northfold Dental", "northfold"),
    ('The "Good" Paint Co.', "goodpaint"),
    ("Saltmarsh Energy", "saltmarsh"),
    ("O'Hara Plumbing", "ohara"),
    ("Tidewell Clinic", "tidewell"),
    ("Maple & Stone Architects", "maplestone"),
)


def contact(number: int, owner: int) -> dict[str, Any]:
    """A customer; the numbers are spelt in different ways, and the last one has that of the one before."""
    first, last, mailbox = people.name_of(300 + number)
    nameless = people.one_in(30, number, 17)
    own = {
        "CONTACT_ID": _FIRST_CONTACT + 2 * number,
        "FIRST_NAME": None if nameless else first,
        "LAST_NAME": None if nameless else last,
        "PHONE": people.phone(min(number, CONTACTS - 2)),
        "PHONE_MOBILE": people.phone(100 + number) if number % 3 == 0 else None,
        "PHONE_HOME": people.phone(600 + number) if people.one_in(10, number, 4) else None,
        "EMAIL_ADDRESS": f"{mailbox}@{_COMPANIES[number % ORGANISATIONS][1]}.example.com",
        "ORGANISATION_ID": _FIRST_ORGANISATION + number % ORGANISATIONS,
        "TITLE": ("Buyer", "Owner", None, "Receptionist")[number % 4],
    }
    custom = [{"FIELD_NAME": CUSTOM_FIELD, "FIELD_VALUE": people.phone(700 + number)}] if number % 6 == 0 else []
    return _record(_CONTACT, own, number, owner) | {"CUSTOMFIELDS": custom}


def contact_of_user(number: int, user: dict[str, Any]) -> dict[str, Any]:
    """A user's own contact record: colleagues are contacts too; the first hundred have a number."""
    own = {name: user[name] for name in ("CONTACT_ID", "FIRST_NAME", "LAST_NAME", "EMAIL_ADDRESS")}
    own["PHONE"] = people.phone(500 + number) if number < 100 else None  # noqa: PLR2004 - the range is used up then
    return _record(_CONTACT, own, number, user["USER_ID"])


def lead(number: int, owner: int) -> dict[str, Any]:
    """Somebody who may become a customer; one in ten has."""
    first, last, mailbox = people.name_of(400 + number)
    company, domain = _COMPANIES[number % ORGANISATIONS]
    converted = people.one_in(10, number, 7)
    own = {
        "LEAD_ID": _FIRST_LEAD + 2 * number,
        "FIRST_NAME": first,
        "LAST_NAME": last,
        "LEAD_SOURCE_ID": 555_301,
        "LEAD_STATUS_ID": 555_401,
        "CONVERTED": converted,
        "CONVERTED_CONTACT_ID": _FIRST_CONTACT + 2 * number if converted else None,
        "EMAIL": f"{mailbox}@{domain}.example.com",
        "PHONE": people.phone(200 + number),
        "MOBILE": people.phone(250 + number) if number % 2 else None,
        "ORGANISATION_NAME": company,
        "RESPONSIBLE_USER_ID": owner,
    }
    return _record(_LEAD, own, number, owner)


def organisation(number: int, owner: int) -> dict[str, Any]:
    """A company."""
    name, domain = _COMPANIES[number]
    own = {
        "ORGANISATION_ID": _FIRST_ORGANISATION + number,
        "ORGANISATION_NAME": name,
        "PHONE": people.phone(400 + number),
        "WEBSITE": f"https://{domain}.example.com/",
        "EMAILDOMAINS": [{"EMAIL_DOMAIN_ID": 555_501 + number, "EMAIL_DOMAIN": f"{domain}.example.com"}],
    }
    return _record(_ORGANISATION, own, number, owner)


def _record(members: tuple[str, ...], own: dict[str, Any], number: int, owner: int) -> dict[str, Any]:
    """All members in their order; absent values are null and collections empty, as Insightly has it."""
    blank: dict[str, Any] = {name: [] if name in COLLECTIONS else None for name in members}
    dates = {"DATE_CREATED_UTC": people.moment(53 * number), "DATE_UPDATED_UTC": people.moment(53 * number + 900)}
    whose = {"OWNER_USER_ID": owner, "CREATED_USER_ID": owner}
    return blank | dates | whose | ({"EMAIL_OPTED_OUT": False} if "EMAIL_OPTED_OUT" in blank else {}) | own

"""The contacts, leads and organisations of the simulated account: fictional, the same in every run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jackfield.simkit import Caller, caller, companies, moment, person, spelt, telephone
from jackfield_insightly._simulator_people import written

CONTACTS, LEADS, ORGANISATIONS = 60, 20, 10
_FIRST_CONTACT, _FIRST_LEAD, _FIRST_ORGANISATION = 300_555_000, 80_555_000, 150_555_000
_ADDRESS = ("STREET", "CITY", "STATE", "POSTCODE", "COUNTRY")
#: Leads are other people than the contacts.
_LEADS_FROM = 200
_WITHOUT_NAME, _WITHOUT_EITHER = 2, 3
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


def contact_id(number: int) -> int:
    """The id of a customer's record."""
    return _FIRST_CONTACT + 2 * number


def home_number(number: int) -> str | None:
    """The number that one in ten customers has at home, in E.164."""
    return telephone(600 + number) if number % 10 == 4 else None  # noqa: PLR2004 - one in ten


def lead_id(number: int) -> int:
    """The id of a lead."""
    return _FIRST_LEAD + 2 * number


def lead_person(number: int) -> Caller:
    """Who a lead is; one in ten left no name, and one in ten neither a name nor an e-mail address."""
    somebody = caller(_LEADS_FROM + number)
    if number % 10 not in {_WITHOUT_NAME, _WITHOUT_EITHER}:
        return somebody
    return replace(somebody, first=None, last=None, email=somebody.email if number % 10 == _WITHOUT_NAME else "")


def lead_mobile(number: int) -> str | None:
    """The mobile number that every other lead has, in E.164."""
    return telephone(250 + number) if number % 2 else None


def contact(number: int, owner: int) -> dict[str, Any]:
    """A customer; his numbers are spelt in different ways."""
    customer = caller(number)
    own = {
        "CONTACT_ID": contact_id(number),
        "FIRST_NAME": customer.first,
        "LAST_NAME": customer.last,
        "PHONE": spelt(customer.phone),
        "PHONE_MOBILE": _spelt(customer.mobile),
        "PHONE_HOME": _spelt(home_number(number)),
        "EMAIL_ADDRESS": customer.email,
        "ORGANISATION_ID": _FIRST_ORGANISATION + customer.company.number,
        "TITLE": ("Buyer", "Owner", None, "Receptionist")[number % 4],
    }
    custom = [{"FIELD_NAME": CUSTOM_FIELD, "FIELD_VALUE": spelt(telephone(700 + number))}] if number % 6 == 0 else []
    return _record(_CONTACT, own, number, owner) | {"CUSTOMFIELDS": custom}


def contact_of_user(number: int, user: dict[str, Any]) -> dict[str, Any]:
    """A user's own contact record: colleagues are contacts too; the first hundred have a number."""
    own = {name: user[name] for name in ("CONTACT_ID", "FIRST_NAME", "LAST_NAME", "EMAIL_ADDRESS")}
    own["PHONE"] = _spelt(person(number).phone)
    return _record(_CONTACT, own, number, user["USER_ID"])


def lead(number: int, owner: int) -> dict[str, Any]:
    """Somebody who may become a customer; one in ten has."""
    somebody = lead_person(number)
    converted = number % 10 == 7  # noqa: PLR2004 - one in ten
    own = {
        "LEAD_ID": lead_id(number),
        "FIRST_NAME": somebody.first,
        "LAST_NAME": somebody.last,
        "LEAD_SOURCE_ID": 555_301,
        "LEAD_STATUS_ID": 555_401,
        "CONVERTED": converted,
        "CONVERTED_CONTACT_ID": contact_id(number) if converted else None,
        "EMAIL": somebody.email or None,
        "PHONE": spelt(somebody.phone),
        "MOBILE": _spelt(lead_mobile(number)),
        "ORGANISATION_NAME": somebody.company.name,
        "RESPONSIBLE_USER_ID": owner,
    }
    return _record(_LEAD, own, number, owner)


def organisation(number: int, owner: int) -> dict[str, Any]:
    """A company."""
    company = companies()[number]
    own = {
        "ORGANISATION_ID": _FIRST_ORGANISATION + number,
        "ORGANISATION_NAME": company.name,
        "PHONE": spelt(telephone(400 + number)),
        "WEBSITE": f"https://{company.domain}/",
        "EMAILDOMAINS": [{"EMAIL_DOMAIN_ID": 555_501 + number, "EMAIL_DOMAIN": company.domain}],
    }
    return _record(_ORGANISATION, own, number, owner)


def _spelt(number: str | None) -> str | None:
    return spelt(number) if number else None


def _record(members: tuple[str, ...], own: dict[str, Any], number: int, owner: int) -> dict[str, Any]:
    """All members in their order; absent values are null and collections empty, as Insightly has it."""
    blank: dict[str, Any] = {name: [] if name in COLLECTIONS else None for name in members}
    dates = {"DATE_CREATED_UTC": written(moment(53 * number)), "DATE_UPDATED_UTC": written(moment(53 * number + 900))}
    whose = {"OWNER_USER_ID": owner, "CREATED_USER_ID": owner}
    return blank | dates | whose | ({"EMAIL_OPTED_OUT": False} if "EMAIL_OPTED_OUT" in blank else {}) | own

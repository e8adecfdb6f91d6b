"""Insightly's records in Jackfield's terms."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from jackfield.records import Record
from jackfield.users import UserState
from jackfield_insightly import mapping, models


def user(**members: object) -> models.User:
    return msgspec.convert({"USER_ID": 5550100, **members}, models.User)


@pytest.mark.parametrize(
    ("first", "last", "email", "name"),
    [
        ("Ada", "Example", "ada@example.com", "Ada Example"),
        (None, "Example", None, "Example"),
        ("", "", "ada@example.com", "ada@example.com"),
        (None, None, None, "User 5550100"),
        (" Ada ", "  de  la  Example ", None, "Ada de la Example"),
    ],
)
def test_name_is_made_of_what_is_there(first: str, last: str, email: str, name: str) -> None:
    """Missing and blank parts of a name leave no trace; an e-mail address or the id stands in for a name."""
    assert mapping.crm_user(user(FIRST_NAME=first, LAST_NAME=last, EMAIL_ADDRESS=email)).name == name


@pytest.mark.parametrize(
    ("active", "state"),
    [(True, UserState.ACTIVE), (False, UserState.INACTIVE), (None, UserState.UNKNOWN)],
)
def test_state_is_what_insightly_says(active: bool | None, state: UserState) -> None:
    """An inactive user is there and marked; where nothing is said, nothing is made up."""
    assert mapping.crm_user(user(ACTIVE=active)).state == state


def test_windows_zone_becomes_iana() -> None:
    """TIMEZONE_ID is a Windows name and is not passed on as one."""
    assert mapping.crm_user(user(TIMEZONE_ID="Central Standard Time")).time_zone == "America/Chicago"


def test_times_are_utc() -> None:
    """Body times carry no zone and are UTC, whatever the zone of the machine."""
    created = mapping.crm_user(user(DATE_CREATED_UTC="2014-07-30 02:57:06")).created
    assert created == datetime(2014, 7, 30, 2, 57, 6, tzinfo=UTC)


@pytest.mark.parametrize("text", [None, "", "0000-00-00 00:00:00"])
def test_no_time_is_none(text: str | None) -> None:
    """Null, blank and all zeroes are no time."""
    assert mapping.utc(text) is None


def test_profile_is_the_contact_not_the_user() -> None:
    """A user's page is that of his own contact record; his user id is never taken for it."""
    assert mapping.crm_user(user(CONTACT_ID=70)).profile == Record(kind="contact", id="70")
    assert mapping.crm_user(user()).profile is None


@pytest.mark.parametrize(
    ("kind", "record_id", "expected"),
    [
        ("contact", "42", "https://crm.na1.insightly.com/details/contact/42"),
        ("organization", "7", "https://crm.na1.insightly.com/details/organisation/7"),
        ("lead", "a/b?c", "https://crm.na1.insightly.com/details/lead/a%2Fb%3Fc"),
        ("user", "42", None),
        ("contact", "", None),
        ("contact", "..", None),
    ],
)
def test_link(kind: str, record_id: str, expected: str | None) -> None:
    """A link lies under the details root and encodes its id; a kind without a page gives None."""
    assert mapping.link("https://crm.na1.insightly.com/details/", Record(kind=kind, id=record_id)) == expected


def test_lead_and_contact_name_their_members_otherwise() -> None:
    """A lead's mobile number is MOBILE and its e-mail EMAIL; a contact's are PHONE_MOBILE and EMAIL_ADDRESS."""
    lead = mapping.lead(models.Lead(LEAD_ID=1, MOBILE="+15550100", EMAIL="Lead@Example.com", ORGANISATION_NAME="Acme"))
    contact = mapping.contact(models.Contact(CONTACT_ID=2, PHONE_MOBILE="+15550101", EMAIL_ADDRESS="c@example.com"))
    assert (lead.phones, lead.email, lead.company) == (("+15550100",), "lead@example.com", "Acme")
    assert (contact.phones, contact.email, contact.record) == (
        ("+15550101",),
        "c@example.com",
        Record(kind="contact", id="2"),
    )

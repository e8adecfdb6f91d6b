"""Members, contacts and companies of ConnectWise in Jackfield's terms, and the pages of records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jackfield.records import Record
from jackfield.users import UserKind, UserState
from jackfield_connectwise import mapping, models


def member(**members: Any) -> models.Member:
    return models.MEMBER.validate_python({"id": 176, **members})


def contact(**members: Any) -> models.Contact:
    (found,) = models.CONTACTS.validate_python([{"id": 2, **members}])
    return found


@pytest.mark.parametrize("empty", [{}, dict.fromkeys(set(models.Member.model_fields) - {"id", "info"})])
def test_member_of_whom_nothing_is_known_has_an_id_and_a_name(empty: dict[str, None]) -> None:
    """Members that are left out and members that are null are the same: nothing is known of them."""
    user = mapping.crm_user(member(**empty))
    assert (user.id, user.name, user.email, user.other_emails) == ("176", "Member 176", None, ())
    assert (user.state, user.kind) == (UserState.UNKNOWN, UserKind.UNKNOWN)
    assert (user.role, user.phone, user.extension, user.time_zone, user.updated) == (None,) * 5


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"firstName": "Ana", "lastName": "O'Neil", "identifier": "ana"}, "Ana O'Neil"),
        ({"firstName": "Telephony", "identifier": "tel"}, "Telephony"),
        ({"identifier": "tel", "officeEmail": "t@example.com"}, "tel"),
        ({"officeEmail": "T@Example.com"}, "t@example.com"),
    ],
)
def test_name_is_made_of_what_there_is(members: dict[str, str], name: str) -> None:
    """API members often have no last name; the sign-in name, then the address stand in."""
    assert mapping.crm_user(member(**members)).name == name


@pytest.mark.parametrize(
    ("licence", "kind"),
    [
        ("F", UserKind.PERSON),
        ("C", UserKind.PERSON),
        ("X", UserKind.EXTERNAL),
        ("A", UserKind.SERVICE),
        ("Z", UserKind.UNKNOWN),
        (None, UserKind.UNKNOWN),
    ],
)
def test_licence_class_tells_people_from_programs(licence: str | None, kind: UserKind) -> None:
    """F full and C StreamlineIT are people, X is a subcontractor, A an API member; another one is not guessed at."""
    assert mapping.crm_user(member(licenseClass=licence)).kind == kind


def test_built_in_administrator_is_nobody() -> None:
    """The account zAdmin has a full licence and is no person."""
    assert mapping.crm_user(member(identifier="zAdmin", licenseClass="F")).kind == UserKind.SERVICE


@pytest.mark.parametrize(
    ("flag", "state"), [(True, UserState.INACTIVE), (False, UserState.ACTIVE), (None, UserState.UNKNOWN)]
)
def test_inactive_member_is_marked(flag: bool | None, state: UserState) -> None:
    """A flag that is not there says nothing."""
    assert mapping.crm_user(member(inactiveFlag=flag)).state == state


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"primaryEmail": "P@Example.com", "officeEmail": "o@example.com"}, ("p@example.com", "o@example.com")),
        (
            {"defaultEmail": "Mobile", "mobileEmail": "m@example.com", "officeEmail": "o@example.com"},
            ("m@example.com", "o@example.com"),
        ),
        ({"defaultEmail": "Mobile", "officeEmail": "o@example.com"}, ("o@example.com",)),
        ({"defaultEmail": "Home", "primaryEmail": "h@example.com", "homeEmail": "H@example.com"}, ("h@example.com",)),
        ({"homeEmail": "h@example.com", "mobileEmail": "m@example.com"}, ("m@example.com", "h@example.com")),
        ({"defaultEmail": "Office"}, ()),
        ({"officeEmail": "\u200eo@example.com\u200e"}, ("o@example.com",)),
    ],
)
def test_preferred_address_comes_first(members: dict[str, str], expected: tuple[str, ...]) -> None:
    """primaryEmail, else what defaultEmail names (it is no address itself), else office, mobile, home; each once."""
    user = mapping.crm_user(member(**members))
    assert tuple(address for address in (user.email, *user.other_emails) if address) == expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"officePhone": "555-121-2121", "officeExtension": "401"}, ("555-121-2121", "401")),
        ({"defaultPhone": "Mobile", "officePhone": "1", "officeExtension": "4", "mobilePhone": "2"}, ("2", None)),
        ({"defaultPhone": "Home", "officePhone": "1", "officeExtension": "4"}, ("1", "4")),
        ({"officeExtension": "401"}, (None, None)),
    ],
)
def test_preferred_number_comes_with_its_own_extension(members: dict[str, str], expected: tuple[str, str]) -> None:
    """What defaultPhone names, else office, mobile, home; never one line's number with another one's extension."""
    user = mapping.crm_user(member(**members))
    assert (user.phone, user.extension) == expected


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("US Pacific", "America/Los_Angeles"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("Head office", None),
        (None, None),
    ],
)
def test_time_zone_is_iana_or_none(name: str | None, zone: str | None) -> None:
    """ConnectWise has names of its own for zones, which customers change; what is not known for sure is none."""
    assert mapping.crm_user(member(timeZone={"id": 4, "name": name})).time_zone == zone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015-08-24T19:50:10Z", datetime(2015, 8, 24, 19, 50, 10, tzinfo=UTC)),
        ("2015-08-24T19:50:10", datetime(2015, 8, 24, 19, 50, 10, tzinfo=UTC)),
        ("1800-01-01T08:00:00Z", None),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        (None, None),
    ],
)
def test_times_are_utc_and_no_date_is_none(text: str | None, expected: datetime | None) -> None:
    """The year 1800 stands for no date."""
    assert mapping.crm_user(member(_info={"lastUpdated": text})).updated == expected


def test_contact_has_name_company_address_and_numbers() -> None:
    """The default address, all telephone numbers once with the default one first, and no fax number."""
    items = [
        {"value": "second@example.com", "communicationType": "Email", "defaultFlag": False},
        {"value": "Ana@Example.com", "communicationType": "Email", "defaultFlag": True},
        {"value": "5551230002", "communicationType": "Fax", "defaultFlag": True},
        {"value": "5551230001", "communicationType": "Phone", "defaultFlag": False},
        {"value": "5551230000", "communicationType": "Phone", "defaultFlag": True},
    ]
    whose = {"firstName": "Ana", "lastName": "Li", "company": {"id": 7, "name": "Acme"}}
    found = mapping.contact(contact(**whose, defaultPhoneNbr="5551230000", communicationItems=items))
    assert (found.record, found.name) == (Record(kind="contact", id="2"), "Ana Li")
    assert (found.email, found.company, found.phones) == ("ana@example.com", "Acme", ("5551230000", "5551230001"))


@pytest.mark.parametrize("empty", [{}, {"lastName": None, "company": None, "communicationItems": None}])
def test_contact_of_whom_nothing_is_known(empty: dict[str, None]) -> None:
    """Without the right to companies a contact's company is blank; last name and the rest may be missing as well."""
    found = mapping.contact(contact(**empty))
    assert (found.name, found.email, found.company, found.phones) == ("Contact 2", None, None, ())


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("contact", "ContactFV"),
        ("company", "CompanyFV"),
        ("organisation", "CompanyFV"),
        ("ticket", "ServiceFV"),
        ("project", "ProjectHeaderFV"),
        ("time_entry", "TimeEntryFV"),
    ],
)
def test_record_has_a_page_by_the_router(kind: str, page: str) -> None:
    """The router takes record type (in its own case), id, locale and the company people sign in to."""
    url = mapping.link("https://na.myconnectwise.net/", "acme", Record(kind=kind, id="42"))
    assert url is not None
    assert url.partition("?")[0] == (
        "https://na.myconnectwise.net/v4_6_release/services/system_io/router/openrecord.rails"
    )
    query = {"locale": ["en_US"], "recordType": [page], "recid": ["42"], "companyName": ["acme"]}
    assert parse_qs(urlsplit(url).query) == query


def test_id_and_company_cannot_change_the_link() -> None:
    """Whatever an id or a company holds is one value of the query."""
    url = mapping.link("https://cw.example.com/", "a&b c", Record(kind="contact", id="1&recid=2#x/../"))
    assert url is not None
    query = parse_qs(urlsplit(url).query)
    assert (query["recid"], query["companyName"]) == (["1&recid=2#x/../"], ["a&b c"])


@pytest.mark.parametrize("record", [Record(kind="member", id="1"), Record(kind="contact", id=" ")])
def test_no_page_is_none(record: Record) -> None:
    """Nobody knows a page of a member; a record without an id has none."""
    assert mapping.link("https://na.myconnectwise.net/", "acme", record) is None

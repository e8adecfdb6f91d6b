"""The members of the simulated account as ConnectWise's API shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jackfield.simkit import Person, moment, person, spaced, spelt
from jackfield.simkit import telephone as a_telephone
from jackfield.users import UserKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

#: The API member whose keys they are: the first person who is none.
HOLDER = 3
#: The id of the built-in zAdmin.
ADMIN_ID = 1
#: How many come at most to whoever may read his own ones only.
OWN_AT_MOST = 3
#: The licence classes: full, API, StreamlineIT, subcontractor.
FULL, API, STREAMLINE, SUBCONTRACTOR = "F", "A", "C", "X"
_LOT = 20
_STREAMLINE_AT, _SUBCONTRACTOR_AT, _WITHOUT_A_DATE, _UNTOLD_AT = 6, 9, 10, 11
_ZONES = {
    "America/New_York": (1, "US Eastern"),
    "America/Chicago": (2, "US Central"),
    "America/Denver": (3, "US Mountain"),
    "America/Los_Angeles": (4, "US Pacific"),
    "Europe/London": (12, "UK Standard"),
    "Europe/Berlin": (15, "Head office (Berlin)"),
    "Australia/Sydney": (22, "AU Eastern"),
    "Asia/Kolkata": (31, "India"),
}
#: Zones that the names of which leave no doubt; the others are the customer's own words.
KNOWN_ZONES = frozenset({"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"})
_ROLES = {"Owner": (63, "Admin"), "Administrator": (63, "Admin"), "User": (71, "Desk for too many requests")}
_API_ROLE = (80, "Telephony")
_NO_DATE = "1800-01-01T08:00:00Z"
_ALL_DAY = 8.0
_OTHER_LINES_FROM = 600


def somebody(number: int, knobs: Mapping[str, Any]) -> Person:
    """The person in that place; the one whose keys they are may be inactive."""
    found = person(number)
    inactive = number == HOLDER and knobs["key_holder"] == "inactive"
    return replace(found, active=False) if inactive else found


def licence(who: Person) -> str | None:
    """The licence class of a member; of one in twenty it is not told."""
    if who.kind is UserKind.SERVICE:
        return API
    return {_STREAMLINE_AT: STREAMLINE, _SUBCONTRACTOR_AT: SUBCONTRACTOR, _UNTOLD_AT: None}.get(who.number % _LOT, FULL)


def identifier(number: int) -> str:
    """The name that the member in that place signs in with."""
    return f"member{number}"


def role(who: Person) -> tuple[int, str]:
    """The security role's id and name."""
    return _API_ROLE if who.kind is UserKind.SERVICE else _ROLES[who.role]


def names(who: Person, knobs: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """First and last name; an API member has the first one only, unless his maker gave him both."""
    in_one = licence(who) == API and knobs["api_member_names"] == "first"
    return (f"{who.first} {who.last}", None) if in_one else (who.first, who.last)


def places_of_email(who: Person) -> tuple[str, str | None, str | None]:
    """Which address is the chosen one (office, mobile, home), what defaultEmail says, and where another one stands.

    One in eight has the address of the office alone, though the mobile one is said to be chosen; one in eight is not
    said to have chosen any.
    """
    return (
        ("mobile", "Mobile", "office"),
        ("office", "Mobile", None),
        ("home", "Home", "office"),
        ("office", "Office", "home"),
        ("office", None, "mobile"),
        *[("office", "Office", None)] * 3,
    )[who.number % 8]


def has_primary_email(who: Person, knobs: Mapping[str, Any]) -> bool:
    """Whether primaryEmail tells the chosen address; a third leave it to defaultEmail."""
    return bool(knobs["primary_email"] == "present" and who.number % 3)


def other_email(who: Person) -> str | None:
    """A second address, which is not the chosen one."""
    return f"desk{who.number}@example.com" if places_of_email(who)[2] and who.email else None


def place_of_line(who: Person) -> tuple[str, str | None, str | None]:
    """Where the chosen number stands (office, mobile, home), what defaultPhone says, and where another line stands.

    One in eight has the line of the office alone, though the mobile one is said to be chosen; of those who are not said
    to have chosen any the first line is it, the office before the mobile one, that before the one at home.
    """
    return (
        ("office", "Office", "mobile"),
        ("mobile", "Mobile", "office"),
        ("home", "Home", "office"),
        ("office", "Mobile", "home"),
        ("office", None, "mobile"),
        ("mobile", None, "home"),
        ("home", "Home", None),
        ("office", "Office", None),
    )[who.number % 8]


def telephone(who: Person, knobs: Mapping[str, Any]) -> str | None:
    """The chosen number as it is stored."""
    return stored(who.phone, knobs) if who.phone else None


def stored(number: str, knobs: Mapping[str, Any]) -> str:
    """A number of the kit's, as it is stored."""
    return number.removeprefix("+1") if knobs["phone_spelling"] == "digits" else spelt(number)


def extension(who: Person) -> str | None:
    """The extension beside the chosen number."""
    return str(400 + who.number) if who.phone and who.number % 3 else None


def written(time: datetime) -> str:
    """A time as the API writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def entered(who: Person) -> datetime | None:
    """When the member was made; of one in twenty only a date is left that stands for none."""
    return None if who.number % _LOT == _WITHOUT_A_DATE else who.created


def member(number: int, knobs: Mapping[str, Any]) -> dict[str, Any]:
    """The member in that place of the list; what he does not have is not there."""
    who = somebody(number, knobs)
    first, last = names(who, knobs)
    at_work = licence(who) != API
    own = {
        "id": spaced(number, knobs["first_member_id"]),
        "identifier": identifier(number),
        "disableOnlineFlag": False,
        "licenseClass": licence(who),
        "inactiveFlag": not who.active,
        "inactiveDate": None if who.active else written(who.updated),
        "lastLogin": written(who.updated) if at_work and who.active else None,
        "firstName": first,
        "lastName": last,
        "hireDate": _date(None if number % 5 == 0 else who.created),
        "notes": "",
        "securityRole": _reference(*role(who)),
        "title": ("Technician", "Dispatcher", None)[number % 3] if at_work else None,
        "timeZone": _reference(*_ZONES[who.time_zone]) if who.time_zone else None,
        "adminFlag": who.administrator,
        "enableMobileFlag": False,
        "billableForecast": 75.0,
        "dailyCapacity": _ALL_DAY,
        "minimumHours": _ALL_DAY,
        "defaultLocation": _reference(2, "Head office"),
        "defaultDepartment": _reference(10, "Service"),
        "photo": _reference(260 + number, f"portrait{number}.jpg") if number % 4 == 0 else None,
        "_info": {
            "lastUpdated": written(who.updated),
            "updatedBy": "zAdmin",
            "dateEntered": _date(entered(who)),
            "enteredBy": "zAdmin",
        },
    }
    return own | _emails(who, knobs) | _telephones(who, knobs)


def admin(knobs: Mapping[str, Any]) -> dict[str, Any]:
    """The vendor's own way in: a full licence, but no person."""
    own = {
        "id": ADMIN_ID,
        "identifier": "zAdmin",
        "licenseClass": FULL,
        "inactiveFlag": False,
        "firstName": "System",
        "lastName": "Administrator",
        "hireDate": _NO_DATE,
        "notes": "",
        "securityRole": _reference(*_ROLES["Owner"]),
        "adminFlag": True,
        "_info": {"lastUpdated": written(moment(0)), "updatedBy": "zAdmin"},
    }
    return own | ({"primaryEmail": None} if knobs["primary_email"] == "present" else {})


def shortened(row: dict[str, Any]) -> dict[str, Any]:
    """What the less privileged reading shows of a member."""
    kept = {name: row.get(name) for name in ("id", "identifier", "firstName", "lastName", "photo")}
    full = " ".join(name for name in (row.get("firstName"), row.get("lastName")) if name)
    shared = {name: row.get(name) for name in ("licenseClass", "inactiveFlag", "defaultEmail", "_info")}
    return kept | {"fullName": full} | shared


def _emails(who: Person, knobs: Mapping[str, Any]) -> dict[str, Any]:
    place, said, another = places_of_email(who)
    primary = {"primaryEmail": who.email} if has_primary_email(who, knobs) else {}
    second = {f"{another}Email": other_email(who)} if another else {}
    return {**second, f"{place}Email": who.email, "defaultEmail": said, **primary}


def _telephones(who: Person, knobs: Mapping[str, Any]) -> dict[str, Any]:
    place, said, another = place_of_line(who)
    own = {f"{place}Phone": telephone(who, knobs), f"{place}Extension": extension(who), "defaultPhone": said}
    if another is None or who.phone is None:
        return own
    number = stored(a_telephone(_OTHER_LINES_FROM + who.number), knobs)
    return {f"{another}Phone": number, f"{another}Extension": str(700 + who.number), **own}


def _date(time: datetime | None) -> str:
    return written(time) if time else _NO_DATE


def _reference(identity: int, name: str) -> dict[str, Any]:
    return {"id": identity, "name": name}

"""The people of the simulated account: fictional, and the same in every run, as they are made by arithmetic."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

_FIRST = (
    ("Amara", "amara"),
    ("Zoë", "zoe"),
    ("Marcus", "marcus"),
    ("Łukasz", "lukasz"),
    ("Ingrid", "ingrid"),
    ("Kwame", "kwame"),
    ('Robert "Bob"', "bob"),
    ("Noor", "noor"),
    ("José", "jose"),
    ("Siobhán", "siobhan"),
    ("Priya", "priya"),
    ("Dmitri", "dmitri"),
    ("Hana", "hana"),
    ("Jean-Luc", "jeanluc"),
    ("Олена", "olena"),
    ("Tariq", "tariq"),
    ("Grace", "grace"),
    ("Mehmet", "mehmet"),
    ("小雨", "xiaoyu"),
    ("Freya", "freya"),
    ("Carlos", "carlos"),
    ("Anneke", "anneke"),
    ("Ólafur", "olafur"),
)
_LAST = (
    ("Okafor", "okafor"),
    ("O'Brien", "obrien"),
    ("Lindqvist", "lindqvist"),
    ("Nguyễn", "nguyen"),
    ("van der Berg", "vanderberg"),
    ("Castillo", "castillo"),
    ("Müller", "mueller"),
    ("Haddad", "haddad"),
    ("Kowalska", "kowalska"),
    ("Ferrari", "ferrari"),
    ("Tanaka", "tanaka"),
    ("Smith-Jones", "smithjones"),
    ("Þórsdóttir", "thorsdottir"),
    ("Mensah", "mensah"),
    ("Петренко", "petrenko"),
    ("Dubois", "dubois"),
    ("Rossi", "rossi"),
    ("Özdemir", "oezdemir"),
    ("王", "wang"),
    ("Andersen", "andersen"),
    ("Baker", "baker"),
    ("D'Angelo", "dangelo"),
    ("Novák", "novak"),
    ("Silva", "silva"),
    ("Kaur", "kaur"),
    ("Weiß", "weiss"),
    ("Moreau", "moreau"),
    ("Fraser", "fraser"),
    ("Abebe", "abebe"),
)
_PAIRS = len(_FIRST) * len(_LAST)
_ZONES = (
    "Eastern Standard Time",
    "Central Standard Time",
    "Mountain Standard Time",
    "Pacific Standard Time",
    "GMT Standard Time",
    "W. Europe Standard Time",
    "AUS Eastern Standard Time",
    "India Standard Time",
)
_BEGINNING = datetime(2019, 1, 7, 9, 15)  # noqa: DTZ001 - the API's times have no zone
_AREAS = (212, 303, 312, 404, 415, 503, 512, 617, 702, 206)
_SPELLINGS = (
    "+1{0}555{1}",
    "{0}555{1}",
    "({0}) 555-{1}",
    "{0}-555-{1}",
    "+1 {0}-555-{1}",
)


def one_in(many: int, number: int, place: int) -> bool:
    """Whether this is the one in so many that is in that place of each such lot."""
    return number % many == place


def name_of(number: int) -> tuple[str, str, str]:
    """First name, last name and mailbox of a person; the mailbox belongs to nobody else."""
    column, row = number % len(_FIRST), number // len(_FIRST)
    first, first_ascii = _FIRST[column]
    last, last_ascii = _LAST[(5 * column + row) % len(_LAST)]
    again = number // _PAIRS
    return first, last, f"{first_ascii}.{last_ascii}{again + 1 if again else ''}"


def phone(number: int) -> str:
    """A fictional telephone number, spelt in one of five ways; each 1,000 numbers come again."""
    area, line = _AREAS[number % len(_AREAS)], 100 + number // len(_AREAS) % 100
    return _SPELLINGS[number % len(_SPELLINGS)].format(area, f"{line:04}")


def moment(number: int) -> str:
    """A time as Insightly writes it: UTC, without saying so."""
    return (_BEGINNING + timedelta(hours=number % 50_000, minutes=7 * number % 60)).strftime("%Y-%m-%d %H:%M:%S")


def user_id(number: int, first: int) -> int:
    """Ascending, with gaps, as ids are handed out over all accounts."""
    return first + 3 * number + number % 3


def contact_id(number: int, first_user: int) -> int:
    """The id of a user's own contact record."""
    return user_id(number, first_user) + 310_000_000


def user(number: int, knobs: dict[str, Any]) -> dict[str, Any]:
    """The user in that place of the list; the 20 members of API v3.1 in their order. The first owns the account."""
    first, last, email = _identity(number)
    dropbox = f"{(number * 48_271 + 555) % 0xFFFFFF:06X}"
    advanced = knobs["advanced_permissions"]
    return {
        "USER_ID": user_id(number, knobs["first_user_id"]),
        "CONTACT_ID": None if one_in(70, number, 41) else contact_id(number, knobs["first_user_id"]),
        "FIRST_NAME": first,
        "LAST_NAME": last,
        "TIMEZONE_ID": None if one_in(50, number, 37) else _ZONES[number % len(_ZONES)],
        "EMAIL_ADDRESS": email,
        "EMAIL_DROPBOX_IDENTIFIER": dropbox,
        "EMAIL_DROPBOX_ADDRESS": f"{dropbox}@mailbox.example.com",
        "ADMINISTRATOR": number % 25 == 0,
        "ACCOUNT_OWNER": number == 0,
        "ACTIVE": is_active(number),
        "DATE_CREATED_UTC": moment(37 * number),
        "DATE_UPDATED_UTC": moment(37 * number + 11 * (number % 200)),
        "USER_CURRENCY": ("USD", "EUR", "GBP")[number % 3],
        "CONTACT_DISPLAY": "FirstLast",
        "CONTACT_ORDER": "FirstLast",
        "TASK_WEEK_START": 2,
        "INSTANCE_ID": knobs["instance_id"],
        "PROFILE_ID": 7_100 + number % 4 if advanced else None,
        "ROLE_ID": 8_200 + number % 6 if advanced else None,
    }


#: The first user who is inactive.
INACTIVE = 9


def is_active(number: int) -> bool:
    """Whether the user works: about 6 in 100 do not any more."""
    return not one_in(17, number, INACTIVE)


#: Users with something odd about their names.
_ODD_NAMES: dict[int, tuple[str | None, str | None]] = {
    14: (None, "Only-Last"),
    18: ("Wolfeschlegelstein" * 12, "Hausenbergerdorff"),
    27: ("Reporting", "Service"),
    29: ("Only-First", ""),
    44: (None, None),
    53: ("", ""),
}
_SHARES_A_MAILBOX = {12: 5}
_MIXED_CASE = 8


def _identity(number: int) -> tuple[str | None, str | None, str | None]:
    first, last, mailbox = name_of(number)
    odd = _ODD_NAMES.get(number % 400, (first, last)) if number else (first, last)
    return (*odd, _email(number, mailbox))


def _email(number: int, mailbox: str) -> str | None:
    if one_in(80, number, 23) or one_in(80, number, 63):
        return None if one_in(80, number, 23) else ""
    if number == _MIXED_CASE:
        return f"{mailbox.title()}@Example.COM"
    if number in _SHARES_A_MAILBOX:
        return f"{name_of(_SHARES_A_MAILBOX[number])[2]}@example.com"
    return f"{mailbox}@example.com"

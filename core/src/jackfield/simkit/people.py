"""The users of a simulated account: fictional, and the same in every run, as they are made by arithmetic.

Whoever is in a place of the list is there in an account of any size. Every oddity that the contract speaks of is among
the first twelve, so that small accounts show them all:

    0 owns the account; 1 an ordinary user, beyond ASCII; 2 inactive; 3 no person but a program; 4 no e-mail;
    5 an e-mail in capitals with blanks around it; 6 quotes; 7 no names; 8 a name of more than 200 characters;
    9 the e-mail of 1; 10 blank names and a blank e-mail; 11 a last name alone
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from jackfield.simkit._words import ZONES, name_of, one_in, telephone
from jackfield.users import CrmUser, UserKind, UserState, email_or_none, full_name

__all__ = ["INACTIVE", "ORDINARY", "OWNER", "Person", "moment", "people", "person", "spaced"]

#: Places of the list: the owner, an ordinary user, the first who is inactive.
OWNER, ORDINARY, INACTIVE = 0, 1, 2

_BEGINNING = datetime(2019, 1, 7, 9, 15, tzinfo=UTC)
_LOT = 400
_ODD_NAMES: dict[int, tuple[str | None, str | None]] = {
    7: (None, None),
    8: ("Wolfeschlegelstein" * 12, "Hausenbergerdorff"),
    10: ("", "  "),
    11: (None, "Only-Last"),
    15: ("Only-First", ""),
}
_SHARES_A_MAILBOX = {9: ORDINARY}
_SHOUTED = 5
_WITH_A_TELEPHONE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One user, as the CRM has stored him: names and e-mail may be None, blank, padded or anybody's.

    ``number`` is his place in the list. ``phone`` is in E.164, ``time_zone`` an IANA name.
    """

    number: int
    first: str | None
    last: str | None
    email: str | None
    phone: str | None
    time_zone: str | None
    created: datetime
    updated: datetime
    active: bool = True
    owner: bool = False
    administrator: bool = False
    kind: UserKind = UserKind.PERSON

    @property
    def role(self) -> str:
        """``Owner``, ``Administrator`` or ``User``."""
        if self.owner:
            return "Owner"
        return "Administrator" if self.administrator else "User"

    def faithful(self, identity: object, **told: Any) -> CrmUser:
        """The user that a faithful import gives of him; ``told`` are the further members that the CRM tells."""
        email = email_or_none(self.email)
        known = {
            "name": full_name(self.first, self.last) or email or f"User {identity}",
            "email": email,
            "state": UserState.ACTIVE if self.active else UserState.INACTIVE,
            "kind": self.kind,
        }
        return CrmUser(**{"id": str(identity), **known, **told})


def people(count: int) -> list[Person]:
    """The first ``count`` of them."""
    return [person(number) for number in range(count)]


def person(number: int) -> Person:
    """The one in that place of the list."""
    service = one_in(40, number, 3)
    first, last, mailbox = ("Reporting", "Service", f"service{number}") if service else name_of(number)
    first_name, last_name = _ODD_NAMES.get(number % _LOT, (first, last))
    return Person(
        number=number,
        first=first_name,
        last=last_name,
        email=_email(number, mailbox),
        phone=telephone(500 + number) if number < _WITH_A_TELEPHONE else None,
        time_zone=None if one_in(50, number, 37) else ZONES[number % len(ZONES)],
        created=moment(37 * number),
        updated=moment(37 * number + 11 * (number % 200)),
        active=not one_in(17, number, INACTIVE),
        owner=number == OWNER,
        administrator=one_in(25, number, OWNER),
        kind=UserKind.SERVICE if service else UserKind.PERSON,
    )


def moment(number: int) -> datetime:
    """A time of the last years, in UTC and to the minute."""
    return _BEGINNING + timedelta(hours=number % 50_000, minutes=7 * number % 60)


def spaced(number: int, first: int) -> int:
    """The id in that place of a list whose first one is ``first``: ascending, with gaps, as CRMs hand them out."""
    return first + 3 * number + number % 3


def _email(number: int, mailbox: str) -> str | None:
    if one_in(80, number, 4) or one_in(80, number, 10):
        return None if one_in(80, number, 4) else ""
    if number == _SHOUTED:
        return f"  {mailbox.title()}@Example.COM "
    if number in _SHARES_A_MAILBOX:
        return person(_SHARES_A_MAILBOX[number]).email
    return f"{mailbox}@example.com"

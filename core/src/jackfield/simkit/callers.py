"""The customers of a simulated account, who call: fictional, and the same in every run.

Whoever is in a place of the list is there in a list of any size. The oddities: 7 has the number of 6, so that one
number leads to two; 17 has no name; every third has a mobile number as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jackfield.records import Contact, Record
from jackfield.simkit._words import COMPANIES, name_of, one_in, spelt, telephone
from jackfield.users import email_or_none, full_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["NOBODYS_NUMBER", "Caller", "Company", "caller", "callers", "companies", "lookups", "spelt", "telephone"]

#: A number that nobody of a simulated account has.
NOBODYS_NUMBER = "+12025550199"

_NAMES_FROM = 300
_SHARES_A_NUMBER = {7: 6}
_MOBILE_FROM = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """A company that customers work for; ``number`` is its place in the list, ``domain`` that of its addresses."""

    number: int
    name: str
    domain: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """One customer; ``phone`` and ``mobile`` are in E.164. :func:`spelt` gives them as they were typed in."""

    number: int
    first: str | None
    last: str | None
    email: str
    company: Company
    phone: str
    mobile: str | None

    @property
    def phones(self) -> tuple[str, ...]:
        """The numbers as they were typed into the CRM."""
        return tuple(spelt(number) for number in (self.phone, self.mobile) if number)

    def faithful(self, identity: object, kind: str = "contact", **told: Any) -> Contact:
        """The contact that a faithful lookup gives of him; ``told`` are members that the CRM tells otherwise."""
        email = email_or_none(self.email)
        known: dict[str, Any] = {
            "record": Record(kind=kind, id=str(identity)),
            "name": full_name(self.first, self.last) or email or f"{kind.capitalize()} {identity}",
            "email": email,
            "company": self.company.name,
            "phones": self.phones,
        }
        return Contact(**{**known, **told})


def callers(count: int) -> list[Caller]:
    """The first ``count`` of them; up to 100 have numbers of their own."""
    return [caller(number) for number in range(count)]


def caller(number: int) -> Caller:
    """The one in that place of the list."""
    first, last, mailbox = name_of(_NAMES_FROM + number)
    nameless = one_in(30, number, 17)
    company = companies()[number % len(COMPANIES)]
    return Caller(
        number=number,
        first=None if nameless else first,
        last=None if nameless else last,
        email=f"{mailbox}@{company.domain}",
        company=company,
        phone=telephone(_SHARES_A_NUMBER.get(number, number)),
        mobile=telephone(_MOBILE_FROM + number) if one_in(3, number, 0) else None,
    )


def companies() -> list[Company]:
    """The ten companies."""
    return [
        Company(number=number, name=name, domain=f"{domain}.example.com")
        for number, (name, domain) in enumerate(COMPANIES)
    ]


def lookups(found: Iterable[tuple[str, Contact]]) -> Mapping[str, tuple[Contact, ...]]:
    """What the simulator's ``lookups`` are, of pairs of a number in E.164 and a contact that has it.

    Each number stands there as a telephone may spell it: in E.164, with a blank and hyphens, and with 00 for the plus
    sign. A number that nobody has is there as well, with no contact.
    """
    contacts: dict[str, dict[Contact, None]] = {}
    for number, contact in found:
        contacts.setdefault(number, {})[contact] = None
    known = {form: tuple(those) for number, those in contacts.items() for form in _dialled(number)}
    return {**known, NOBODYS_NUMBER: ()}


def _dialled(number: str) -> tuple[str, ...]:
    area, exchange, line = number[2:5], number[5:8], number[8:]
    return number, f"+1 {area}-{exchange}-{line}", f"00{number[1:]}"

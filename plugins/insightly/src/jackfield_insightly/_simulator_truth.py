"""What is true of the simulated account, from the people that it is made of: what a connector must get out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jackfield.checks import Account
from jackfield.records import Record
from jackfield.simkit import OWNER, Caller, Person, caller, lookups, person, spelt
from jackfield.simulation import turned
from jackfield.users import UserKind
from jackfield_insightly import _simulator_records as records
from jackfield_insightly._simulator_account import DELETED, INVITED
from jackfield_insightly._simulator_knobs import KNOBS
from jackfield_insightly._simulator_people import contact_id, user_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jackfield.records import Contact
    from jackfield.simulation import SimulatorOptions
    from jackfield.users import CrmUser

#: Enough to have a mobile number, a home number, one for two, none of a name, and both kinds of record.
_CONTACTS = (0, 1, 2, 3, 4, 6, 7, 17)
_LEADS = (0, 1, 2, 3)
#: What Unicode's CLDR calls the zone that Windows names; elsewhere both agree.
_ZONES = {"Asia/Kolkata": "Asia/Calcutta"}


def truth(options: SimulatorOptions) -> list[CrmUser]:
    """Every user of the account; Insightly does not tell programs from people."""
    knobs = turned(KNOBS, options.knobs)
    return [_faithful(somebody, knobs["first_user_id"]) for somebody in _listed(options.users, knobs)]


def account() -> Account:
    """The account and whose key it is, where no knob is turned."""
    owner = person(OWNER)
    holder = owner.faithful(OWNER)
    return Account(
        id=str(KNOBS["instance_id"].default),
        name=str(KNOBS["instance_name"].default),
        holder=f"{holder.name} <{holder.email}>",
        role="Account owner",
    )


def found() -> Mapping[str, tuple[Contact, ...]]:
    """The contacts and leads of some numbers."""
    return lookups((*_contacts(), *_leads()))


def _listed(users: int, knobs: Mapping[str, Any]) -> Iterator[Person]:
    yield from map(person, range(users))
    if knobs["deleted_users"] != "absent":
        mark = " (Deleted)" if knobs["deleted_users"] == "marked" else ""
        for somebody in map(person, range(users, users + DELETED)):
            yield replace(somebody, active=False, last=f"{somebody.last}{mark}")
        users += DELETED
    if knobs["invited_users"] != "absent":
        active = knobs["invited_users"] == "active"
        for somebody in map(person, range(users, users + INVITED)):
            yield replace(somebody, active=active, first=None, last=None)


def _faithful(somebody: Person, first_user: int) -> CrmUser:
    contact = contact_id(somebody.number, first_user)
    return somebody.faithful(
        user_id(somebody.number, first_user),
        kind=UserKind.PERSON,
        role={"Owner": "Account owner"}.get(somebody.role, somebody.role),
        time_zone=_ZONES.get(somebody.time_zone or "", somebody.time_zone),
        profile=None if contact is None else Record(kind="contact", id=str(contact)),
        created=somebody.created,
        updated=somebody.updated,
    )


def _contacts() -> Iterator[tuple[str, Contact]]:
    for customer in map(caller, _CONTACTS):
        home = records.home_number(customer.number)
        phones = (*customer.phones, *([spelt(home)] if home else []))
        contact = customer.faithful(records.contact_id(customer.number), company=None, phones=phones)
        yield from _by_number(customer.phone, customer.mobile, contact)


def _leads() -> Iterator[tuple[str, Contact]]:
    for number in _LEADS:
        somebody: Caller = records.lead_person(number)
        mobile = records.lead_mobile(number)
        phones = tuple(spelt(each) for each in (somebody.phone, mobile) if each)
        contact = somebody.faithful(records.lead_id(number), "lead", phones=phones)
        yield from _by_number(somebody.phone, mobile, contact)


def _by_number(phone: str, mobile: str | None, contact: Contact) -> Iterator[tuple[str, Contact]]:
    yield from ((number, contact) for number in (phone, mobile) if number)

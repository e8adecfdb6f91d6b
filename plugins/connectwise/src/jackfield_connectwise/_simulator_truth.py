"""What is true of the simulated account, told from the people it is made of and not from its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jackfield.checks import Account
from jackfield.records import Contact, Record
from jackfield.simkit import caller, companies, lookups, moment, spaced, spelt
from jackfield.simulation import turned
from jackfield.users import CrmUser, UserKind, UserState, email_or_none, full_name
from jackfield_connectwise import _simulator_contacts as contacts
from jackfield_connectwise import _simulator_members as members
from jackfield_connectwise._simulator_knobs import KNOBS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jackfield.simulation import SimulatorOptions

_DEFAULTS = turned(KNOBS, {})


def users(options: SimulatorOptions) -> Sequence[CrmUser]:
    """What a faithful import gives."""
    knobs = turned(KNOBS, options.knobs)
    built_in = [_built_in()] if knobs["built_in_admin"] == "present" else []
    found = [*built_in, *(_user(number, knobs) for number in range(options.users))]
    return {"all": found, "my": found[: members.OWN_AT_MOST], "none": []}[knobs["member_maintenance"]]


def account() -> Account:
    """Whose keys they are."""
    who = members.somebody(members.HOLDER, _DEFAULTS)
    return Account(
        id=_DEFAULTS["company_id"],
        name=_DEFAULTS["company_name"],
        holder=f"{full_name(*members.names(who, _DEFAULTS))} <{who.email}>",
        role=members.role(who)[1],
    )


def known_numbers() -> Mapping[str, tuple[Contact, ...]]:
    """The contacts of each number; those who are inactive, and fax numbers, prove nothing and are left aside."""
    of_contacts = [
        (number, _contact(place))
        for place in range(contacts.CALLERS)
        if contacts.is_active(place)
        for number in (caller(place).phone, caller(place).mobile)
        if number
    ]
    of_companies = [(contacts.main_number(known.number), _company(known.number)) for known in companies()]
    of_others = {number: (_contact(place),) for place, (number, _) in contacts.OTHERS.items()}
    return {**lookups([*of_contacts, *of_companies]), **of_others}


def _user(number: int, knobs: Mapping[str, Any]) -> CrmUser:
    who = members.somebody(number, knobs)
    other = members.other_email(who)
    told = {
        "name": full_name(*members.names(who, knobs)) or members.identifier(number),
        "kind": {members.SUBCONTRACTOR: UserKind.EXTERNAL, None: UserKind.UNKNOWN}.get(members.licence(who), who.kind),
        "other_emails": (other,) if other else (),
        "role": members.role(who)[1],
        "phone": members.telephone(who, knobs),
        "extension": members.extension(who),
        "time_zone": who.time_zone if who.time_zone in members.KNOWN_ZONES else None,
        "created": members.entered(who),
        "updated": who.updated,
    }
    return who.faithful(spaced(number, knobs["first_member_id"]), **told)


def _built_in() -> CrmUser:
    return CrmUser(
        id=str(members.ADMIN_ID),
        name="System Administrator",
        state=UserState.ACTIVE,
        kind=UserKind.SERVICE,
        role="Admin",
        updated=moment(0),
    )


def _contact(place: int) -> Contact:
    who, identity = caller(place), contacts.contact_id(place)
    email = email_or_none(who.email) if contacts.has_email(place) else None
    told: dict[str, Any] = {
        "name": full_name(who.first, contacts.last_name(who)) or email or f"Contact {identity}",
        "email": email,
        "company": contacts.company_name(who.company.number) if contacts.has_company(place) else None,
        "phones": contacts.numbers(who, _DEFAULTS),
    }
    return who.faithful(identity, **told)


def _company(number: int) -> Contact:
    name = contacts.shown_name(number)
    record = Record(kind="company", id=str(contacts.company_id(number)))
    return Contact(record=record, name=name, company=name, phones=(spelt(contacts.main_number(number)),))

"""What simulators are made of, for authors of connectors.

A simulator of a simple CRM is what its API shows of fictional people, and the routes that show it::

    def user(person: Person) -> dict[str, object]:
        return {"id": 100 + person.number, "name": person.first, "email": person.email, "active": person.active}

    SIMULATOR = SimulatedCrm(
        prefix="/api/v1/",
        signing=KeyInHeader("X-Api-Key"),
        settings=lambda url, key: {"api_key": key, "endpoint": f"{url}/api/v1/"},
        routes=[
            Get(path="me", answer=lambda ask: user(ask.roster.holder)),
            Users(path="users", row=user, paging=ByOffset(total="X-Total-Count")),
        ],
    ).simulator()

The standard faults, knobs and scenes come with it, and so does what is true of the account. The people are the same in
every run; whatever is odd about anybody is among the first twelve.
"""

from jackfield.simkit.asking import Ask, Roster, answered
from jackfield.simkit.callers import (
    NOBODYS_NUMBER,
    Caller,
    Company,
    caller,
    callers,
    companies,
    lookups,
    spelt,
    telephone,
)
from jackfield.simkit.crm import FICTIONAL_KEY, SimulatedCrm
from jackfield.simkit.paging import ByCursor, ByLink, ByOffset, ByPage, Paging, Rows, Whole
from jackfield.simkit.people import INACTIVE, ORDINARY, OWNER, Person, moment, people, person, spaced
from jackfield.simkit.routes import Contacts, Get, One, Route, Users, national_digits
from jackfield.simkit.signing import BearerToken, KeyAsUser, KeyInHeader, KeyInQuery, Signing

__all__ = [
    "FICTIONAL_KEY",
    "INACTIVE",
    "NOBODYS_NUMBER",
    "ORDINARY",
    "OWNER",
    "Ask",
    "BearerToken",
    "ByCursor",
    "ByLink",
    "ByOffset",
    "ByPage",
    "Caller",
    "Company",
    "Contacts",
    "Get",
    "KeyAsUser",
    "KeyInHeader",
    "KeyInQuery",
    "One",
    "Paging",
    "Person",
    "Roster",
    "Route",
    "Rows",
    "Signing",
    "SimulatedCrm",
    "Users",
    "Whole",
    "answered",
    "caller",
    "callers",
    "companies",
    "lookups",
    "moment",
    "national_digits",
    "people",
    "person",
    "spaced",
    "spelt",
    "telephone",
]

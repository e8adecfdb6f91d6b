"""Acme on loopback, made with the kit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jackfield.checks import Account
from jackfield.simkit import (
    OWNER,
    ByLink,
    Contacts,
    Get,
    KeyInHeader,
    Rows,
    SimulatedCrm,
    Users,
    person,
    spaced,
)
from jackfield.users import UserKind
from tests.contract.bad.good import LIMIT, PAGE_SIZE

if TYPE_CHECKING:
    from jackfield.simkit import Ask, Caller, Person
    from jackfield.simulation import Reply

ACCOUNT = {"id": 555010, "name": "Example Telephones"}


def user(someone: Person) -> dict[str, Any]:
    """A user as Acme shows him."""
    return {
        "id": spaced(someone.number, 4_101),
        "first": someone.first,
        "last": someone.last,
        "email": someone.email,
        "active": someone.active,
        "type": "api" if someone.kind is UserKind.SERVICE else "user",
        "role": someone.role,
    }


def contact(someone: Caller) -> dict[str, Any]:
    """A contact as Acme shows him."""
    return {
        "id": spaced(someone.number, 80_001),
        "first": someone.first,
        "last": someone.last,
        "email": someone.email,
        "company": someone.company.name,
        "phones": list(someone.phones),
        "phone": someone.phones[0],
        "mobile": someone.phones[-1],
    }


class FilteredUsers(Users):
    """Can be asked for active or inactive users alone."""

    def reply(self, ask: Ask) -> Reply:
        """The page that is asked for."""
        if "active" not in ask.query:
            return super().reply(ask)
        wanted = ask.query["active"] == "true"
        rows = [row for row in self.records(ask.roster) if row["active"] is wanted]
        return self.paging.reply(Rows(total=lambda: len(rows), page=lambda skip, top: rows[skip : skip + top]), ask)


def me(ask: Ask) -> object:
    """Whose key it is."""
    return {**user(ask.roster.holder), "account": ACCOUNT}


SIMULATOR = SimulatedCrm(
    prefix="/v1/",
    signing=KeyInHeader("X-Api-Key"),
    routes=(
        Get(path="me", answer=me),
        FilteredUsers(
            path="users",
            row=user,
            paging=ByLink(size="size", total="X-Total-Count", default=25, most=PAGE_SIZE),
            told=lambda someone: {"role": someone.role},
        ),
        Contacts(path="contacts", row=contact, by={"phone": ("phone", "mobile")}, step="look_up"),
    ),
    settings=lambda url, key: {"api_key": key, "endpoint": f"{url}/v1/", "details_link": f"{url}/records/"},
    account=Account(
        id=str(ACCOUNT["id"]),
        name=str(ACCOUNT["name"]),
        holder=f"{person(OWNER).first} {person(OWNER).last}",
        role=person(OWNER).role,
    ),
    limit=(LIMIT.amount, LIMIT.window),
    web="/records/",
).simulator()

"""Acme CRM on loopback, as far as the connector asks it.

For tests, recordings and demos. The people, the faults, the knobs and the scenes are Jackfield's; what the vendor's
pages say of the API belongs here.
"""

from typing import Any

from jackfield.checks import Account
from jackfield.simkit import Ask, ByPage, Caller, Contacts, Get, KeyInHeader, Person, SimulatedCrm, Users, Whole
from jackfield.users import full_name

_PREFIX, _WEB = "/v2/", "/app/"
_HOLDER = "Amara Okafor <amara.okafor@example.com>"
_ACCOUNT = Account(id="555001", name="Copper Kettle Trading", holder=_HOLDER, role="Owner")


def _user(person: Person) -> dict[str, Any]:
    return {
        "id": 1_000 + person.number,
        "full_name": full_name(person.first, person.last) or None,
        "email": person.email,
        "status": "active" if person.active else "suspended",
        "type": "bot" if person.kind == "service" else "human",
        "role": person.role,
    }


def _me(ask: Ask) -> dict[str, Any]:
    return {**_user(ask.roster.holder), "workspace_id": 555_001, "workspace": _ACCOUNT.name}


def _contact(caller: Caller) -> dict[str, Any]:
    phone, mobile = (*caller.phones, None)[:2]
    return {
        "id": 9_000 + caller.number,
        "name": full_name(caller.first, caller.last) or None,
        "email": caller.email,
        "company": caller.company.name,
        "phone": phone,
        "mobile": mobile,
    }


SIMULATOR = SimulatedCrm(
    prefix=_PREFIX,
    web=_WEB,
    signing=KeyInHeader("X-Acme-Key"),
    limit=(5, 1.0),
    account=_ACCOUNT,
    settings=lambda url, key: {"api_key": key, "endpoint": f"{url}{_PREFIX}", "details_link": f"{url}{_WEB}"},
    routes=[
        Get(path="me", answer=_me),
        Users(
            path="people",
            row=_user,
            paging=ByPage(items="people", total="total", most=200),
            told=lambda person: {"role": person.role},
        ),
        Contacts(
            path="contacts/search",
            row=_contact,
            by={"phone": ("phone", "mobile")},
            paging=Whole(items="contacts"),
        ),
    ],
).simulator()

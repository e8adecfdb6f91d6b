"""The simulated account: what its lists hold, and what its keys may do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jackfield.simkit import spaced
from jackfield_connectwise import _simulator_contacts as contacts
from jackfield_connectwise import _simulator_members as members
from jackfield_connectwise import _simulator_schema as schemas

if TYPE_CHECKING:
    from collections.abc import Callable

    from jackfield_connectwise._simulator_schema import Schema

Row = dict[str, Any]
_EVER_MORE = 10_000_000


@dataclass(frozen=True)
class Collection:
    """One kind of record: ``at`` makes the one in a place of the list, which holds ``total``; ids ascend."""

    schema: Schema
    total: int
    at: Callable[[int], Row]
    id_at: Callable[[int], int]
    endless: bool = False
    moving: bool = False

    @cached_property
    def rows(self) -> list[Row]:
        """All that there are, for whoever has a condition."""
        return [self.at(place) for place in range(self.total)]

    @property
    def places(self) -> range:
        """The places of the whole list; an endless one makes new ones up after its last."""
        return range(self.total + _EVER_MORE if self.endless else self.total)

    def find(self, wanted: str) -> Row | None:
        """The one with that id, or with that identifier."""
        if not wanted.isdecimal():
            return next((row for row in self.rows if str(row.get("identifier", "")).lower() == wanted.lower()), None)
        place = next((place for place in range(self.total) if self.id_at(place) == int(wanted)), None)
        return None if place is None else self.at(place)


class Account:
    """What the API reads from; the lists are made by arithmetic when they are asked for."""

    def __init__(self, users: int, knobs: dict[str, Any]) -> None:
        self._users, self._knobs = users, knobs
        self._first = 1 if knobs["built_in_admin"] == "present" else 0
        people = self._members(schemas.MEMBER, self._member)
        people_shortened = self._members(schemas.MEMBER_INFO, lambda place: members.shortened(self._member(place)))
        self.collections = {
            "system/members": people,
            "system/info/members": people_shortened,
            "company/contacts": Collection(
                schemas.CONTACT,
                _seen(knobs["contacts"], contacts.CONTACTS),
                lambda place: contacts.contact(place, knobs),
                contacts.contact_id,
            ),
            "company/companies": Collection(
                schemas.COMPANY,
                _seen(knobs["company_maintenance"], contacts.COMPANIES),
                lambda place: contacts.company(place, knobs),
                contacts.company_id,
            ),
        }

    def me(self) -> Row:
        """The API member whose keys they are."""
        return members.member(members.HOLDER, self._knobs)

    def rights(self) -> list[Row]:
        """What its security role allows, as system/mySecurity tells it."""
        told = (
            ("System", "Member Maintenance", self._knobs["member_maintenance"]),
            ("Companies", "Contacts", self._knobs["contacts"]),
            ("Companies", "Company Maintenance", self._knobs["company_maintenance"]),
            ("Service Desk", "Service Tickets", "none"),
        )
        return [_right(number, *right) for number, right in enumerate(told)]

    def _members(self, schema: Schema, at: Callable[[int], Row]) -> Collection:
        listing = self._knobs["listing"]
        total = _seen(self._knobs["member_maintenance"], self._first + self._users)
        return Collection(schema, total, at, self._member_id, listing == "endless", listing == "moving")

    def _member(self, place: int) -> Row:
        return members.admin(self._knobs) if place < self._first else members.member(place - self._first, self._knobs)

    def _member_id(self, place: int) -> int:
        return members.ADMIN_ID if place < self._first else spaced(place - self._first, self._knobs["first_member_id"])


def _seen(right: str, total: int) -> int:
    """How many come: whoever may read his own ones only gets fewer, and no error."""
    return min(members.OWN_AT_MOST, total) if right == "my" else total


def _right(number: int, module: str, name: str, level: str) -> Row:
    return {
        "id": 900 + number,
        "addLevel": "None",
        "editLevel": "None",
        "deleteLevel": "None",
        "inquireLevel": level.title(),
        "moduleFunctionName": name,
        "moduleFunctionDescription": name,
        "myAllFlag": True,
        "moduleFunctionIdentifier": name.replace(" ", ""),
        **dict.fromkeys(("reportFlag", "restrictFlag", "customFlag"), False),
        "moduleDescription": module,
        "moduleIdentifier": module.replace(" ", ""),
        "moduleName": module,
        "sortOrder": number,
    }

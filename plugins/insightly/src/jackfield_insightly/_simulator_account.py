"""The simulated account: what its lists hold, and whose key it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jackfield.simkit import INACTIVE, ORDINARY, OWNER
from jackfield_insightly import _simulator_people as people
from jackfield_insightly import _simulator_records as records

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]
#: How many users are deleted, and how many invited, where a knob has the list hold such.
DELETED = INVITED = 2


@dataclass(frozen=True, slots=True)
class Collection:
    """One kind of record: ``at`` makes the one in a place of the list, which holds ``total`` of them."""

    singular: str
    total: int
    at: Callable[[int], Row]
    endless: bool = False

    @property
    def id_field(self) -> str:
        """The member that holds the id."""
        return f"{self.singular.upper()}_ID"

    def rows(self) -> list[Row]:
        """All that there are."""
        return [self.at(place) for place in range(self.total)]

    def page(self, skip: int, top: int) -> list[Row]:
        """Those from ``skip`` on; an endless list makes new ones up after its last."""
        end = skip + top if self.endless else min(skip + top, self.total)
        return [self.at(place) for place in range(skip, end)]

    def find(self, wanted: int) -> Row | None:
        """The one with that id."""
        return next((row for row in self.rows() if row[self.id_field] == wanted), None)


class Account:
    """What the API reads from; the lists are made by arithmetic when they are asked for."""

    def __init__(self, users: int, knobs: dict[str, Any]) -> None:
        self._users, self._knobs = users, knobs
        self._deleted = DELETED if knobs["deleted_users"] != "absent" else 0
        self._invited = INVITED if knobs["invited_users"] != "absent" else 0
        self._moved = 0
        owner = people.user_id(0, knobs["first_user_id"])
        lead_numbers = [
            number
            for number in range(records.LEADS)
            if knobs["converted_leads"] == "present" or not records.lead(number, owner)["CONVERTED"]
        ]
        colleagues = [number for number in range(users) if people.user(number, knobs)["CONTACT_ID"] is not None]
        self.collections = {
            "users": Collection(
                "User", users + self._deleted + self._invited, self._user, endless=knobs["listing"] == "endless"
            ),
            "contacts": Collection(
                "Contact", records.CONTACTS + len(colleagues), lambda place: self._contact(place, colleagues, owner)
            ),
            "leads": Collection("Lead", len(lead_numbers), lambda place: records.lead(lead_numbers[place], owner)),
            "organisations": Collection(
                "Organisation", records.ORGANISATIONS, lambda place: records.organisation(place, owner)
            ),
        }

    def me(self) -> Row:
        """The user whose key it is."""
        holder = self._knobs["key_holder"]
        row = people.user({"user": ORDINARY, "inactive": INACTIVE}.get(holder, OWNER), self._knobs)
        return row if holder != "bare" else {**dict.fromkeys(row), "USER_ID": row["USER_ID"]}

    def first_page_was_read(self) -> None:
        """Where the list is a moving one, its first user now goes to the end."""
        if self._knobs["listing"] == "moving":
            self._moved += 1

    def instance(self) -> Row:
        """The account itself."""
        return {
            "INSTANCE_NAME": self._knobs["instance_name"],
            "INSTANCE_SUBDOMAIN": None,
            "PLAN_NAME": self._knobs["plan_name"],
            "NEW_USER_EXPERIENCE_ENABLED": True,
        }

    def permissions(self) -> Row:
        """What the key's user may do."""
        forbidden = [f"{name}_forbidden" for name in ("contacts", "leads", "organisations")]
        names = ["Contact", "Lead", "Organisation"]
        plural = "s" if self._knobs["permission_names"] == "plural" else ""
        rights = ("CAN_READ", "CAN_CREATE", "CAN_EDIT", "CAN_DELETE")
        return {
            "PERMISSIONS_STATE": "555",
            "OBJECT_PERMISSIONS": [
                {"OBJECT_TYPE": name + plural, "PERMISSIONS_STATE": "555"}
                | dict.fromkeys(rights, not self._knobs[knob])
                for name, knob in zip(names, forbidden, strict=True)
            ],
        }

    def _contact(self, place: int, colleagues: list[int], owner: int) -> Row:
        if place < records.CONTACTS:
            return records.contact(place, owner)
        number = colleagues[place - records.CONTACTS]
        return records.contact_of_user(number, people.user(number, self._knobs))

    def _user(self, place: int) -> Row:
        total = self._users + self._deleted + self._invited
        number = (place + self._moved) % total if place < total else place
        row = people.user(number, self._knobs)
        if self._users <= number < self._users + self._deleted:
            marked = " (Deleted)" if self._knobs["deleted_users"] == "marked" else ""
            return row | {"LAST_NAME": f"{row['LAST_NAME']}{marked}", "ACTIVE": False}
        if self._users + self._deleted <= number < total:
            return row | {"FIRST_NAME": None, "LAST_NAME": None, "ACTIVE": self._knobs["invited_users"] == "active"}
        return row

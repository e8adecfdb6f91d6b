"""The users of the simulated account as Insightly's API v3.1 shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jackfield.simkit import person, spaced

if TYPE_CHECKING:
    from datetime import datetime

_WINDOWS_ZONES = {
    "America/New_York": "Eastern Standard Time",
    "America/Chicago": "Central Standard Time",
    "America/Denver": "Mountain Standard Time",
    "America/Los_Angeles": "Pacific Standard Time",
    "Europe/London": "GMT Standard Time",
    "Europe/Berlin": "W. Europe Standard Time",
    "Australia/Sydney": "AUS Eastern Standard Time",
    "Asia/Kolkata": "India Standard Time",
}


def written(time: datetime) -> str:
    """A time as Insightly writes it: UTC, without saying so."""
    return time.strftime("%Y-%m-%d %H:%M:%S")


def user_id(number: int, first: int) -> int:
    """The id of a user, as handed out over all accounts."""
    return spaced(number, first)


def contact_id(number: int, first_user: int) -> int | None:
    """The id of a user's own contact record; a few have none."""
    return None if number % 70 == 41 else spaced(number, first_user) + 310_000_000  # noqa: PLR2004 - one in seventy


def user(number: int, knobs: dict[str, Any]) -> dict[str, Any]:
    """The user in that place of the list; the 20 members of API v3.1 in their order. The first owns the account."""
    somebody = person(number)
    dropbox = f"{(number * 48_271 + 555) % 0xFFFFFF:06X}"
    advanced = knobs["advanced_permissions"]
    return {
        "USER_ID": user_id(number, knobs["first_user_id"]),
        "CONTACT_ID": contact_id(number, knobs["first_user_id"]),
        "FIRST_NAME": somebody.first,
        "LAST_NAME": somebody.last,
        "TIMEZONE_ID": _WINDOWS_ZONES.get(somebody.time_zone or ""),
        "EMAIL_ADDRESS": somebody.email,
        "EMAIL_DROPBOX_IDENTIFIER": dropbox,
        "EMAIL_DROPBOX_ADDRESS": f"{dropbox}@mailbox.example.com",
        "ADMINISTRATOR": somebody.administrator,
        "ACCOUNT_OWNER": somebody.owner,
        "ACTIVE": somebody.active,
        "DATE_CREATED_UTC": written(somebody.created),
        "DATE_UPDATED_UTC": written(somebody.updated),
        "USER_CURRENCY": ("USD", "EUR", "GBP")[number % 3],
        "CONTACT_DISPLAY": "FirstLast",
        "CONTACT_ORDER": "FirstLast",
        "TASK_WEEK_START": 2,
        "INSTANCE_ID": knobs["instance_id"],
        "PROFILE_ID": 7_100 + number % 4 if advanced else None,
        "ROLE_ID": 8_200 + number % 6 if advanced else None,
    }

"""Users of a CRM, evened out over all platforms."""

from __future__ import annotations

import unicodedata
from datetime import datetime  # noqa: TC003 - a field's type: get_type_hints must find it
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from jackfield.records import Record  # noqa: TC001 - a field's type: get_type_hints must find it

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CrmUser", "UserKind", "UserPage", "UserState", "email_or_none", "full_name"]


class UserKind(StrEnum):
    """What a CRM user is; accounts of programs are not people."""

    PERSON = "person"
    SERVICE = "service"
    QUEUE = "queue"
    EXTERNAL = "external"
    UNKNOWN = "unknown"


class UserState(StrEnum):
    """Whether a CRM user can work; ``unknown`` where the CRM does not tell."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    INVITED = "invited"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class CrmUser(Struct, frozen=True, kw_only=True, gc=False):
    """One user of a CRM account.

    A struct of msgspec: a hundred thousand of them are made in 30 ms, a frozen dataclass takes ten times as long.

    ``id`` is the CRM's own, opaque, never empty, stable for life. ``email`` is normalised (:func:`email_or_none`).
    ``name`` is never empty: where the CRM has none, the e-mail address or the id stands in. ``time_zone`` is an IANA
    name. ``profile`` is the record whose page shows this user, where the CRM has such a page.
    """

    id: str
    name: str
    email: str | None = None
    other_emails: tuple[str, ...] = ()
    state: UserState = UserState.UNKNOWN
    kind: UserKind = UserKind.UNKNOWN
    role: str | None = None
    phone: str | None = None
    extension: str | None = None
    time_zone: str | None = None
    profile: Record | None = None
    created: datetime | None = None
    updated: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether calls may be mapped to this user: everybody but those the CRM calls inactive, invited or deleted."""
        return self.state in {UserState.ACTIVE, UserState.UNKNOWN}

    def as_dict(self) -> dict[str, Any]:
        """The user as scripts read it, in JSON's types; times are ISO 8601 with their zone."""
        values = asdict(self)
        for name in ("created", "updated"):
            values[name] = values[name].isoformat() if values[name] else None
        values["other_emails"] = list(self.other_emails)
        values["profile"] = self.profile and asdict(self.profile)
        head = {name: values.pop(name) for name in ("id", "email", "name")}
        return {**head, "active": self.active, "kind": str(values.pop("kind")), **values, "state": str(self.state)}


class UserPage(Struct, frozen=True, kw_only=True, gc=False):
    """Some users of a listing; ``total`` is how many the CRM says there are in all, None where it does not say."""

    users: tuple[CrmUser, ...]
    total: int | None = None

    def __iter__(self) -> Iterator[CrmUser]:
        return iter(self.users)

    def __len__(self) -> int:
        return len(self.users)


def email_or_none(text: str | None) -> str | None:
    """An e-mail address in the form in which two are compared: NFKC, no blanks around it, lower case; None for none."""
    if not text:
        return None
    if text.isascii():  # as nearly all are: normal already
        address = text.lower().strip()
    else:
        lower = unicodedata.normalize("NFKC", text).lower()
        address = unicodedata.normalize("NFKC", lower).strip()  # once more: some letters compose in lower case alone
    return address if "@" in address.strip("@") else None


def full_name(*parts: str | None) -> str:
    """The parts of a name that are there, joined by single blanks; empty where none is."""
    return " ".join(" ".join(filter(None, parts)).split())

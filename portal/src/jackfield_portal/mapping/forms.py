"""What the mapping form sends, read strictly: nonsense is refused as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from jackfield_portal.mapping import refusals
from jackfield_portal.mapping.services import Wish, connections_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import QueryDict

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization

__all__ = ["connection_in", "wishes_in"]

_CHOICE = "agent-"
_LARGEST_ID = 2**63 - 1


def connection_in(data: QueryDict, organization: Organization) -> Connection:
    """The connection whose column was open; raises PortalError where none was, or none of this organization."""
    given = data.get("connection", "")
    if not given:
        raise refusals.no_column()
    found = connections_of(organization).filter(pk=_uuid(given)).first()
    if found is None:
        raise refusals.unknown_connection()
    return found


def wishes_in(data: QueryDict) -> list[Wish]:
    """One wish for each row of the form; raises PortalError where a row is not whole or not understood."""
    return list(_wishes(data))


def _wishes(data: QueryDict) -> Iterator[Wish]:
    for name in data:
        if name.startswith(_CHOICE):
            agent = name.removeprefix(_CHOICE)
            yield Wish(agent=_uuid(agent), before=_id(data.get(f"was-{agent}")), after=_id(data.get(name)))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise refusals.nonsense() from None


def _id(text: str | None) -> int | None:
    if text == "":
        return None
    if text is None or not (text.isascii() and text.isdigit() and int(text) <= _LARGEST_ID):
        raise refusals.nonsense()
    return int(text)

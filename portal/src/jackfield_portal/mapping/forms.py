"""What the mapping form sends, read strictly: nonsense is refused as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from jackfield_portal.mapping import refusals
from jackfield_portal.mapping.bulk import Action, Pick
from jackfield_portal.mapping.leavers import Choice, Will
from jackfield_portal.mapping.services import Wish, batches_of, connections_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import QueryDict

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.mapping.models import Batch
    from jackfield_portal.organizations.models import Organization

__all__ = ["action_in", "batch_in", "choices_in", "connection_in", "number_in", "picks_in", "user_in", "wishes_in"]

_CHOICE, _WILL = "agent-", "will-"
_PARTS_OF_A_PICK = 3
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


def batch_in(data: QueryDict, organization: Organization) -> Batch:
    """The save that a button spoke of; raises PortalError where there is none of this organization."""
    try:
        found = batches_of(organization).filter(pk=UUID(data.get("batch", ""))).first()
    except ValueError:
        found = None
    if found is None:
        raise refusals.unknown_batch()
    return found


def wishes_in(data: QueryDict) -> list[Wish]:
    """One wish for each row of the form; raises PortalError where a row is not whole or not understood."""
    return list(_wishes(data))


def action_in(data: QueryDict) -> Action:
    """What is to be done with rows; raises PortalError for anything else."""
    given = data.get("action", "")
    if given not in set(Action):
        raise refusals.nonsense()
    return Action(given)


def picks_in(data: QueryDict) -> list[Pick]:
    """The rows that were ticked; raises PortalError where one is not understood."""
    return [_pick(text) for text in data.getlist("pick")]


def number_in(data: QueryDict, name: str) -> int | None:
    """A number of the form; None where there is none."""
    return _id(data.get(name, ""))


def user_in(data: QueryDict) -> int | None:
    """The CRM user that was chosen, None for nobody; raises PortalError where the form says nothing of it."""
    return _id(data.get("crm_user"))


def choices_in(data: QueryDict) -> list[Choice]:
    """What was chosen for each leaver; raises PortalError where that is not understood, or two things at once."""
    return [_choice(data, name.removeprefix(_WILL)) for name in data if name.startswith(_WILL)]


def _pick(text: str) -> Pick:
    parts = text.split(" ")
    if len(parts) != _PARTS_OF_A_PICK:
        raise refusals.nonsense()
    agent, before, offer = parts
    return Pick(agent=_uuid(agent), before=_id(before), offer=_id(offer))


def _choice(data: QueryDict, agent: str) -> Choice:
    will, heir = data.get(f"{_WILL}{agent}", ""), data.get(f"heir-{agent}", "")
    if will not in set(Will) - {Will.HEIR}:
        raise refusals.nonsense()
    if heir and will:
        raise refusals.heir_and_more()
    before = _id(data.get(f"was-{agent}"))
    if not heir:
        return Choice(agent=_uuid(agent), before=before, will=Will(will))
    key = _uuid(heir) if data.get(f"heirs-{agent}") == "agents" else _id(heir)
    return Choice(agent=_uuid(agent), before=before, will=Will.HEIR, heir=key)


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

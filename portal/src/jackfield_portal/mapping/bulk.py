"""Rows together: clear, pin, unpin, take what is suggested. A pinned choice is left as it is by all but unpinning."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from jackfield_portal.mapping import refusals
from jackfield_portal.mapping.finding import suggestions
from jackfield_portal.mapping.models import ChosenBy, Kind
from jackfield_portal.mapping.services import refuse_outdated
from jackfield_portal.mapping.suggest import Certainty
from jackfield_portal.mapping.writing import Decision, Standing, alone, standing, write

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from collections.abc import Mapping as Dictionary
    from uuid import UUID

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.mapping.models import Batch
    from jackfield_portal.mapping.suggest import Suggestion
    from jackfield_portal.organizations.models import User

__all__ = ["Action", "Done", "Pick", "for_all", "for_picked", "picks"]


class Action(StrEnum):
    """What is done with each row."""

    CLEAR = "clear"
    PIN = "pin"
    UNPIN = "unpin"
    TAKE = "take"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pick:
    """A row that somebody has ticked, with the CRM user and the only one suggested that it showed (None: nobody)."""

    agent: UUID
    before: int | None
    offer: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """So many were ``changed``, so many left because they are ``pinned``, and the ``rest`` for other reasons."""

    batch: Batch | None
    changed: int
    pinned: int
    rest: int


def picks(connection: Connection, agents: Iterable[UUID]) -> list[Pick]:
    """The rows of these agents as they stand now."""
    stands, suggested = standing(connection), suggestions(connection)
    return [
        Pick(agent=agent, before=stands.get(agent, Standing()).crm_user, offer=_offer(suggested.get(agent)))
        for agent in agents
    ]


def _offer(its: Suggestion | None) -> int | None:
    """The only one suggested."""
    return its.candidates[0] if its is not None and len(its.candidates) == 1 else None


def for_picked(connection: Connection, action: Action, picks: Iterable[Pick], *, by: User | None = None) -> Done:
    """Do this with the rows that were ticked, in one batch. Taken is what the row has shown, be it certain or not.

    Raises PortalError, with nothing changed, where none was ticked, one isn't there, or isn't what it was any more.
    """
    rows = {pick.agent: pick for pick in picks}
    if not rows:
        raise refusals.nobody_picked()
    with alone(connection.organization_id):
        stands = standing(connection)
        refuse_outdated(connection, {key: pick.before for key, pick in rows.items()}, stands)
        suggested = suggestions(connection)
        shown = {
            key: its
            for key, its in suggested.items()
            if key in rows and its.certainty is not Certainty.CONFLICT and its.candidates == (rows[key].offer,)
        }
        return _do(connection, action, rows, stands, shown, by)


def for_all(
    connection: Connection,
    action: Action,
    find: Callable[[], Collection[UUID]],
    *,
    expected: int,
    by: User | None = None,
) -> Done:
    """Do this with every row that ``find`` finds, in one batch. Only certain suggestions are taken.

    Raises PortalError, with nothing changed, where they are not as many as were ``expected``.
    """
    with alone(connection.organization_id):
        agents = find()
        if len(agents) != expected:
            raise refusals.other_number(expected, len(agents))
        suggested = suggestions(connection)
        certain = {key: its for key, its in suggested.items() if its.certainty is Certainty.CERTAIN}
        return _do(connection, action, agents, standing(connection), certain, by)


def _do(  # noqa: PLR0913, PLR0917 - all that is known of the rows
    connection: Connection,
    action: Action,
    agents: Collection[UUID],
    stands: Dictionary[UUID, Standing],
    takeable: Dictionary[UUID, Suggestion],
    by: User | None,
) -> Done:
    decisions = [_DECIDE[action](agent, stands.get(agent, Standing()), takeable.get(agent)) for agent in agents]
    wanted = [decision for decision in decisions if decision is not None]
    saved = write(connection, wanted, stands, kind=Kind.BULK, by=by)
    changed = saved.mapped + saved.cleared
    stays = action in {Action.CLEAR, Action.TAKE}
    pinned = sum(stays and stands.get(agent, Standing()).pinned for agent in agents)
    return Done(batch=saved.batch, changed=changed, pinned=pinned, rest=len(agents) - changed - pinned)


def _clear(agent: UUID, stands: Standing, _its: Suggestion | None) -> Decision | None:
    return None if stands.pinned or stands.crm_user is None else Decision(agent=agent, becomes=Standing())


def _pin(agent: UUID, stands: Standing, _its: Suggestion | None) -> Decision | None:
    return None if stands.crm_user is None else Decision(agent=agent, becomes=stands._replace(pinned=True))


def _unpin(agent: UUID, stands: Standing, _its: Suggestion | None) -> Decision | None:
    return Decision(agent=agent, becomes=stands._replace(pinned=False))


def _take(agent: UUID, stands: Standing, its: Suggestion | None) -> Decision | None:
    if its is None or stands.crm_user is not None:
        return None
    return Decision(agent=agent, becomes=Standing(its.candidates[0], ChosenBy.SUGGESTION), why=its.code)


_DECIDE = {
    Action.CLEAR: _clear,
    Action.PIN: _pin,
    Action.UNPIN: _unpin,
    Action.TAKE: _take,
}

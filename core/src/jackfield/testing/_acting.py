"""Doing what a recipe says, and what came of it, in a form that can be compared."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, Final

from jackfield.checks import Status
from jackfield.errors import JackfieldError
from jackfield.http import Budgets, OutboundPolicy, RetryPolicy
from jackfield.testing.tapes import OK

if TYPE_CHECKING:
    from jackfield.connector import Connection, Connector
    from jackfield.settings import ConnectionSettings
    from jackfield.testing.tapes import Recipe

LOOPBACK: Final = OutboundPolicy(allowed=(ip_network("127.0.0.0/8"),))
#: A simulator need not be spared; it answers at once, or as slowly as it says itself.
QUICK: Final = RetryPolicy(attempts=3, total=5.0, first_wait=0.0, longest_wait=0.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended (``ok`` or the code of an error), and what was seen: steps as they ended, users, contacts."""

    ends: str
    seen: tuple[Any, ...] = ()


def acted(
    connector: Connector, recipe: Recipe, settings: ConnectionSettings, *, loopback: bool, unhurried: bool = False
) -> Outcome:
    """Do it; an error is an outcome. What is not on loopback is asked as the environment allows, at the CRM's pace."""
    how: dict[str, Any] = {"network": LOOPBACK, "retry": QUICK} if loopback else {}
    if unhurried:
        how["budgets"] = Budgets(lifted=True)
    return asyncio.run(_acted(connector, recipe, settings, how))


async def _acted(connector: Connector, recipe: Recipe, settings: ConnectionSettings, how: dict[str, Any]) -> Outcome:
    try:
        async with connector.connect(settings, **how) as connection:
            return await _ACTS[recipe.does](connection, recipe)
    except JackfieldError as failure:
        return Outcome(failure.code)


async def _check(connection: Connection, _: Recipe) -> Outcome:
    results = [result async for result in connection.check()]
    failed = [result for result in results if result.required and result.status is Status.FAILED]
    seen = tuple((result.id, str(result.status), result.code) for result in results)
    return Outcome(str(failed[0].code) if failed else OK, seen)


async def _users(connection: Connection, _: Recipe) -> Outcome:
    return Outcome(OK, tuple([user.id async for page in connection.users() for user in page]))


async def _find(connection: Connection, recipe: Recipe) -> Outcome:
    return Outcome(OK, tuple([contact.record for contact in await connection.find(recipe.number or "")]))


_ACTS: Final = {"check": _check, "users": _users, "find": _find}

"""THE CONTRACT: every hook that a connector may implement, and nothing else.

A connector is a module named by an entry point of the group ``jackfield.connectors``; the entry point's name is the
platform's id. Its hooks are module-level functions marked with ``@hookimpl``. ``platform``, ``connection_schema``,
``systems_check`` and ``import_users`` are needed, the others widen what the connector can do. A connector is handed
its HTTP client (``connection.http``); it builds none, sleeps nowhere, reads no environment and keeps no global state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pluggy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Sequence

    from jackfield.checks import CheckStep
    from jackfield.connector import Connection
    from jackfield.errors import JackfieldError, Problem
    from jackfield.http import Answer, Auth, Limit
    from jackfield.platform import Platform
    from jackfield.records import Contact, Record
    from jackfield.settings import ConnectionSettings
    from jackfield.simulation import Simulator
    from jackfield.users import UserPage

__all__ = ["REQUIRED", "hookimpl", "hookspec"]

hookspec = pluggy.HookspecMarker("jackfield")
hookimpl = pluggy.HookimplMarker("jackfield")

#: The hooks without which a connector is not one.
REQUIRED: Final = frozenset({"platform", "connection_schema", "systems_check", "import_users"})


@hookspec(firstresult=True)
def platform() -> Platform:  # type: ignore[empty-body]
    """Declare the platform: id, title, instructions, the vendor's docs, capabilities, hook API version."""


@hookspec(firstresult=True)
def connection_schema() -> type[ConnectionSettings]:  # type: ignore[empty-body]
    """Declare the settings, from which form, JSON Schema, parsing and redaction come."""


@hookspec(firstresult=True)
def validate_connection(settings: ConnectionSettings) -> Sequence[Problem]:  # type: ignore[empty-body]
    """Called when settings were parsed: report further problems and warnings that types alone can't see.

    Touches no network. Problems refuse the settings; warnings are shown beside their field and stop nothing.
    """


@hookspec(firstresult=True)
def systems_check() -> Sequence[CheckStep]:  # type: ignore[empty-body]
    """Declare the ordered steps of the systems check; called afresh for every check, so steps may share its state.

    Each step's coroutine function takes the connection and returns a Finding or raises the JackfieldError it found.
    The core does the timing, the skipping and the classifying. Steps change nothing in the CRM.
    """


@hookspec(firstresult=True)
def import_users(connection: Connection) -> AsyncIterator[UserPage]:  # type: ignore[empty-body]
    """Called to import: an async iterator of pages of all users, inactive ones included, yielded as they come.

    A fault in mid-listing raises; a list that ends without an exception is complete.
    """


@hookspec(firstresult=True)
def record_link(settings: ConnectionSettings, record: Record) -> str | None:
    """Called to open a record: the address of its page in the CRM, or None for a kind of record without one."""


@hookspec(firstresult=True)
def find_contacts(connection: Connection, number: str) -> Awaitable[Sequence[Contact]]:  # type: ignore[empty-body]
    """Called with a caller's number: the contacts that have it, each once, in every spelling that the CRM needs."""


@hookspec(firstresult=True)
def judge(answer: Answer) -> JackfieldError | None:
    """Called for every answer before the core judges it: the error that it means, or None to leave it to the core.

    Needed where status codes mislead, or where the connector knows better words for the remedy.
    """


@hookspec(firstresult=True)
def authenticate(settings: ConnectionSettings) -> Auth:  # type: ignore[empty-body]
    """Declare how requests are signed; without it they are not."""


@hookspec(firstresult=True)
def limits() -> Sequence[Limit]:  # type: ignore[empty-body]
    """Declare the CRM's request budgets with their scope; the core keeps them over all connections of a host."""


@hookspec(firstresult=True)
def simulator() -> Simulator:  # type: ignore[empty-body]
    """Declare the CRM's simulator: an ASGI application with named faults, for demos, tests and recordings."""

"""Opening the account of a connection that is in use; all that an import needs of this app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield_portal.connections.lapses import refuse_lapsed
from jackfield_portal.connections.models import Connection, State
from jackfield_portal.connections.versions import connect, live
from jackfield_portal.errors import PortalError
from jackfield_portal.said import said

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    import jackfield

__all__ = ["open_live"]


def open_live(connection: Connection) -> AbstractAsyncContextManager[jackfield.Connection]:
    """Open the account with the settings that are in use; raises PortalError where none are, or it is paused."""
    version = live(connection)
    if version is None or connection.state == State.PAUSED or connection.deleted:
        raise PortalError(
            said("The connection %(name)s is not in use yet.", name=connection.name),
            remedy=said("Run the Systems Check first."),
        )
    refuse_lapsed(connection)
    return connect(version)

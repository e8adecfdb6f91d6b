"""``jackfield import``: the users of a saved connection, by the same service as in the portal."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from jackfield_portal.commands.importing import carry_out


def import_users(
    connection: Annotated[str, Parameter(help="The connection's id or name, as `jackfield connections` lists it.")],
    /,
    *,
    organization: Annotated[
        str | None, Parameter(help="The organization's name, where others have such a one.")
    ] = None,
    apply_held: Annotated[bool, Parameter(help="Apply the list even where it looks wrong.")] = False,
    json: Annotated[bool, Parameter(help="Print JSON, for scripts.")] = False,
) -> int:
    """Import the users of a connection that is saved in the portal.

    A list that looks wrong (empty, or much shorter than before) is held: nothing is changed, and the exit status is 1.
    With --json: connection, organization, state, reason, counts.
    """
    return carry_out(connection, organization=organization, apply_held=apply_held, json=json)

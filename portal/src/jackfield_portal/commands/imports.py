"""``jackfield import``: the users of a saved connection, by the same service as in the portal."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from jackfield.cli.errors import UsageError
from jackfield_portal.commands.importing import carry_out, decide_waiting


def import_users(  # noqa: PLR0913 - all but the first have names and a default
    connection: Annotated[str, Parameter(help="The connection's id or name, as `jackfield connections` lists it.")],
    /,
    *,
    organization: Annotated[
        str | None, Parameter(help="The organization's name, where others have such a one.")
    ] = None,
    apply_held: Annotated[bool, Parameter(help="Apply the list even where it looks wrong.")] = False,
    preview: Annotated[bool, Parameter(help="Read and compare only, and show who is new, changed or gone.")] = False,
    decide: Annotated[
        Literal["apply", "discard"] | None, Parameter(help="Decide about the list that waits, and read nothing.")
    ] = None,
    json: Annotated[bool, Parameter(help="Print JSON, for scripts.")] = False,
) -> int:
    """Import the users of a connection that is saved in the portal.

    A list that looks wrong (empty, or much shorter than before) is held: nothing is changed, and the exit status is 1.
    A preview waits for a decision whatever it looks like: `--decide apply` applies exactly what was seen.
    With --json: connection, organization, state, reason, counts, requests, and of a preview its groups.
    """
    if decide is not None and (preview or apply_held):
        raise UsageError("--decide reads nothing: it goes with neither --preview nor --apply-held.", "Leave one out.")
    if preview and apply_held:
        raise UsageError("A preview applies nothing, so --apply-held does not go with it.", "Leave one out.")
    if decide is not None:
        return decide_waiting(connection, decide, organization=organization, json=json)
    return carry_out(connection, organization=organization, apply_held=apply_held, preview=preview, json=json)

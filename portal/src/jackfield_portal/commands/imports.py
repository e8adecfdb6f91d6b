"""``jackfield import``: the users of a saved connection, by the same service as in the portal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from jackfield.cli.errors import CommandError, UsageError
from jackfield.errors import CATALOGUE, error
from jackfield_portal.commands.serve import prepare_portal, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import ImportRun


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
    prepare_portal()
    from jackfield_portal.imports import services
    from jackfield_portal.imports.models import RunState

    found = connection_named(connection, organization)
    with _progress() as report:
        run = services.run_now(found, report=report)
    if run.state == RunState.HELD and apply_held:
        run = services.decide(run, "apply")
    _raise_failure(run)
    _tell(found, run, as_json=json)
    return 0 if run.state == RunState.APPLIED else 1


def connection_named(wanted: str, organization: str | None) -> Connection:
    """The saved connection of this id or name; raises UsageError where there is none, or several of the name."""
    from jackfield_portal.connections.models import Connection

    known = Connection.objects.select_related("organization")
    if organization is not None:
        known = known.filter(organization__name__iexact=organization)
    key = _uuid(wanted)
    found = list(known.filter(pk=key) if key else known.filter(name__iexact=wanted))
    if not found:
        raise UsageError("There is no such connection.", "`jackfield connections` lists those that are saved.")
    if len(found) > 1:
        raise UsageError(
            f"There are {len(found)} connections of this name.",
            "Give the id, as `jackfield connections --json` tells it, or --organization.",
        )
    return found[0]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _raise_failure(run: ImportRun) -> None:
    if run.state != "failed":
        return
    if run.error_code in CATALOGUE:
        raise error(run.error_code, run.error_message, remedy=run.error_remedy)
    raise CommandError(run.error_message, run.error_remedy, code=run.error_code)


def _tell(connection: Connection, run: ImportRun, *, as_json: bool) -> None:
    from jackfield_portal.commands._tables import printable
    from jackfield_portal.imports import words

    counts = dict(words.counts(run))
    if as_json:
        from json import dumps

        told: dict[str, Any] = {"connection": connection.name, "organization": connection.organization.name}
        say(dumps({**told, "state": run.state, "reason": run.hold_reason or None, "counts": counts}))
        return
    whose = printable(f"{connection.name} of {connection.organization.name}")
    say(whose, *(f"  {name:<10} {n}" for name, n in counts.items()))
    if run.state == "held":
        say(run.hold_reason, "Nothing was changed. Decide in the portal, or run this again with --apply-held.")
    elif run.state != "applied":
        say(words.outcome(run))


@contextmanager
def _progress() -> Iterator[Callable[[int, int | None], None]]:
    """A bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("Importing users"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

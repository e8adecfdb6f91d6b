"""What ``jackfield import`` does: the users of a saved connection, by the same service as in the portal."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jackfield.cli.errors import CommandError, UsageError
from jackfield.errors import CATALOGUE, error
from jackfield_portal.ready_made import up_to_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import ImportRun

__all__ = ["carry_out", "connection_named", "decide_waiting", "prepare", "speak_english", "undisturbed"]


def carry_out(
    connection: str,
    *,
    organization: str | None = None,
    apply_held: bool = False,
    preview: bool = False,
    json: bool = False,
) -> int:
    """Import the connection's users, or read them for a preview, and say how that ended; the exit status."""
    with undisturbed():
        prepare(whole=preview)
        from jackfield_portal.imports import services
        from jackfield_portal.imports.models import RunState

    found = connection_named(connection, organization)
    with _progress() as report:
        run = services.run_now(found, report=report, preview=preview)
    if run.state == RunState.HELD and apply_held:
        run = services.decide(run, "apply")
    _raise_failure(run)
    _tell(found, run, as_json=json)
    return 0 if run.state == RunState.APPLIED or (run.preview and not run.hold_reason) else 1


def decide_waiting(connection: str, word: str, *, organization: str | None = None, json: bool = False) -> int:
    """Apply or discard the list of the connection that waits for a decision; the exit status."""
    prepare(whole=True)
    from jackfield_portal.imports import services

    found = connection_named(connection, organization)
    waiting = services.waiting(found)
    if waiting is None:
        raise UsageError(
            "No import of this connection waits for a decision.", "Begin with `jackfield import NAME --preview`."
        )
    _tell(found, services.decide(waiting, word), as_json=json)
    return 0


@contextmanager
def undisturbed() -> Iterator[None]:
    """Load without the collector of garbage looking on: of what is loaded nothing is garbage, then or ever."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def prepare(*, whole: bool = False) -> None:
    """Set Django up for imports alone; in full where it is asked for, or the database has to be made or changed."""
    if not whole and up_to_date() and "DJANGO_SETTINGS_MODULE" not in os.environ:
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "jackfield_portal.work_settings"
        django.setup()
        speak_english()
        return
    from jackfield_portal.commands.serve import prepare_portal

    prepare_portal()


def speak_english() -> None:
    """Commands speak English, as the core's do, whatever the pages speak; where those do, too, nothing is loaded."""
    from django.conf import settings

    if settings.LANGUAGE_CODE != "en":
        from django.utils import translation

        translation.activate("en")


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
    from jackfield_portal.commands import _previews
    from jackfield_portal.commands._tables import printable
    from jackfield_portal.imports import words

    counts = dict(words.counts(run))
    if as_json:
        from json import dumps

        told: dict[str, Any] = {"connection": connection.name, "organization": connection.organization.name}
        told |= {"state": run.state, "reason": run.hold_reason or None, "counts": counts, "requests": run.requests}
        _say(dumps(told | (_previews.as_dict(run) if run.preview else {})))
        return
    whose = printable(f"{connection.name} of {connection.organization.name}")
    _say(whose, *(f"  {name:<10} {n}" for name, n in counts.items()))
    if run.state == "held":
        _say(*(_previews.lines(run) if run.preview else (run.hold_reason, _previews.DECIDE)))
    elif run.state != "applied":
        _say(words.outcome(run))


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


def _say(*lines: str) -> None:
    print("\n".join(lines), flush=True)  # noqa: T201 - what the command is for

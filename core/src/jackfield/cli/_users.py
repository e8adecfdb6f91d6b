"""``jackfield users``."""

from __future__ import annotations

import asyncio
import json as json_format
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jackfield.cli._given import JSON, Given, Platform, settings_from
from jackfield.cli._output import note, printable, say
from jackfield.cli.connectors import connector_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jackfield.connector import Connector
    from jackfield.settings import ConnectionSettings
    from jackfield.users import CrmUser, UserPage

_WIDTHS = (12, 34, 28, 9, 8)


def users(platform: Platform, /, *, given: Given | None = None, json: JSON = False) -> None:
    """List every user of a CRM account.

    Users are shown as their pages arrive. When the listing breaks off, the last line is the error and the exit status
    is 1: a part of a list never looks like the whole.
    """
    connector = connector_named(platform)
    settings = settings_from(connector, given)
    asyncio.run(_list(connector, settings, _as_json if json else _as_row, heading=not json))


async def _list(
    connector: Connector, settings: ConnectionSettings, written: Callable[[CrmUser], str], *, heading: bool
) -> None:
    count = inactive = 0
    with _progress() as advance:
        async with connector.connect(settings) as connection:
            async for page in connection.users():
                if heading and not count:
                    say(_row(("ID", "E-MAIL", "NAME", "STATE", "KIND", "ROLE")))
                _write(page, written)
                count += len(page)
                inactive += sum(not user.active for user in page)
                advance(page)
    note(f"{count} {'user' if count == 1 else 'users'}, {inactive} of them not active.")


def _write(page: UserPage, written: Callable[[CrmUser], str]) -> None:
    if page.users:
        say("\n".join(written(user) for user in page))


def _as_json(user: CrmUser) -> str:
    return json_format.dumps(user.as_dict())


def _as_row(user: CrmUser) -> str:
    return _row((user.id, user.email or "-", user.name, str(user.state), str(user.kind), user.role or ""))


def _row(cells: tuple[str, ...]) -> str:
    shown = [printable(cell) for cell in cells]
    padded = [cell.ljust(width) for cell, width in zip(shown, _WIDTHS, strict=False)]
    return "  ".join((*padded, *shown[len(_WIDTHS) :])).rstrip()


@contextmanager
def _progress() -> Iterator[Callable[[UserPage], None]]:
    """A bar on standard error, where that is a terminal and the list itself is not shown on one."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("Reading users"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda page: bar.update(task, advance=len(page), total=page.total)

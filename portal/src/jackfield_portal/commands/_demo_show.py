"""The main job as the demo shows it in a terminal: discover, check, import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from jackfield.checks import CheckReport
from jackfield.cli.errors import CommandError
from jackfield.cli.steps import step_printer, verdict
from jackfield.discovery import discover

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jackfield.connector import Connection, Connector
    from jackfield.users import CrmUser

console = Console(highlight=False, markup=False)


def heading(number: int, text: str) -> None:
    """Begin a part of the show."""
    console.print(f"\n{number}  {text}", style="bold")


def show_platforms() -> None:
    """List the installed connectors and their states."""
    heading(1, "Discover: the CRM platforms that are installed")
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), show_header=False)
    for found in discover().descriptions():
        table.add_row(found.title, found.version, found.reason or found.state)
    console.print(table)


async def check_and_import(connector: Connector, values: Mapping[str, str]) -> list[CrmUser]:
    """Run the systems check, then read all users; raises what goes wrong."""
    async with connector.connect(connector.parse(values).settings) as connection:
        heading(2, f"Systems Check: the connection to {connector.platform.title}")
        await _check(connection)
        heading(3, "User import: every user of the account, page by page")
        users = await _import(connection)
    away = sum(not user.active for user in users)
    console.print(
        f"{len(users)} users, {away} of them inactive, {sum(not user.email for user in users)} without e-mail."
    )
    return users


async def _check(connection: Connection) -> None:
    show = step_printer(connection.connector)
    results = []
    async for result in connection.check():
        show(result)
        results.append(result)
    report = CheckReport(steps=tuple(results))
    console.print("\n".join(verdict(report, connection.platform.title)), soft_wrap=True)
    if not report.ok:
        raise CommandError("The connection to the simulator does not pass its check.", "Tell the maintainers.")


async def _import(connection: Connection) -> list[CrmUser]:
    users: list[CrmUser] = []
    columns = (TextColumn("Importing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=None)
        async for page in connection.users():
            users.extend(page)
            bar.update(task, completed=len(users), total=page.total)
        bar.update(task, completed=len(users), total=len(users))
    return users

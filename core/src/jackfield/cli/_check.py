"""``jackfield check``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jackfield.checks import Account, CheckReport, Status, StepResult
from jackfield.cli._connectors import connector_named
from jackfield.cli._given import JSON, Given, Platform, settings_from
from jackfield.cli._output import printable, say, say_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from jackfield.connector import Connector
    from jackfield.settings import ConnectionSettings

_MARKS = {
    Status.PASSED: ("✓", "green"),
    Status.FAILED: ("✗", "red"),
    Status.WARNED: ("!", "yellow"),
    Status.SKIPPED: ("–", "dim"),  # noqa: RUF001 - a dash on purpose
}


def check(platform: Platform, /, *, given: Given | None = None, json: JSON = False) -> int:
    """Check a connection step by step; nothing in the CRM is changed.

    The exit status is 0 when every step that is needed has passed, 1 when not.
    """
    connector = connector_named(platform)
    settings = settings_from(connector, given)
    if json:
        report = asyncio.run(_checked(connector, settings, _silent))
        say_json(report.as_dict())
    else:
        report = asyncio.run(_checked(connector, settings, step_printer(connector)))
        say("\n".join(verdict(report)))
    return 0 if report.ok else 1


async def _checked(
    connector: Connector, settings: ConnectionSettings, told: Callable[[StepResult], None]
) -> CheckReport:
    results = []
    async with connector.connect(settings) as connection:
        async for result in connection.check():
            results.append(result)
            told(result)
    return CheckReport(steps=tuple(results))


def step_printer(connector: Connector) -> Callable[[StepResult], None]:
    """What shows each step as it ends, in columns that hold every title of the connector's steps."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, soft_wrap=True)
    width = max((len(step.title) for step in connector.steps()), default=0)

    def show(result: StepResult) -> None:
        mark, style = _MARKS[result.status]
        console.print(mark, style=style, end=" ")
        console.print("\n".join(printable(line) for line in _lines(result, width)))

    return show


def verdict(report: CheckReport) -> list[str]:
    """The last lines of a check: whose account it is, and whether the connection can be used."""
    account = [f"Account: {printable(_whose(report.account))}"] if report.account else []
    at = f"; the issue to correct is at “{report.failure.title}”" if report.failure else ""
    return [*account, "Connection successful." if report.ok else f"The connection cannot be used yet{at}."]


def _silent(_: StepResult) -> None: ...


def _lines(result: StepResult, width: int) -> list[str]:
    seconds = "      " if result.status is Status.SKIPPED else f"{result.seconds:4.1f} s"
    head = f"{result.title.ljust(width)}  {seconds}  {result.message or ''}".rstrip()
    remedy = result.remedy if result.status in {Status.FAILED, Status.WARNED} else None
    return [head, f"    What to do: {remedy}"] if remedy else [head]


def _whose(account: Account) -> str:
    name = account.name or "unnamed"
    numbered = f"{name} ({account.id})" if account.id else name
    holder = f"key of {account.holder}" if account.holder else None
    return ", ".join(part for part in (numbered, holder, account.role) if part)

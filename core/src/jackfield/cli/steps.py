"""How a systems check is shown in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.checks import Account, CheckReport, Status, StepResult
from jackfield.cli._output import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from jackfield.connector import Connector

__all__ = ["step_printer", "verdict"]

_MARKS = {
    Status.PASSED: ("✓", "green"),
    Status.FAILED: ("✗", "red"),
    Status.WARNED: ("!", "yellow"),
    Status.SKIPPED: ("–", "dim"),  # noqa: RUF001 - a dash on purpose
}


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


def verdict(report: CheckReport, title: str) -> list[str]:
    """The last lines of a check: whose account it is, what to ask its administrator for, and whether it can be used.

    ``title`` is the platform's.
    """
    account = [f"Account: {printable(_whose(report.account))}"] if report.account else []
    request = report.permission_request(title)
    asking = ["", f"To send to the administrator of {title}:", "", *_indented(request), ""] if request else []
    at = f"; the issue to correct is at “{report.failure.title}”" if report.failure else ""
    last = "Connection successful." if report.ok else f"The connection cannot be used yet{at}."
    return [*account, *asking, last]


def _indented(text: str) -> list[str]:
    return [f"    {printable(line)}".rstrip() for line in text.splitlines()]


def _lines(result: StepResult, width: int) -> list[str]:
    if result.status is Status.SKIPPED:
        return [f"{result.title.ljust(width)}  not run"]
    head = f"{result.title.ljust(width)}  {result.seconds:4.1f} s  {result.message}"
    remedy = result.remedy if result.status in {Status.FAILED, Status.WARNED} else None
    return [head, f"    What to do: {remedy}"] if remedy else [head]


def _whose(account: Account) -> str:
    name = account.name or "unnamed"
    numbered = f"{name} ({account.id})" if account.id else name
    holder = f"key of {account.holder}" if account.holder else None
    return ", ".join(part for part in (numbered, holder, account.role) if part)

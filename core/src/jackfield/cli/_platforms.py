"""``jackfield platforms``: imports no connector and nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jackfield.cli._output import printable, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jackfield.discovery import Description

_COLUMNS = ("id", "title", "version", "state", "contract", "capabilities")


def platforms(*, json: bool = False) -> int:
    """List the CRM platforms that are installed.

    A connector that is broken is listed with the reason; it stops nothing else. CONTRACT is what its report card says:
    how many clauses of the connector contract it passes, `stale` for a card of another version, `none` without one.

    Parameters
    ----------
    json:
        Print JSON for a script: a list of id, title, version, state, reason, capabilities, card.
    """
    say(listed(json=json)[0])
    return 0


def listed(*, json: bool) -> tuple[str, bool]:
    """The list as text, and whether it may be kept: what broke a connector may lie outside its files, or pass."""
    from jackfield.discovery import discover

    found = discover().descriptions()
    lasting = all(description.state == "ready" for description in found)
    if json:
        from json import dumps

        return dumps([description.as_dict() for description in found]), lasting
    return _table([{**description.as_dict(), "contract": _contract(description)} for description in found]), lasting


def _contract(description: Description) -> str:
    return description.contract if description.state == "ready" else ""


def _table(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return "No CRM platform is installed. Install a connector with pip, then look again."
    cells = [tuple(name.upper() for name in _COLUMNS), *(tuple(_text(row[name]) for name in _COLUMNS) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_COLUMNS))]
    reasons = [None, *(row["reason"] for row in rows)]
    return "\n".join(_lines(row, widths, reason) for row, reason in zip(cells, reasons, strict=True))


def _lines(row: tuple[str, ...], widths: list[int], reason: str | None) -> str:
    line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    return f"{line}\n    Reason: {printable(reason)}" if reason else line


def _text(value: object) -> str:
    shown = ", ".join(value).replace("_", " ") if isinstance(value, list) else str(value or "-")
    return printable(shown) or "-"

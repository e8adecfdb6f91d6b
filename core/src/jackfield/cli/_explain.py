"""``jackfield explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from jackfield.cli._given import JSON  # noqa: TC001 - Cyclopts reads the hints
from jackfield.cli._near import nearest, without_value
from jackfield.cli._output import say, say_json
from jackfield.cli.errors import UsageError
from jackfield.errors import CATALOGUE, Entry
from jackfield.errors import explain as explained

if TYPE_CHECKING:
    from collections.abc import Iterator

_TO_DO = {
    "settings": "a setting must be changed",
    "permission": "the CRM's administrator must grant something",
    "transient": "wait, then try again",
    "vendor": "the CRM or its connector is at fault",
    "usage": "the command was not called rightly",
}
_OWN = {
    entry.code: entry
    for entry in (
        Entry(
            code="wrong_usage",
            kind="usage",
            title="Command not called rightly",
            meaning="An argument or option is missing, unknown or does not fit.",
            remedy="See jackfield COMMAND --help.",
        ),
        Entry(
            code="unknown_platform",
            kind="usage",
            title="Unknown platform",
            meaning="No connector of this name is installed.",
            remedy="See jackfield platforms, or install the connector.",
        ),
        Entry(
            code="unknown_code",
            kind="usage",
            title="Unknown error code",
            meaning="There is no error code of this name.",
            remedy="See jackfield explain, which lists all codes.",
        ),
        Entry(
            code="unknown_fault",
            kind="usage",
            title="Unknown fault",
            meaning="The simulator has no fault of this name.",
            remedy="See jackfield simulate PLATFORM --list-faults.",
        ),
        Entry(
            code="port_in_use",
            kind="settings",
            title="Port in use",
            meaning="Another program uses this port of this machine.",
            remedy="End that program, or choose another port with --port.",
        ),
        Entry(
            code="not_possible",
            kind="settings",
            title="Not possible here",
            meaning="The command cannot do its work as this machine stands.",
            remedy="The message says what stands in the way.",
        ),
    )
}


def explain(
    code: Annotated[str | None, Parameter(help="The code of an error; without one, all codes are listed.")] = None,
    /,
    *,
    json: JSON = False,
) -> None:
    """Explain an error code and say what to do about it."""
    if code is None:
        _list(as_json=json)
        return
    entry = explained(code) or _OWN.get(code)
    if entry is None:
        shown = without_value(code)
        remedy = nearest(shown, (*CATALOGUE, *_OWN)) or "jackfield explain lists all codes."
        raise UsageError(f"There is no error code {shown!r}.", remedy, code="unknown_code")
    if json:
        say_json(entry.as_dict())
    else:
        say(_page(entry))


def _list(*, as_json: bool) -> None:
    entries = [*CATALOGUE.values(), *_OWN.values()]
    if as_json:
        say_json([entry.as_dict() for entry in entries])
        return
    say("\n\n".join(_group(kind, entries) for kind in _TO_DO))


def _group(kind: str, entries: list[Entry]) -> str:
    return "\n".join(_lines(kind, [entry for entry in entries if entry.kind == kind]))


def _lines(kind: str, entries: list[Entry]) -> Iterator[str]:
    yield f"{kind}: {_TO_DO[kind]}"
    width = max(len(entry.code) for entry in entries)
    yield from (f"  {entry.code.ljust(width)}  {entry.title}" for entry in entries)


def _page(entry: Entry) -> str:
    lines = (entry.title, f"Kind: {entry.kind} ({_TO_DO[entry.kind]})", entry.meaning, f"What to do: {entry.remedy}")
    return "\n".join(lines)

"""The commands, as the command line itself knows them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from jackfield.cli._app import _app
from jackfield_docs.markdown import code, table

if TYPE_CHECKING:
    from cyclopts import App, Argument

_FOR_AUTHORS = ("new", "simulate", "form", "record", "messages", "doctor")


def text() -> str:
    """A section for each command that is not of the author's kit."""
    return _sections([name for name in _names() if name not in _FOR_AUTHORS])


def text_for_authors() -> str:
    """A section for each command of the author's kit."""
    return _sections([name for name in _FOR_AUTHORS if name in _names()])


def _names() -> list[str]:
    return [name for name in _app() if not name.startswith("-")]


def _sections(names: list[str]) -> str:
    app = _app()
    return "\n\n".join(_section(name, app[name]) for name in names)


def _section(name: str, command: App) -> str:
    arguments = [each for each in command.assemble_argument_collection(parse_docstring=True) if each.name != "*"]
    places = [each for each in arguments if each.index is not None]
    words = ["jackfield", name, *(each.name for each in places), "[options]" if len(arguments) > len(places) else ""]
    rows = [(code(_spelt(each)), (each.parameter.help or "").strip()) for each in arguments]
    usage = f"```text\n{' '.join(words).strip()}\n```"
    return "\n\n".join([f"## {name}", _promise(command.default_command), usage, table(("Argument", "Meaning"), rows)])


def _promise(function: Any) -> str:
    return (inspect.getdoc(function) or "").partition("\nParameters\n")[0].strip()


def _spelt(argument: Argument) -> str:
    """The argument with what it takes; a switch takes nothing."""
    if argument.index is not None or argument.hint is bool:
        return argument.name
    return f"{argument.name} {'N' if argument.hint is int else 'TEXT'}"

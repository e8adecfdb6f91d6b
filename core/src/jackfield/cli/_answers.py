"""Answers that are made anew, and kept for the next time that somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.cli._kept import keep, state_of
from jackfield.cli._output import say

if TYPE_CHECKING:
    from collections.abc import Callable


def answer(kind: str) -> int:
    """Answer, then keep the answer where it will be true as long as its files stay as they are."""
    from jackfield.cli._watched import watched

    paths = watched(kind)
    states = state_of(paths)  # before it is made: what changes meanwhile makes it worthless
    text, lasting = _MAKERS[kind]()
    say(text)
    if lasting:
        keep(kind, paths, states, f"{text}\n")
    return 0


def _version() -> tuple[str, bool]:
    from importlib.metadata import version

    return version("jackfield"), True


def _help() -> tuple[str, bool]:
    from jackfield.cli._app import help_text

    return help_text().removesuffix("\n"), True


def _table() -> tuple[str, bool]:
    from jackfield.cli._platforms import listed

    return listed(json=False)


def _json() -> tuple[str, bool]:
    from jackfield.cli._platforms import listed

    return listed(json=True)


_MAKERS: dict[str, Callable[[], tuple[str, bool]]] = {
    "version": _version,
    "help": _help,
    "platforms": _table,
    "platforms-json": _json,
}

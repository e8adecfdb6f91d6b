"""Commands that do their plainest form without the parser of all command lines, which takes longer than their work.

A package offers one by an entry point of the group ``jackfield.quick`` with its command's name: ``module:function``.
The function is given the words after that name and gives the exit status, or None where the parser has to read them:
for help, for mistakes, and for what it does not know. What is offered is kept as :mod:`jackfield.cli._kept` keeps
answers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from jackfield.cli._kept import keep, recall, state_of

if TYPE_CHECKING:
    from collections.abc import Sequence

GROUP = "jackfield.quick"
_KIND = "quick"


def quick(words: Sequence[str]) -> int | None:
    """The exit status where the words could be read quickly and were carried out; None where nothing was done."""
    name, *others = words
    target = dict(line.split("\t") for line in _offered().splitlines()).get(name)
    if target is None:
        return None
    module, _, function = target.partition(":")
    try:
        found = getattr(import_module(module), function)
    except Exception:  # noqa: BLE001 - whose command is broken is said by who lists it
        return None
    status: int | None = found(others)
    return status


def _offered() -> str:
    """What is offered: a line for each, of its name and its target."""
    kept = recall(_KIND)
    if kept is not None:
        return kept
    from importlib.metadata import entry_points

    from jackfield.cli._watched import watched

    paths = watched(_KIND)
    states = state_of(paths)  # before it is looked up: what changes meanwhile makes it worthless
    offered = "".join(f"{point.name}\t{point.value}\n" for point in entry_points(group=GROUP))
    keep(_KIND, paths, states, offered)
    return offered

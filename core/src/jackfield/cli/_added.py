"""Commands that other packages add, by entry points of the group ``jackfield.commands``; listed without importing."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from jackfield.cli.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from importlib.machinery import ModuleSpec

    from cyclopts import App

GROUP = "jackfield.commands"
_NAME = re.compile(r"[a-z][a-z0-9-]*\Z")


@dataclass(frozen=True, kw_only=True)
class AddedCommand:
    """One command of another package: ``target`` is ``module:function``."""

    name: str
    target: str
    summary: str


def added_commands(*, reserved: Container[str] = ()) -> Iterator[AddedCommand]:
    """The added commands by name; a name that is taken stays with its first owner."""
    seen: set[str] = set()
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        if point.name in reserved or point.name in seen or not _NAME.match(point.name) or not point.attr:
            continue
        seen.add(point.name)
        yield AddedCommand(name=point.name, target=f"{point.module}:{point.attr}", summary=_summary(point))


def checked(app: App, name: str) -> None:
    """Import one added command, or raise a sentence that says whose command is broken."""
    try:
        app[name]
    except KeyboardInterrupt:
        raise
    except BaseException as failure:
        owner = next((_owner(point) for point in entry_points(group=GROUP, name=name)), "another package")
        message = f"The command {name} of {owner} cannot be loaded ({type(failure).__name__})."
        raise CommandError(message, f"Install {owner} again.", code="connector_broken") from failure


def source_of(module: str) -> str | None:
    """The file that a module would be imported from, found without importing anything."""
    try:
        spec = _find(module)
    except Exception:  # noqa: BLE001 - whatever a finder makes of a name that is none
        return None
    return spec.origin if spec else None


def _summary(point: EntryPoint) -> str:
    """The first line of the function's docstring, read from its source: nothing of the package is run."""
    fallback = f"A command of {_owner(point)}."
    try:
        spec = _find(point.module)
        tree = ast.parse(Path(spec.origin).read_bytes()) if spec and spec.origin else None
    except Exception:  # noqa: BLE001 - a broken command is listed all the same
        return fallback
    return (_docstring(tree, point.attr) if tree else None) or fallback


def _docstring(tree: ast.Module, function: str) -> str | None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = (node for node in tree.body if isinstance(node, kinds) and node.name == function)
    return next(((ast.get_docstring(node) or "").partition("\n")[0] for node in found), None)


def _find(module: str) -> ModuleSpec | None:
    parts = module.split(".")
    spec = find_spec(parts[0])
    for depth in range(2, len(parts) + 1):
        places = spec.submodule_search_locations if spec else None
        spec = PathFinder.find_spec(".".join(parts[:depth]), places) if places else None
    return spec


def _owner(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "another package"

"""A connector that does not load: which of the usual mistakes it is, told without importing it."""

from __future__ import annotations

import ast
import re
from importlib.machinery import PathFinder
from importlib.metadata import distributions, entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from jackfield.cli._near import nearest
from jackfield.cli._symptoms import Symptom, wrong
from jackfield.discovery import GROUP
from jackfield.platform import HOOK_API

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jackfield.discovery import Description


def symptom(description: Description) -> Symptom:
    """What is wrong with a connector that cannot be used, and how to mend it."""
    reason = description.reason or "It cannot be used."
    for pattern, remedy in _REMEDIES:
        if found := re.search(pattern, reason):
            about = "hooks" if "hook" in pattern else "entry point"
            return wrong(about, reason, remedy(description.id, found))
    return wrong("connector", reason, "Mend it, then look again.")


def strays() -> Iterator[tuple[str, Symptom]]:
    """Entry points of a group whose name was misspelt, so that nobody finds the connector."""
    near = {
        "jackfield.connector",
        "jackfield.plugins",
        "jackfield.plugin",
        "jackfield-connectors",
        "jackfield_connectors",
    }
    for point in (point for distribution in distributions() for point in distribution.entry_points):
        if point.group in near or (point.group != GROUP and point.group.lower() == GROUP):
            message = f"It is an entry point of the group {point.group}, which nobody looks for."
            yield point.name, wrong("entry point", message, f"Call the group {GROUP} and install the package again.")


def hook_names() -> list[str]:
    """The names of all hooks."""
    from jackfield import hookspecs

    return [name for name, found in vars(hookspecs).items() if hasattr(found, "jackfield_spec")]


def functions(platform: str) -> dict[str, bool]:
    """The functions of the connector's module by name, and whether each is marked; none where it is unreadable."""
    point = next(iter(entry_points(group=GROUP, name=platform)), None)
    source = point and _source(point.module)
    try:
        tree = ast.parse(source) if source else None
    except (SyntaxError, ValueError):
        tree = None
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in (tree.body if tree else ()) if isinstance(node, kinds)]
    return {node.name: "hookimpl" in "".join(map(ast.unparse, node.decorator_list)) for node in nodes}


def _source(module: str) -> bytes | None:
    """A module's source, found without importing the packages that it stands in."""
    places = None
    spec = None
    try:
        for depth in range(len(module.split("."))):
            spec = PathFinder.find_spec(".".join(module.split(".")[: depth + 1]), places)
            places = list(spec.submodule_search_locations or ()) if spec else []
        return Path(spec.origin).read_bytes() if spec and spec.origin else None
    except (OSError, ImportError, ValueError):
        return None


def _no_module(platform: str, found: re.Match[str]) -> str:
    module = next((point.module for point in entry_points(group=GROUP, name=platform)), "")
    if module == found[1] or module.startswith(f"{found[1]}."):
        return f"Name the connector's module in the entry point {platform}, then install the package again."
    return f"Install {found[1].partition('.')[0]}, or name it among the dependencies of the connector."


def _unknown_hook(_: str, found: re.Match[str]) -> str:
    hint = nearest(found[1], hook_names())
    return f"{hint} The hooks are listed in jackfield.hookspecs.".strip()


def _missing_hook(platform: str, found: re.Match[str]) -> str:
    missing, own = found[1].split(", "), functions(platform)
    for name in missing:
        if name in own:
            return f"Mark the function {name} with @hookimpl."
        if hint := nearest(name, own):
            return f"{hint.removesuffix('?')}? Call that function {name} and mark it with @hookimpl."
    return f"Write {'it' if len(missing) == 1 else 'them'} and mark each with @hookimpl."


def _says(text: str) -> Callable[[str, re.Match[str]], str]:
    return lambda platform, found: text.format(*found.groups(), platform=platform)


_REMEDIES: tuple[tuple[str, Callable[[str, re.Match[str]], str]], ...] = (
    (r"No module named '([\w.]+)'", _no_module),
    (
        r"has no attribute '(\w+)'",
        _says("Let the entry point {platform} name a module, without anything behind a colon."),
    ),
    (r"cannot be imported: (\w+)", _says("Import the module by hand to see where; what may fail belongs into a hook.")),
    (r"names no module|Its id must", _says('Write in pyproject.toml: {platform} = "its_module".')),
    (r"Two installed connectors", _says("Uninstall one of them.")),
    (r"unknown hook '(\w+)'", _unknown_hook),
    (r"lacks the hook ([\w, ]+)\.", _missing_hook),
    (
        r"written for hook API (\S+),",
        _says(f"Let platform() say hook_api={HOOK_API}, and compare the hooks with this version's."),
    ),
    (r"calls itself (\S+), but", _says("Let the entry point's name and the id in platform() be the same.")),
    (r"hides its hook (\w+)", _says('Give the function another name, and mark it @hookimpl(specname="{0}").')),
    (r"hooks does not fit", _says("Compare its arguments with those in jackfield.hookspecs.")),
    (
        r"Its hook (\w+)\(\)",
        _says("Mend the hook {0}: it must return what jackfield.hookspecs says, and raise nothing."),
    ),
    (r"ends the process|never comes back", _says("Let importing do nothing: no network, no threads, no exit.")),
    (r"mistake|connector", _says("Look at connection_schema() and the settings class: they must give a JSON Schema.")),
)

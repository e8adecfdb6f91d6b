"""What stands at the module level of a connector's package, so that two moments can be compared."""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType
from typing import Any

_CONTAINERS = (dict, list, set, bytearray)
_PLAIN = (str, int, float, bool, tuple, frozenset, type(None))


def snapshot(package: str) -> dict[str, Any]:
    """Every container's content and every plain value at the module level, but for the simulator's modules."""
    found: dict[str, Any] = {}
    for name, module in tuple(sys.modules.items()):
        own = name == package or name.startswith(f"{package}.")
        if own and isinstance(module, ModuleType) and "simulat" not in name:
            for attribute, value in tuple(vars(module).items()):
                if not attribute.startswith("__"):
                    found |= _told(f"{name}.{attribute}", value, module)
    return found


def _told(where: str, value: Any, module: ModuleType) -> dict[str, Any]:
    if isinstance(value, _CONTAINERS):
        return {where: _content(value)}
    if isinstance(value, _PLAIN):
        return {where: value}
    if isinstance(value, type) and value.__module__ == module.__name__:
        members = {name: held for name, held in vars(value).items() if not name.startswith("_")}
        return {f"{where}.{name}": _content(held) for name, held in members.items() if isinstance(held, _CONTAINERS)}
    if isinstance(value, FunctionType) and vars(value):
        return {f"{where}.{name}": repr(held) for name, held in vars(value).items() if isinstance(held, _PLAIN)}
    return {}


def _content(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: id(held) for key, held in value.items()}
    return [id(held) for held in value] if isinstance(value, list) else len(value)


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names of what is not as it was."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))

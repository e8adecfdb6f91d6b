"""Importing a connector in a child process, to see what that does beside importing it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from jackfield.testing._saying import broken

if TYPE_CHECKING:
    from jackfield.connector import Connector

_TIME_BOX = 30.0


@dataclass(frozen=True)
class Imported:
    """How long an import took, and what it did beside, in words."""

    seconds: float
    effects: tuple[str, ...]


def module_of(connector: Connector) -> str | None:
    """The name of the connector's module, where it can be imported by it."""
    plugin = connector._manager.get_plugin(connector.id)  # noqa: SLF001 - the core keeps no second reference
    name = getattr(plugin, "__name__", None)
    try:
        return name if isinstance(name, str) and find_spec(name) is not None else None
    except (ImportError, ValueError):
        return None


def imported(module: str) -> Imported:
    """Import the module in a child process; fails where the child does not come back."""
    command = [sys.executable, "-P", "-m", "jackfield.testing._import_child", module]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(place or os.getcwd() for place in sys.path)}  # noqa: PTH109
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and module, the name of a module
            command, env=environment, capture_output=True, text=True, timeout=_TIME_BOX, check=False
        )
    except subprocess.TimeoutExpired:
        broken("D1", f"importing {module} does not end within {_TIME_BOX:g} s")
    answer = child.stdout.rpartition("\n\0")[2]
    if not answer:
        last = (child.stderr.strip().splitlines() or ["it says nothing"])[-1]
        broken("D1", f"importing {module} ends the process: {last}")
    told = json.loads(answer)
    return Imported(told["seconds"], tuple(told["effects"]))

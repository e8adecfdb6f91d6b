"""What a deployment says by environment variables; a secret also by a file (``NAME_FILE``), as it is mounted."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from jackfield_portal.errors import PortalError

__all__ = ["choice", "given", "number", "switched_on", "table"]


def given(name: str) -> str | None:
    """The value of the variable, else the text of the file that ``<name>_FILE`` names, else None; never empty.

    Raises PortalError where both are set or the file cannot be read; the text says nothing of the value.
    """
    value = os.environ.get(name, "").strip()
    file = os.environ.get(f"{name}_FILE", "").strip()
    if value and file:
        raise PortalError(f"Both {name} and {name}_FILE are set.", remedy="Set one of them only.")
    return _read(f"{name}_FILE", Path(file)) if file else value or None


def number(name: str, default: int, *, least: int = 1, most: int = 10_000) -> int:
    """The whole number that the variable holds, ``default`` where it is unset; raises PortalError for anything else."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    raise PortalError(f"{name} is not a whole number from {least} to {most}.", remedy="Correct it, or leave it out.")


def choice(name: str, *choices: str) -> str:
    """The choice that the variable holds, the first where it is unset; raises PortalError for anything else."""
    text = os.environ.get(name, "").strip().lower() or choices[0]
    if text in choices:
        return text
    raise PortalError(f"{name} is none of {', '.join(choices)}.", remedy="Correct it, or leave it out.")


def table(name: str) -> dict[str, dict[str, Any]]:
    """The variable's JSON as a table of tables, empty where it is unset; raises PortalError for anything else."""
    try:
        found = json.loads(given(name) or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(row, dict) for row in found.values()):
        raise PortalError(f"{name} is not a table in JSON.", remedy='Write it as {"name": {...}}, or leave it out.')
    return found


def switched_on(name: str) -> bool:
    """Whether the variable says yes."""
    return os.environ.get(name, "").strip().lower() in {"1", "on", "true", "yes"}


def _read(name: str, path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise PortalError(
            f"The file {path} that {name} names cannot be read.",
            remedy="Put it there, readable for the user who runs Jackfield.",
        ) from None
    if not text:
        raise PortalError(f"The file {path} that {name} names is empty.", remedy="Put the value into it.")
    return text

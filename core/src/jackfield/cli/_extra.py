"""Commands for authors of connectors need what their extra ``testing`` brings."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from jackfield.cli.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def testing_installed() -> Iterator[None]:
    """Turns what is missing inside into one sentence that says how to install it."""
    try:
        yield
    except ModuleNotFoundError as missing:
        name = (missing.name or "").partition(".")[0]
        message = f"This command is for authors of connectors and needs {name}, which is not installed."
        raise CommandError(message, "Install it with: pip install 'jackfield[testing]'") from None

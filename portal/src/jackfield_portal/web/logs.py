"""What the portal writes to the terminal: a line each, and no trace unless its operator asks for traces."""

from __future__ import annotations

import logging
import os
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["OneLine"]


class OneLine(logging.Formatter):
    """The message, and of an exception its type and place; JACKFIELD_DEBUG=on shows the whole trace."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def formatException(  # noqa: N802 - logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Type and place; an exception's own text could hold what the portal worked with."""
        kind, mistake, trace = ei
        if kind is None or os.environ.get("JACKFIELD_DEBUG") == "on":
            return "".join(traceback.format_exception(mistake))
        last = traceback.extract_tb(trace)[-1:]
        place = "".join(f" in {frame.filename}:{frame.lineno}" for frame in last)
        return f"    {kind.__name__}{place}. JACKFIELD_DEBUG=on shows the trace."

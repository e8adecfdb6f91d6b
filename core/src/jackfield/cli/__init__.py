"""The command ``jackfield``.

``jackfield platforms`` and ``jackfield --version`` are answered before anything heavy is imported; all the rest goes
through :mod:`jackfield.cli._app`. Packages add commands of their own with an entry point of the group
``jackfield.commands`` (name = ``module:function``, a function as Cyclopts takes it, which may return an exit status).
What such a command raises is told in one sentence when it has the texts ``message`` and ``remedy``.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 for good, 1 where the CRM or the settings say no, 2 for wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _never_be_without_a_stream()
    _never_stumble_over_a_letter()
    from jackfield.cli._report import guarded

    return guarded(lambda: _run(words), as_json="--json" in words)


def _run(words: list[str]) -> int:
    if words == ["--version"]:
        return _version()
    if words in (["platforms"], ["platforms", "--json"]):
        from jackfield.cli._platforms import platforms

        return platforms(json="--json" in words)
    from jackfield.cli._app import run

    return run(words)


def _version() -> int:
    from importlib.metadata import version

    from jackfield.cli._output import say

    say(version("jackfield"))
    return 0


def _never_be_without_a_stream() -> None:
    """Python has none where whoever called us closed it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8", closefd=False))  # open until the end


def _never_stumble_over_a_letter() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")

"""Where a command writes: results to standard output, everything beside them to standard error."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any

from jackfield.cli._secrets import without_keys


def say(text: str) -> None:
    """Write a result, at once: who reads it may be waiting for each line."""
    sys.stdout.write(f"{without_keys(text)}\n")
    sys.stdout.flush()


def say_json(value: Any, *, indent: int | None = None) -> None:
    """Write a result for a script: one line unless indented, in plain ASCII, so that no terminal can spoil it."""
    from json import dumps

    say(dumps(value, indent=indent))


def note(text: str) -> None:
    """Write something beside the result."""
    sys.stdout.flush()
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:  # where there is no place for remarks, the result counts all the same
        with suppress(OSError):  # what is still in the buffer must not trouble the interpreter at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def printable(text: str) -> str:
    """A text of a CRM's as it may be shown on a terminal: without control characters."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)

"""The command ``jackfield``.

What ``jackfield platforms``, ``--version`` and ``--help`` answered is kept (:mod:`jackfield.cli._kept`) and given again
before anything is imported, as long as it is true; all the rest goes through :mod:`jackfield.cli._app`. Packages add
commands of their own with an entry point of the group ``jackfield.commands`` (name = ``module:function``, a function as
Cyclopts takes it, which may return an exit status). What such a command raises is told in one sentence when it has the
texts ``message`` and ``remedy``.
"""

import os
import sys

from jackfield.cli._kept import kind_of, recall

TYPE_CHECKING = False  # see jackfield.cli._kept
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["command", "main"]

#: Objects that may come into being before the collector of garbage looks; of what is loaded nothing is garbage, and to
#: look at it again and again takes a twentieth of a small command.
_PATIENCE = 50_000


def command() -> None:
    """Run the process's command line, and end the process.

    What was said is flushed and what was to be done at the end is done; objects are not freed one by one, which takes a
    quarter of the time of a small import, as the memory goes back as a whole anyway.
    """
    import atexit
    import gc

    gc.set_threshold(_PATIENCE, 20, 20)
    status = main()
    try:
        atexit._run_exitfuncs()  # noqa: SLF001 - as the interpreter does it
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # whoever read it has left
        status = status or 1
    os._exit(status)


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run one command; the exit status is 0 for good, 1 where the CRM or the settings say no, 2 for wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _never_be_without_a_stream()
    _never_stumble_over_a_letter()
    kind = kind_of(words)
    try:
        if kind and (kept := recall(kind)) is not None:
            sys.stdout.write(kept)
            sys.stdout.flush()
            return 0
    except (OSError, KeyboardInterrupt) as failure:
        return _failed(failure)
    from jackfield.cli._report import guarded

    return guarded(lambda: _answer(kind) if kind else _run(words), as_json="--json" in words)


def _answer(kind: str) -> int:
    from jackfield.cli._answers import answer

    return answer(kind)


def _run(words: list[str]) -> int:
    from jackfield.cli._quick import quick

    status = quick(words) if words and not words[0].startswith("-") else None
    if status is not None:
        return status
    from jackfield.cli._app import run

    return run(words)


def _failed(failure: BaseException) -> int:
    """The exit status where a kept answer could not be written."""
    from jackfield.cli._report import guarded

    def again() -> int:
        raise failure

    return guarded(again, as_json=False)


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

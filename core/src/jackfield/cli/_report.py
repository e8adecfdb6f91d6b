"""How a command ends: every failure becomes one sentence, what to do and an exit status; never a traceback."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Any

from jackfield.cli._output import note, printable, say_json

if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTED = 130
PIPE_CLOSED = 141
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def guarded(action: Callable[[], int], *, as_json: bool) -> int:
    """The exit status of an action that may raise anything."""
    try:
        status = action()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _let_go_of_the_pipe()
    except Exception as failure:  # noqa: BLE001 - the last guard: a user never sees a traceback
        return _told(failure, as_json=as_json)
    return status


def _told(failure: Exception, *, as_json: bool) -> int:
    try:
        if isinstance(failure, OSError) and failure.errno in _FULL:
            raise failure
        return _tell(failure, as_json=as_json)
    except BrokenPipeError:
        return _let_go_of_the_pipe()
    except OSError as full:
        _let_go_of_the_pipe()
        note(f"Error: Nothing more can be written: {full.strerror}.\nMake room, or send the output elsewhere.")
        return 1


def _tell(failure: Exception, *, as_json: bool) -> int:
    from jackfield.cli._secrets import redacted

    _show_details(failure)
    error, problems, status = _read(failure)
    error = {name: redacted(text) for name, text in error.items()}
    problems = [_redacted_problem(problem) for problem in problems]
    if as_json:
        listed = {"problems": problems} if problems else {}
        say_json({"error": error, **listed})
    else:
        note(_sentences(error, problems))
    return status


def _read(failure: Exception) -> tuple[dict[str, str], list[dict[str, Any]], int]:
    from jackfield.cli.errors import CommandError
    from jackfield.errors import JackfieldError

    if isinstance(failure, CommandError):
        return failure.as_dict(), [], failure.status
    if isinstance(failure, JackfieldError):
        return failure.as_dict(), [problem.as_dict() for problem in failure.problems], 1
    return _own(failure) or _unexpected(failure), [], 1


def _own(failure: Exception) -> dict[str, str] | None:
    """What a command of another package says for itself, by the texts ``message`` and ``remedy`` of its exception."""
    from jackfield.cli.errors import CommandError

    texts = getattr(failure, "message", None), getattr(failure, "remedy", None)
    return CommandError(*map(str, texts)).as_dict() if all(isinstance(text, str) for text in texts) else None


def _unexpected(failure: Exception) -> dict[str, str]:
    from jackfield.errors import error

    message = f"The program made a mistake of its own ({type(failure).__name__})."
    remedy = "Run it again with JACKFIELD_DEBUG=1 and send what it shows to the maintainers."
    return error("connector_failed", message, remedy=remedy).as_dict()


def _sentences(error: dict[str, str], problems: list[dict[str, Any]]) -> str:
    lines = [f"Error: {_headline(error, problems)}"]
    lines += [f"  {problem['field'] or 'settings'}: {problem['message']} {problem['remedy']}" for problem in problems]
    said = any(error["remedy"] in problem["remedy"] for problem in problems)
    lines += [error["remedy"]] if error["remedy"] and not said else []
    return "\n".join(printable(line) for line in lines)


def _headline(error: dict[str, str], problems: list[dict[str, Any]]) -> str:
    if not problems:
        return error["message"]
    from jackfield.errors import CATALOGUE

    # The message tells all problems in one line; here each has a line of its own.
    return CATALOGUE[error["code"]].meaning


def _redacted_problem(problem: dict[str, Any]) -> dict[str, Any]:
    from jackfield.cli._secrets import redacted

    return {name: redacted(value) if isinstance(value, str) else value for name, value in problem.items()}


def _show_details(failure: Exception) -> None:
    if os.environ.get("JACKFIELD_DEBUG") != "1":
        return
    import traceback

    from jackfield.cli._secrets import redacted

    note(redacted("".join(traceback.format_exception(failure))))


def _let_go_of_the_pipe() -> int:
    # Whoever read our output has left; the interpreter must not stumble over it when it flushes at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED

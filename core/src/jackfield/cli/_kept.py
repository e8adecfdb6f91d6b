"""Answers of the command that were given before, and that nothing has changed since.

Starting Python takes 9 ms, and what finds packages or draws a help text takes ten times that: an answer is kept as
text, with the state of each file and folder that it was made from. Nothing is imported here that Python has not
imported anyway, and an answer is given only where each of these files is as it was. Where it cannot be read, or
written, or believed, it is made anew.
"""

import os
import sys
import time

TYPE_CHECKING = False  # the module typing alone would take longer than all that is done here
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FORMAT = "jackfield 1"
#: Seconds for which an answer is given at most, and for which a file must have been left alone to be known by its time.
_DAY, _SETTLED = 86_400, 0.1
#: The command lines whose answers are kept, by the name of what they answer.
KINDS = {
    ("--version",): "version",
    (): "help",
    ("--help",): "help",
    ("-h",): "help",
    ("platforms",): "platforms",
    ("platforms", "--json"): "platforms-json",
}
#: How many answers of one kind are kept side by side: for other interpreters, paths and widths of a terminal.
_PLACES = 61
_TERMINAL = (
    "COLORTERM",
    "COLUMNS",
    "FORCE_COLOR",
    "LINES",
    "NO_COLOR",
    "TERM",
    "TTY_COMPATIBLE",
    "TTY_INTERACTIVE",
    "UNICODE_VERSION",
)


def kind_of(words: "Sequence[str]") -> "str | None":
    """What the command line asks for, where that is an answer that can be kept."""
    return KINDS.get(tuple(words)) if os.name == "posix" else None


def places() -> "list[str]":
    """Where Python looks for packages: the folders of ``sys.path``."""
    return [os.path.abspath(place) for place in sys.path]  # noqa: PTH100 - pathlib takes 4 ms, here and below


def recall(kind: str) -> "str | None":
    """The answer that was kept; None where there is none, or something that it was made from has changed."""
    asked = _asked(kind)
    try:
        with open(_file(kind, asked), "rb") as file:  # noqa: PTH123
            kept = file.read().decode("utf-8", "surrogateescape")
        head, until, size, paths, states, answer = kept.split("\0")
        current = head == asked and 0 <= int(until) - time.time() <= _DAY and int(size) == len(answer)
    except (OSError, ValueError):
        return None
    return answer if current and states == state_of(paths.split("\n")) else None


def state_of(paths: "Iterable[str]") -> str:
    """Changes whenever one of the files or folders changes, comes or goes; a folder does when a file comes or goes."""
    return "\n".join(map(_state, paths))


def keep(kind: str, paths: "Sequence[str]", states: str, answer: str) -> None:
    """Keep an answer with the files that it was made from, and their states from before it was made."""
    asked = _asked(kind)
    parts = (asked, str(int(time.time()) + _DAY - 1), str(len(answer)), "\n".join(paths), states, answer)
    if any("\0" in part for part in parts) or any("\n" in path for path in paths) or _touched_lately(states):
        return
    file = _file(kind, asked)
    scratch = f"{file}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(file), exist_ok=True)  # noqa: PTH103, PTH120
        with open(scratch, "wb") as written:  # noqa: PTH123
            written.write("\0".join(parts).encode("utf-8", "surrogateescape"))
        os.replace(scratch, file)  # noqa: PTH105
    except (OSError, ValueError):
        return


def _touched_lately(states: str) -> bool:
    """Whether one of them may be changed once more without its time becoming another."""
    times = [int(state.partition(":")[0]) for state in states.split("\n") if state]
    return max(times, default=0) > (time.time() - _SETTLED) * 1e9


def _state(path: str) -> str:
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return ""
    return f"{found.st_mtime_ns}:{found.st_size}:{found.st_ino}"


def _asked(kind: str) -> str:
    """All that an answer depends on beside files: the interpreter, where it looks, and for texts the terminal."""
    known = [_FORMAT, kind, sys.version, sys.executable, sys.prefix, *places()]
    if kind == "help":
        known += [f"{name}={os.environ.get(name)}" for name in _TERMINAL]
        known += [str(sys.stdout.encoding), str(sys.stdout.isatty()), *map(_width, (0, 1, 2))]
    return "\n".join(known)


def _width(stream: int) -> str:
    try:
        return str(os.get_terminal_size(stream).columns)
    except (OSError, ValueError):
        return ""


def _file(kind: str, asked: str) -> str:
    base = os.environ.get("JACKFIELD_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    number = int.from_bytes(asked.encode("utf-8", "surrogateescape"), "big") % _PLACES
    return os.path.join(os.path.expanduser(base), "jackfield", f"{kind}-{number}.answer")  # noqa: PTH111, PTH118

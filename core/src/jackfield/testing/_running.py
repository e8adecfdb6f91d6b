"""Running what a connector does: each in a loop of its own, within its time, whatever it tries."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from jackfield.checks import CheckReport
from jackfield.errors import JackfieldError, error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence

    from jackfield.connector import Connection
    from jackfield.records import Contact
    from jackfield.users import CrmUser

T = TypeVar("T")
P = ParamSpec("P")

_SEVERAL: Final = 8
#: Seconds between the moment in which work is cancelled and the one in which it is broken off.
_GRACE: Final = 3.0


class Hung(Exception):  # noqa: N818 - what became of the work
    """The work did not end, not even when it was cancelled."""


def run(work: Coroutine[Any, Any, T], *, within: float = 10.0) -> T:
    """What the work gives; TimeoutError after ``within`` seconds, Hung where it does not even stop then."""
    with _alarm(within + _GRACE):
        return asyncio.run(_timed(work, within))


async def _timed(work: Coroutine[Any, Any, T], within: float) -> T:
    async with asyncio.timeout(within):
        return await work


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Break off what holds the event loop itself; only where the system and the thread can."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise Hung(f"still at work after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


async def several(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What each gives, some of them at once."""
    turn = asyncio.Semaphore(_SEVERAL)

    async def taking_turns(work: Coroutine[Any, Any, T]) -> T:
        async with turn:
            return await work

    return await asyncio.gather(*map(taking_turns, works))


async def report_of(connection: Connection, **limits: float) -> CheckReport:
    """The whole check."""
    return CheckReport(steps=tuple([step async for step in connection.check(**limits)]))


async def users_of(connection: Connection) -> list[CrmUser]:
    """The whole import, as a host gets it."""
    return [user async for page in connection.users() for user in page]


async def pages_of(connection: Connection) -> list[Any]:
    """The whole import, page by page as the connector gives it."""
    with own_fault():
        return [page async for page in connection.connector.call("import_users", connection=connection)]


async def found_by(connection: Connection, number: str) -> tuple[Contact, ...]:
    """A lookup, as the connector gives it."""
    with own_fault():
        return tuple(await connection.connector.call("find_contacts", connection=connection, number=number))


@contextmanager
def own_fault() -> Iterator[None]:
    """Turns what a hook raises by mistake into ``connector_failed``, as the core does."""
    try:
        yield
    except JackfieldError:
        raise
    except (Exception, SystemExit) as mistake:
        if isinstance(mistake, TimeoutError):
            raise
        raise error("connector_failed", detail=type(mistake).__name__) from mistake


def told(failure: JackfieldError) -> str:
    """The error in a line: its code, what it says, and where a connector's mistake was made."""
    parts = [f"{failure.code}: {failure.message}", failure.detail, _place(failure)]
    return " ".join(part for part in parts if part)


def _place(failure: BaseException) -> str | None:
    """The line of code in which the mistake behind an error was made; None for an error that is none."""
    link: BaseException | None = failure
    while isinstance(link, JackfieldError):
        link = link.__context__
    if link is None or not isinstance(failure, JackfieldError) or failure.code != "connector_failed":
        return None
    frames = traceback.extract_tb(link.__traceback__)
    return f"in {frames[-1].filename} line {frames[-1].lineno}" if frames else None


async def outcome(work: Awaitable[T]) -> T | JackfieldError:
    """What the work gives, or the error that it ends with."""
    try:
        return await work
    except JackfieldError as failure:
        return failure


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.lines.append(logging.Formatter().format(record))
        except Exception as mistake:  # noqa: BLE001 - a record that cannot be written shows nothing
            self.lines.append(type(mistake).__name__)


@contextmanager
def logged() -> Iterator[Sequence[str]]:
    """Every line that is logged meanwhile, from the lowest level on."""
    kept, root = _Kept(), logging.getLogger()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    try:
        yield kept.lines
    finally:
        root.setLevel(level)
        root.removeHandler(kept)


def texts_of(failure: BaseException) -> list[str]:
    """Every text that an error carries, and those of what it came from."""
    texts: list[str] = []
    seen: set[int] = set()
    todo: list[BaseException | None] = [failure]
    while todo:
        link = todo.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        texts.append(f"{link!r} {link} {vars(link)}")
        todo += [link.__cause__, link.__context__]
    return texts


def tried(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | JackfieldError:
    """What the work gives, or the error that it ends with."""
    try:
        return work(*arguments, **named)
    except JackfieldError as failure:
        return failure

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

_SEVERAL: Final = 12
#: Seconds between the moment in which work is cancelled and the one in which it is broken off.
_GRACE: Final = 3.0
_AGAIN: Final = 0.25
_MOMENT: Final = 0.5
#: Loops and tasks that nothing ends; were they given up, Python would complain of them in some other test.
_abandoned: list[Any] = []


class Hung(Exception):  # noqa: N818 - what became of the work
    """The work did not end, not even when it was cancelled."""


def run(work: Coroutine[Any, Any, T], *, within: float = 10.0) -> T:
    """What the work gives; TimeoutError after ``within`` seconds, Hung where it does not even stop then."""
    loop = asyncio.new_event_loop()
    sound = False
    try:
        with _alarm(within + _GRACE):
            try:
                found = loop.run_until_complete(timed(work, within))
            finally:
                sound = loop.run_until_complete(_tidied())
    finally:
        if sound:
            loop.close()
        else:
            _abandoned.append((loop, asyncio.all_tasks(loop)))
    return found


async def timed(work: Coroutine[Any, Any, T], within: float) -> T:
    """The same inside a loop; what does not stop is left behind."""
    task = asyncio.ensure_future(work)
    await asyncio.wait([task], timeout=within)
    if not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_MOMENT)
        if not task.done():
            raise Hung(f"still at work {_MOMENT:g} s after it was cancelled, at the end of its {within:g} s")
        if task.cancelled():
            raise TimeoutError
    return task.result()


async def _tidied() -> bool:
    """Whether everything that was begun in this loop has come to its end, be it by being cancelled."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    ended = not left or not (await asyncio.wait(left, timeout=_MOMENT))[1]
    for task in left:
        if task.done() and not task.cancelled():
            task.exception()  # looked at, so that nobody complains of it
    await asyncio.get_running_loop().shutdown_asyncgens()
    await asyncio.get_running_loop().shutdown_default_executor()
    return ended


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Break off what holds the event loop itself; only where the system and the thread can."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise Hung(f"still at work after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    # Again and again: what swallows one, or holds up the end of the loop, is broken off by the next.
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
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


def raised(mistake: BaseException) -> str:
    """The mistake in a line, without its text, which may hold anything: its type, and where it was made."""
    return " ".join(filter(None, (type(mistake).__name__, place_of(mistake))))


def _place(failure: BaseException) -> str | None:
    """The line of code in which the mistake behind an error was made; None for an error that is none."""
    link: BaseException | None = failure
    while isinstance(link, JackfieldError):
        link = link.__context__
    if link is None or not isinstance(failure, JackfieldError) or failure.code != "connector_failed":
        return None
    return place_of(link)


def place_of(mistake: BaseException) -> str | None:
    """The line of code that it comes from."""
    frames = traceback.extract_tb(mistake.__traceback__)
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

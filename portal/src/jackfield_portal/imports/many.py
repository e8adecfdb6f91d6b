"""Many accounts in one process, at little cost for each.

They are read side by side in one event loop, over connections that stay open, and compared and applied hundreds of
runs at a time, in one transaction. Each run ends as it would have ended alone.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice
from operator import or_
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jackfield.http import Pool
from jackfield_portal.connections.many import live_settings
from jackfield_portal.connections.models import State
from jackfield_portal.connections.versions import Opener
from jackfield_portal.imports import changes, comparing, services, session, telling
from jackfield_portal.imports.calm import calm
from jackfield_portal.imports.models import ACTIVE_STATES, ImportRun, RunState
from jackfield_portal.imports.reading import Attempt
from jackfield_portal.imports.staging import Staging
from jackfield_portal.jobs.streams import stream
from jackfield_portal.observability.counting import counted

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence

    from django.db.models import QuerySet

    from jackfield.users import CrmUser
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import User

__all__ = ["Account", "Work", "carry_out", "run_many"]

#: Accounts that are read at the same time.
AT_ONCE: Final = 32
#: Users of one account that are held in memory; a larger account is read alone, afterwards.
SMALL: Final = 1_000
#: Runs, and users, that one transaction settles.
RUNS_TOGETHER, USERS_TOGETHER = 500, 10_000
#: States of connections that nothing is imported from.
_RESTING: Final = frozenset({State.DRAFT.value, State.PAUSED.value})
#: Seconds after which runs that still wait say that they are alive.
_PACE: Final = 30.0
#: Seconds for which what was read waits for more, where the rest is slow.
_PATIENCE: Final = 2.0


@dataclass(kw_only=True, slots=True)
class Account:
    """One account on its way: its settings, then what was read or why it was not."""

    run: ImportRun
    settings: Any = None
    users: list[CrmUser] = field(default_factory=list)
    total: int | None = None
    large: bool = False
    failure: Exception | None = None


def run_many(connections: Iterable[Connection], by: User | None = None) -> Counter[str]:
    """Import the users of all these connections; how many runs ended in each state.

    Connections that are not ready, or whose import is under way already, are left out. Never raises for what a CRM
    does: each run says how it ended. Connections are taken from the iterable as there is room for them; for those of a
    query, ``connections.many.in_pieces`` is one.
    """
    return carry_out(Work(connections, by))


def carry_out(work: Work) -> Counter[str]:
    """Do what is to be done; how many runs ended in each state."""
    try:
        work.fill()
        with calm():
            for read in stream(lambda: _read(work)):
                work.settle(read)
                work.fill()
            work.settle((), all_of_them=True)
    except BaseException:
        work.give_up()
        raise
    return work.ended


class Work:
    """What is to be read, what was read, and how it ended."""

    def __init__(self, connections: Iterable[Any], by: User | None = None) -> None:
        self._connections, self._by = iter(connections), by
        self._queue: deque[Account] = deque()
        self._more = asyncio.Event()
        self._exhausted = False
        self._under_way: dict[object, ImportRun] = {}
        self._waiting: list[Account] = []
        self._beat = self._last = time.monotonic()
        self.ended: Counter[str] = Counter()

    async def next(self) -> Account | None:
        """The next account to be read; None where there is none left."""
        while not self._queue:
            if self._exhausted:
                return None
            self._more.clear()
            await self._more.wait()
        return self._queue.popleft()

    def fill(self) -> None:
        """Keep as many accounts ready as can be read at once."""
        while not self._exhausted and len(self._queue) < 2 * AT_ONCE:
            chunk = list(islice(self._connections, RUNS_TOGETHER))
            self._exhausted = not chunk
            for account in _prepared(self.begin(chunk)):
                self._under_way[account.run.pk] = account.run
                (self._queue if account.failure is None else self._waiting).append(account)
        self._more.set()

    def settle(self, read: Sequence[Account], *, all_of_them: bool = False) -> None:
        """Note what was read, and settle it where it is much or has waited long."""
        self._waiting.extend(read)
        users = sum(len(account.users) for account in self._waiting)
        long = time.monotonic() - self._last >= _PATIENCE
        if all_of_them or long or len(self._waiting) >= RUNS_TOGETHER or users >= USERS_TOGETHER:
            settled, self._waiting, self._last = self._waiting, [], time.monotonic()
            self.ended.update(self.settled(settled))
            for account in settled:
                del self._under_way[account.run.pk]
        if time.monotonic() - self._beat >= _PACE:
            self._beat = time.monotonic()
            _mine(self._under_way.values()).update(beat=timezone.now())

    def give_up(self) -> None:
        """Cancel what has not ended; nothing is changed by it."""
        _mine(self._under_way.values()).update(state=RunState.CANCELLED, finished=timezone.now())

    def begin(self, chunk: Sequence[Any]) -> list[ImportRun]:
        """Runs that are under way from now, for those of the connections that can be imported from."""
        return _begun(chunk, self._by)

    def settled(self, accounts: Sequence[Account]) -> Iterator[str]:
        """The states in which these runs have ended."""
        yield from _settled_together([each for each in accounts if not each.large and each.failure is None])
        for account in accounts:
            if account.large:
                yield self.alone(account)
            elif account.failure is not None:
                services.fail(
                    Attempt(run=account.run.pk, number=account.run.attempt), account.failure, account.run.requests
                )
                yield ImportRun.objects.values_list("state", flat=True).get(pk=account.run.pk)

    def alone(self, account: Account) -> str:
        """The state in which the run of a large account has ended."""
        return services.run(account.run.pk).state


def _mine(runs: Iterable[ImportRun]) -> QuerySet[ImportRun]:
    """The rows of these runs, as long as they are those of whoever has begun them."""
    held: dict[int, list[object]] = {0: []}
    for run in runs:
        held.setdefault(run.attempt, []).append(run.pk)
    mine = [Q(pk__in=pks, attempt=attempt) for attempt, pks in held.items()]
    return ImportRun.objects.filter(reduce(or_, mine), state=RunState.RUNNING)


def _prepared(runs: Sequence[ImportRun]) -> Iterator[Account]:
    """What it takes to read, for each run."""
    settings = live_settings([run.connection for run in runs])
    for run in runs:
        found = settings[run.connection_id]
        if isinstance(found, Exception):
            yield Account(run=run, failure=found)
        else:
            yield Account(run=run, settings=found)


def _begun(chunk: Sequence[Connection], by: User | None) -> list[ImportRun]:
    now = timezone.now()
    with transaction.atomic():
        busy = ImportRun.objects.filter(connection__in=chunk, state__in=(*ACTIVE_STATES, RunState.HELD))
        known = set(busy.values_list("connection_id", flat=True))
        like = ImportRun(started_by=by, state=RunState.RUNNING, attempt=1, started=now, beat=now)
        runs = _alike(
            like,
            [
                each
                for each in chunk
                if each.state not in _RESTING and (each.pk not in known or services.make_room(each, by))
            ],
        )
        if session.add(runs) == len(runs):
            return runs
        made = set(_mine(runs).values_list("pk", flat=True))
    return [run for run in runs if run.pk in made]  # where somebody else was quicker by a moment, his run counts


def _alike(like: ImportRun, connections: Sequence[Connection]) -> list[ImportRun]:
    """A run like this one for each connection, made as a row of the database is: no field is asked for its default."""
    names = [field.attname for field in ImportRun._meta.concrete_fields]  # noqa: SLF001 - documented by Django
    values = [getattr(like, name) for name in names]
    own = names.index("id")
    runs = []
    for connection in connections:
        run = ImportRun.from_db(None, names, [*values[:own], uuid4(), *values[own + 1 :]])
        run.connection = connection
        runs.append(run)
    return runs


async def _read(work: Work) -> AsyncGenerator[list[Account], None]:
    """The accounts as they have been read, some at a time."""
    read: asyncio.Queue[Account | None] = asyncio.Queue()
    workers = [asyncio.create_task(_worker(work, read)) for _ in range(AT_ONCE)]
    at_work = len(workers)
    try:
        while at_work:
            some = []
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    some.append(await read.get())
            while not read.empty():
                some.append(read.get_nowait())
            at_work -= some.count(None)
            yield [account for account in some if account is not None]
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.wait(workers)


async def _worker(work: Work, read: asyncio.Queue[Account | None]) -> None:
    """Read accounts over connections of its own: one pool for all workers would cost far more."""
    try:
        async with Pool() as pool:
            opener = Opener(pool=pool)
            while (account := await work.next()) is not None:
                await _read_account(account, opener)
                read.put_nowait(account)
    finally:
        read.put_nowait(None)


async def _read_account(account: Account, opener: Opener) -> None:
    with counted() as used:
        await _read_pages(account, opener)
    account.run.requests = used.requests


async def _read_pages(account: Account, opener: Opener) -> None:
    try:
        opening = opener.open(account.run.connection, account.settings)
        async with opening as crm, aclosing(crm.users()) as pages:
            async for page in pages:
                account.users += page.users
                account.total = page.total
                if len(account.users) > SMALL:
                    account.large = True
                    break
    except Exception as failure:  # noqa: BLE001 - an import must always end in words
        account.failure = failure
    if account.large or account.failure:
        account.users = []


def _settled_together(accounts: Sequence[Account]) -> list[str]:
    if not accounts:
        return []
    now = timezone.now()
    with Staging() as staging:
        for account in accounts:
            staging.write(staging.add(account.run), account.users)
        staging.flush()
        with transaction.atomic():
            comparing.hold()
            for place in set(staging.places) - comparing.still_ours():  # cancelled meanwhile, or thought dead
                staging.leave_out(place)
            compared = comparing.compare(staging)
            for place, found in compared.items():
                if found.waits:
                    staging.keep(place)
            with changes.recorded(staging, compared, now):
                comparing.apply(staging, compared, now)
            comparing.note(staging, compared, {account.run.pk: account.total for account in accounts}, now)
            telling.settled((staging.runs[place], found) for place, found in compared.items())
    return [RunState.HELD if found.waits else RunState.APPLIED for found in compared.values()]

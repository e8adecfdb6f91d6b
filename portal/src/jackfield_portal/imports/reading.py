"""Reading: the CRM's users, page by page, into what a run has staged."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from jackfield_portal.connections.opening import open_live
from jackfield_portal.imports.models import ImportRun, RunState
from jackfield_portal.jobs.streams import stream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from contextlib import AbstractAsyncContextManager
    from uuid import UUID

    from jackfield import Connection
    from jackfield.users import UserPage
    from jackfield_portal.imports.staging import Staging

#: The least time between two looks at the run's row, in seconds: whoever watches or stops a run waits no longer.
PACE: Final = 0.5
#: Told after a page, at that pace, how many users have been read, and how many there are where the CRM tells that.
Report = Callable[[int, "int | None"], None]


def silent(done: int, total: int | None) -> None:
    """Report to nobody."""


class Superseded(Exception):  # noqa: N818 - no error: somebody cancelled the run or took it over
    """The run is no longer this worker's: whatever it holds in its hands is worth nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A worker's hold on a run; it ends as soon as anybody else takes the run or stops it."""

    run: UUID
    number: int

    def write(self, **values: Any) -> None:
        """Change the run's row, or raise Superseded where it is no longer this worker's."""
        mine = ImportRun.objects.filter(pk=self.run, attempt=self.number, state=RunState.RUNNING)
        if not mine.update(**values):
            raise Superseded


def read_users(attempt: Attempt, run: ImportRun, staging: Staging, report: Report) -> dict[str, int | None]:
    """Stage every user of the run's connection; how many there were and should be, as ``done`` and ``total``.

    Raises JackfieldError, or Superseded. What it staged counts for nothing until the listing has ended without either.
    """
    place, told = staging.add_alone(run), float("-inf")
    read: dict[str, int | None] = {"done": 0, "total": None}
    account = open_live(run.connection)
    done = 0
    for page in stream(lambda: _pages(account)):
        done += staging.write(place, page.users)
        read = {"done": done, "total": page.total}
        if time.monotonic() - told >= PACE:
            told = time.monotonic()
            attempt.write(**read, beat=timezone.now())
            report(done, page.total)
    staging.flush()
    return read


async def _pages(account: AbstractAsyncContextManager[Connection]) -> AsyncGenerator[UserPage, None]:
    async with account as crm, aclosing(crm.users()) as pages:
        async for page in pages:
            yield page

"""Reading: the CRM's users, page by page, into the staging rows of a run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jackfield.users import email_or_none
from jackfield_portal.connections.services import open_live
from jackfield_portal.imports.models import ImportRun, RunState, StagedUser
from jackfield_portal.jobs.streams import stream
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from uuid import UUID

    from jackfield import Connection
    from jackfield.users import CrmUser, UserPage

# An id is never cut: two of them could become one. (Django documents _meta; the underscore is its own oddity.)
_LONGEST = {
    field.name: getattr(field, "max_length", None)
    for field in StagedUser._meta.fields  # noqa: SLF001
    if field.name != "crm_id"
}
#: Told after each page how many users have been read, and how many there are where the CRM tells that.
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


def read_users(attempt: Attempt, run: ImportRun, report: Report) -> None:
    """Stage every user of the run's connection; raises JackfieldError, or Superseded.

    What it staged counts for nothing until the listing has ended without either.
    """
    done = 0
    account = open_live(run.connection)
    for page in stream(lambda: _pages(account)):
        _stage(attempt, page)
        done += len(page)
        report(done, page.total)


async def _pages(account: AbstractAsyncContextManager[Connection]) -> AsyncGenerator[UserPage, None]:
    async with account as crm, aclosing(crm.users()) as pages:
        async for page in pages:
            yield page


def _stage(attempt: Attempt, page: UserPage) -> None:
    rows = [StagedUser(run_id=attempt.run, **columns(user)) for user in page]
    with transaction.atomic():
        attempt.write(done=F("done") + len(rows), total=page.total, beat=timezone.now())
        StagedUser.objects.bulk_create(rows)


def columns(user: CrmUser) -> dict[str, str | datetime | None]:
    """A user as the tables keep him: blank, null and missing are all an empty text."""
    profile = user.profile
    email = email_or_none(user.email)
    others = {address for text in user.other_emails if (address := email_or_none(text))} - {email}
    texts = {
        "crm_id": user.id,
        "name": user.name,
        "email": email,
        "state": user.state,
        "kind": user.kind,
        "role": user.role,
        "phone": user.phone,
        "extension": user.extension,
        "time_zone": user.time_zone,
        "profile_kind": profile.kind if profile else None,
        "profile_id": profile.id if profile else None,
    }
    return {
        **{name: "" if value is None else shown(value, _LONGEST.get(name)) for name, value in texts.items()},
        "other_emails": "\n".join(sorted(map(shown, others))),
        "created_at": user.created,
        "updated_at": user.updated,
    }

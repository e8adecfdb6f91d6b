"""One account of a CRM; read it through :mod:`jackfield.connector`."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import asdict, replace
from itertools import compress
from typing import TYPE_CHECKING, Any

from jackfield._plugged import connector_at_fault
from jackfield._seen import Seen
from jackfield.checks import Account, CheckStep, failing_step, run_steps
from jackfield.errors import JackfieldError, error
from jackfield.users import CrmUser, UserPage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from jackfield.checks import StepResult
    from jackfield.connector import Connector
    from jackfield.http import HttpClient
    from jackfield.records import Contact, Record
    from jackfield.settings import ConnectionSettings

_NO_USER = "The connector gave something that is not a user with an id."


class Connection:
    """One account of a CRM, opened with its settings; made by :meth:`Connector.connect`.

    ``http`` is the client that the connector's hooks use. Every text that leaves here is without secrets.
    """

    def __init__(self, connector: Connector, settings: ConnectionSettings, client: HttpClient) -> None:
        self.connector = connector
        self.platform = connector.platform
        self.settings: Any = settings
        self.http = client
        self._redact = client.redact

    async def check(self, *, time_box: float = 25.0) -> AsyncGenerator[StepResult]:
        """Run the systems check, a result for each step as it ends; never raises, ends within ``time_box`` seconds."""
        async with aclosing(run_steps(self._steps(), self, time_box=time_box)) as results:
            async for result in results:
                yield self._clean(result)

    def _steps(self) -> tuple[CheckStep, ...]:
        try:
            return self.connector.steps()
        except JackfieldError as failure:
            return (failing_step(failure),)

    async def users(self) -> AsyncGenerator[UserPage]:
        """All users of the account, page by page, each once; a listing that ends without an exception is complete."""
        met: Seen[str] = Seen()
        with connector_at_fault(self._redact):
            pages = self.connector.call("import_users", connection=self)
            try:
                async for page in pages:
                    yield _checked(page, met)
            finally:
                if hasattr(pages, "aclose"):  # an iterator need not be a generator
                    await pages.aclose()

    def link(self, record: Record) -> str | None:
        """The address of a record's page in the CRM, or None where there is none."""
        with connector_at_fault(self._redact):
            return self.connector.link(self.settings, record)

    async def find(self, number: str) -> tuple[Contact, ...]:
        """The contacts that have this telephone number, each once."""
        with connector_at_fault(self._redact):
            search = self.connector.call("find_contacts", connection=self, number=number)
            if search is None:
                raise error("unsupported", f"The connector of {self.platform.title} cannot look up numbers.")
            once: dict[Record, Contact] = {}
            for contact in await search:
                once.setdefault(contact.record, contact)
        return tuple(once.values())

    def _clean(self, result: StepResult) -> StepResult:
        return replace(
            result,
            message=self._redact(result.message),
            remedy=result.remedy and self._redact(result.remedy),
            detail=result.detail and self._redact(result.detail),
            elsewhere=result.elsewhere and self._redact(result.elsewhere),
            account=result.account and _redacted_account(result.account, self._redact),
        )


def _redacted_account(account: Account, redact: Callable[[str], str]) -> Account:
    return Account(**{name: text and redact(text) for name, text in asdict(account).items()})


def _checked(page: UserPage, met: Seen[str]) -> UserPage:
    """The page without users met before; raises where it holds something else than users."""
    users = list(page)
    if not all(issubclass(kind, CrmUser) for kind in set(map(type, users))):
        raise error("connector_failed", _NO_USER)
    ids = [user.id for user in users]
    if not (set(map(type, ids)) <= {str} and all(ids)):
        raise error("connector_failed", _NO_USER)
    fresh = met.fresh(ids)
    return page if all(fresh) else UserPage(users=tuple(compress(page, fresh)), total=page.total)

"""A connector whose CRM is a list in memory, for the import's tests: what it lists, and where it breaks off, is set."""

from __future__ import annotations

from typing import Any

from jackfield import CrmUser, Platform, UserPage, hookimpl
from jackfield.settings import BaseUrl, ConnectionSettings, setting


class LedgerSettings(ConnectionSettings):
    """One address, which nobody calls."""

    server: BaseUrl = setting("Server", help="Not called.", example="https://ledger.example.com/")


class Book:
    """What the CRM lists: ``pages`` of users, with an exception for a page that breaks off."""

    def __init__(self) -> None:
        self.pages: list[Any] = []
        self.total: int | None = None
        self.turned = lambda place: None  # called before each page


BOOK = Book()


@hookimpl
def platform() -> Platform:
    return Platform(id="ledger", title="Ledger", instructions="-", docs_url="https://docs.example.com/ledger")


@hookimpl
def connection_schema() -> type[ConnectionSettings]:
    return LedgerSettings


@hookimpl
def authenticate(settings: LedgerSettings) -> None:
    return None


@hookimpl
def systems_check() -> list[Any]:
    return []


@hookimpl
async def import_users(connection: Any) -> Any:
    for place, page in enumerate(BOOK.pages):
        BOOK.turned(place)
        if isinstance(page, BaseException):
            raise page
        yield UserPage(users=tuple(page), total=BOOK.total)


@hookimpl
def record_link(settings: LedgerSettings, record: Any) -> str | None:
    return f"https://ledger.example.com/{record.kind}/{record.id}" if record.kind == "staff" else None


def person(number: int, **values: Any) -> CrmUser:
    """A user of this number."""
    return CrmUser(**{"id": f"u{number}", "name": f"User {number}", "email": f"user{number}@example.com", **values})

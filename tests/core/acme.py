"""A small connector made of plain functions, each of which a test can replace or leave out."""

from __future__ import annotations

from contextlib import asynccontextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from jackfield import CrmUser, Platform, Record, UserPage, hookimpl
from jackfield.checks import CheckStep, Finding
from jackfield.connector import Connector
from jackfield.settings import BaseUrl, ConnectionSettings, Secret, Text, WebRoot, setting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from jackfield import Connection

KEY = "k3y-of-5550-Example"
GIVEN = {"api_key": KEY, "endpoint": "https://api.example.com/"}


class AcmeSettings(ConnectionSettings):
    """The settings of one connection to Acme."""

    api_key: Secret = setting("API Key", help="Acme shows it under Profile.", example="0000-5550-0000")
    endpoint: BaseUrl = setting("Endpoint", help="Where Acme's API is.", example="https://api.example.com/")
    web: WebRoot = setting("Web", help="Where people see Acme.", example="https://crm.example.com/", default=None)
    region: Literal["eu", "us"] = setting("Region", help="Where the data lies.", example="us", default="eu")
    note: Text = setting("Note", help="For yourself.", example="Sales", default="none")


def step(run: Callable[[Any], Any] | None = None, **told: Any) -> CheckStep:
    """A step that runs ``run``, or passes."""

    async def passes(_: Any) -> Finding:
        return Finding(message="Good.")

    return CheckStep(**{"id": "reach", "title": "Reach the CRM", "run": run or passes, **told})


def users(*ids: str) -> UserPage:
    """A page of users."""
    return UserPage(users=tuple(CrmUser(id=each, name=f"Agent {each}") for each in ids))


def pages(*given: object) -> Callable[[Connection], AsyncIterator[Any]]:
    """The hook ``import_users`` that gives these pages, and raises those that are exceptions."""

    async def import_users(connection: Connection) -> AsyncIterator[Any]:
        for page in given:
            if isinstance(page, BaseException):
                raise page
            yield page

    return import_users


def plugin(**hooks: Any) -> ModuleType:
    """The connector's module; a hook given as None is left out."""
    given = {
        "platform": lambda: Platform(id="acme", title="Acme", instructions="", docs_url="https://example.com/"),
        "connection_schema": lambda: AcmeSettings,
        "systems_check": lambda: [step()],
        "import_users": pages(users("1")),
        **hooks,
    }
    module = ModuleType("acme")
    for name, hook in given.items():
        if hook is not None:
            setattr(module, name, hookimpl(hook))
    return module


def connector(*, observers: Sequence[object] = (), **hooks: Any) -> Connector:
    """The connector behind the core's face."""
    return Connector("acme", plugin(**hooks), version="1.2.3", observers=observers)


@asynccontextmanager
async def connected(*, observers: Sequence[object] = (), **hooks: Any) -> AsyncIterator[Connection]:
    """A connection of this connector; it has asked nothing yet."""
    acme = connector(observers=observers, **hooks)
    async with acme.connect(acme.parse(GIVEN).settings) as crm:
        yield crm


RECORD = Record(kind="contact", id="42")

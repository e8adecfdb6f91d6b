"""Insightly CRM (REST API v3.1): systems check, user import, record links, contact lookup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield import Capability, Platform, hookimpl

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from jackfield.checks import CheckStep
    from jackfield.connector import Connection
    from jackfield.errors import JackfieldError, Problem
    from jackfield.http import Answer, Auth, Limit
    from jackfield.records import Contact, Record
    from jackfield.settings import ConnectionSettings
    from jackfield.simulation import Simulator
    from jackfield.users import UserPage
    from jackfield_insightly.settings import InsightlySettings

INSTRUCTIONS = """\
You need an **API Key**. It acts with the rights of the Insightly user it belongs to, so take it from an administrator.

1. Sign in to Insightly as that user.
2. Choose your profile icon at the top right, then **User Settings**.
3. Find the section **API**. It shows *Your API key* and *Your API URL*.
4. Copy the key into **API Key**. If none is shown, choose **Generate new API key**; the old key then stops working.
5. Copy the URL into **Endpoint**. You can as well paste the address that your browser shows while you are signed in:
   it gives both **Endpoint** and **CRM Details Link**.

If a message stands where the key should be, API access is switched off for this user: an administrator switches it on
under **System Settings** > **Users**, in the user's own page.
"""


@hookimpl
def platform() -> Platform:
    """Insightly."""
    return Platform(
        id="insightly",
        title="Insightly",
        instructions=INSTRUCTIONS,
        docs_url="https://api.insightly.com/v3.1/Help",
        capabilities=frozenset({Capability.RECORD_LINKS, Capability.CONTACT_LOOKUP, Capability.SIMULATOR}),
    )


@hookimpl
def connection_schema() -> type[ConnectionSettings]:
    """API Key, Endpoint, CRM Details Link."""
    from jackfield_insightly.settings import InsightlySettings

    return InsightlySettings


@hookimpl
def validate_connection(settings: InsightlySettings) -> Sequence[Problem]:
    """Warn of addresses that are not Insightly's, or not of the same pod."""
    from jackfield_insightly.settings import warnings

    return warnings(settings)


@hookimpl
def authenticate(settings: InsightlySettings) -> Auth:
    """HTTP Basic: the key is the user name, the password is blank (https://api.insightly.com/v3.1/Help)."""
    from jackfield.http import Basic

    return Basic(settings.api_key.get_secret_value())


@hookimpl
def limits() -> Sequence[Limit]:
    """10 requests a second for each account."""
    from jackfield.http import Limit, Scope

    return [Limit(amount=10, window=1.0, scope=Scope.ACCOUNT)]


@hookimpl
def judge(answer: Answer) -> JackfieldError | None:
    """Say what a refused key can mean here, and tell a used-up day from a burst."""
    from jackfield_insightly.protocol import verdict

    return verdict(answer)


@hookimpl
def systems_check() -> Sequence[CheckStep]:
    """Reach, sign in, list users; for screen pop: look up contacts, the details link; the day's quota."""
    from jackfield_insightly.checks import steps

    return steps()


@hookimpl
def import_users(connection: Connection) -> AsyncIterator[UserPage]:
    """All users of the account, inactive ones included."""
    from jackfield_insightly.protocol import list_users

    return list_users(connection.http)


@hookimpl
def record_link(settings: InsightlySettings, record: Record) -> str | None:
    """A record's page under the CRM Details Link."""
    from jackfield_insightly.mapping import link

    return link(settings.details_link, record)


@hookimpl
async def find_contacts(connection: Connection, number: str) -> Sequence[Contact]:
    """Contacts, then leads, by their main and mobile numbers, spelling by spelling until one is found."""
    from jackfield_insightly.protocol import find

    return await find(connection.http, number)


@hookimpl(specname="simulator")
def declared_simulator() -> Simulator:
    """Insightly's API on loopback, after what is known of it."""
    from jackfield_insightly.simulator import SIMULATOR

    return SIMULATOR

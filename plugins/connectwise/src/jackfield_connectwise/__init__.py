"""ConnectWise PSA (REST API 3.0): systems check, user import, record links, contact lookup."""

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
    from jackfield_connectwise.settings import ConnectWiseSettings

INSTRUCTIONS = """\
You need the keys of an **API member**: an account for programs, which takes no licence. An administrator makes it.

1. In ConnectWise, open **System** > **Security Roles** and make a role with *Inquire: All* for **Member Maintenance**
   (module System), **Contacts** and **Company Maintenance** (module Companies). It needs nothing else.
2. Open **System** > **Members** > **API Members** and make a member with that role.
3. In the member's tab **API Keys**, make a new key and save it. Copy both keys at once into **Public Key** and
   **Private Key**: the private one is shown this once only.
4. Enter as **Company ID** what you enter as *Company* when you sign in.
5. Copy the address at which you sign in into **Endpoint**, such as https://na.myconnectwise.net/. It gives the
   **CRM Details Link** as well.
"""


@hookimpl
def platform() -> Platform:
    """ConnectWise PSA; the model of its answers is pinned, as without that it changes with every release."""
    return Platform(
        id="connectwise",
        title="ConnectWise PSA",
        instructions=INSTRUCTIONS,
        docs_url="https://developer.connectwise.com/Products/ConnectWise_PSA",
        capabilities=frozenset({Capability.RECORD_LINKS, Capability.CONTACT_LOOKUP, Capability.SIMULATOR}),
        accept="application/vnd.connectwise.com+json; version=2023.1",
    )


@hookimpl
def connection_schema() -> type[ConnectionSettings]:
    """Company ID, Public Key, Private Key, Endpoint, CRM Details Link; of the deployment: Client ID."""
    from jackfield_connectwise.settings import ConnectWiseSettings

    return ConnectWiseSettings


@hookimpl
def validate_connection(settings: ConnectWiseSettings) -> Sequence[Problem]:
    """Warn of addresses of two places, of an unknown region, and of a full name in the company's place."""
    from jackfield_connectwise.settings import warnings

    return warnings(settings)


@hookimpl
def authenticate(settings: ConnectWiseSettings) -> Auth:
    """HTTP Basic with ``company+publicKey`` and the private key, and the product's ``clientId`` (Developer Guide)."""
    from jackfield.http import Basic, Combined, Header

    user = f"{settings.company_id}+{settings.public_key.get_secret_value()}"
    keys = Basic(user, settings.private_key.get_secret_value())
    return Combined(keys, Header("clientId", settings.client_id.get_secret_value()))


@hookimpl
def limits() -> Sequence[Limit]:
    """1,000 requests a minute for each account; more is likely to be throttled (Developer Guide, "Rate Limiting")."""
    from jackfield.http import Limit, Scope

    return [Limit(amount=1000, window=60.0, scope=Scope.ACCOUNT)]


@hookimpl
def judge(answer: Answer) -> JackfieldError | None:
    """Tell keys, rights, company, client ID, throttling and time-outs apart by what the answer says."""
    from jackfield_connectwise._verdict import verdict

    return verdict(answer)


@hookimpl
def systems_check() -> Sequence[CheckStep]:
    """Reach, sign in, list members; for screen pop: look up contacts and companies, the details link."""
    from jackfield_connectwise.checks import steps

    return steps()


@hookimpl
def import_users(connection: Connection) -> AsyncIterator[UserPage]:
    """All members of the company: people, subcontractors and accounts of programs, inactive ones included."""
    from jackfield_connectwise.protocol import list_users

    return list_users(connection.http)


@hookimpl
def record_link(settings: ConnectWiseSettings, record: Record) -> str | None:
    """A record's page under the CRM Details Link."""
    from jackfield_connectwise.mapping import link

    return link(settings.details_link, settings.company_id, record)


@hookimpl
async def find_contacts(connection: Connection, number: str) -> Sequence[Contact]:
    """Contacts, then companies, with this number, however it is spelt there."""
    from jackfield_connectwise.lookup import find

    return await find(connection.http, number)


@hookimpl(specname="simulator")
def declared_simulator() -> Simulator:
    """ConnectWise's API on loopback, after what is known of it."""
    from jackfield_connectwise.simulator import SIMULATOR

    return SIMULATOR

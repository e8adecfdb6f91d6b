"""Acme CRM: systems check, user import, record links, contact lookup."""

from collections.abc import AsyncIterator

from jackfield import Capability, Connection, Contact, Platform, Record, UserPage, hookimpl
from jackfield.checks import CheckStep
from jackfield.http import Auth, Header, Limit
from jackfield.simulation import Simulator
from jackfield_acme import checks, mapping, protocol
from jackfield_acme.settings import AcmeSettings

INSTRUCTIONS = """\
1. Sign in to Acme CRM as an administrator.
2. Open **Setup** > **Integrations** > **API Keys**, and make a key that has *People: view* and *Contacts: view*.
3. Copy the key into **API Key**, and the address below it into **Endpoint**.
4. Open any contact, and copy the address from your browser, up to `/c/`, into **CRM Details Link**.
"""


@hookimpl
def platform() -> Platform:
    """Acme CRM."""
    return Platform(
        id="acme",
        title="Acme CRM",
        instructions=INSTRUCTIONS,
        docs_url="https://developer.acme.example/",
        capabilities=frozenset({Capability.RECORD_LINKS, Capability.CONTACT_LOOKUP, Capability.SIMULATOR}),
    )


@hookimpl
def connection_schema() -> type[AcmeSettings]:
    """API Key, Endpoint, CRM Details Link."""
    return AcmeSettings


@hookimpl
def authenticate(settings: AcmeSettings) -> Auth:
    """The key in a header of the CRM's own."""
    return Header("X-Acme-Key", settings.api_key.get_secret_value())


@hookimpl
def limits() -> list[Limit]:
    """5 requests a second for each workspace."""
    return [Limit(amount=5, window=1.0)]


@hookimpl
def systems_check() -> tuple[CheckStep, ...]:
    """Reach, sign in, list users; for screen pop: look up contacts."""
    return checks.STEPS


@hookimpl
def import_users(connection: Connection) -> AsyncIterator[UserPage]:
    """All users of the account, inactive ones included."""
    return protocol.list_users(connection.http)


@hookimpl
def record_link(settings: AcmeSettings, record: Record) -> str | None:
    """A record's page under the CRM Details Link."""
    return mapping.link(settings.details_link, record)


@hookimpl
async def find_contacts(connection: Connection, number: str) -> tuple[Contact, ...]:
    """Contacts by telephone number, spelling by spelling until one is found."""
    return await protocol.find(connection.http, number)


@hookimpl(specname="simulator")
def declared_simulator() -> Simulator:
    """The CRM on loopback."""
    from jackfield_acme.simulator import SIMULATOR

    return SIMULATOR

"""An organization with three agents and a live connection whose users are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest
from django.utils import timezone

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.organizations.models import Agent, Organization


class AddUser(Protocol):
    def __call__(self, name: str, email: str = "", **values: object) -> CrmUser: ...


@pytest.fixture
def connection(organization: Organization) -> Connection:
    """A live connection."""
    from jackfield_portal.connections.models import Connection

    return Connection.objects.create(organization=organization, platform="acme", name="Acme", state="live")


@pytest.fixture
def add_user(connection: Connection) -> AddUser:
    """Makes a CRM user that the last import has seen."""
    from jackfield_portal.imports.models import CrmUser

    def add(name: str, email: str = "", **values: object) -> CrmUser:
        now = timezone.now()
        given = {"connection": connection, "crm_id": f"crm-{name}", "first_seen": now, "last_seen": now, **values}
        return CrmUser.objects.create(name=name, email=email, **given)

    return add


@pytest.fixture
def ada(organization: Organization) -> Agent:
    """An agent."""
    return organization.agents.create(name="Ada Lane", email="Ada@Example.com", extension="201")


@pytest.fixture
def bo(organization: Organization) -> Agent:
    """Another agent."""
    return organization.agents.create(name="Bo Hill", email="bo@example.com", extension="202")


@pytest.fixture
def cy(organization: Organization) -> Agent:
    """An agent without an e-mail address."""
    return organization.agents.create(name="Cy Moor", extension="203")

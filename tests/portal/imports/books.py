"""What the tests of imports begin with: a CRM that lists these users, imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from jackfield_portal.imports import services
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.organizations.services import add_agent

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import ImportRun
    from jackfield_portal.organizations.models import Agent


def imported(ledger: Any, connection: Connection, *users: Any, preview: bool = False) -> ImportRun:
    """The run that has read a list of these users."""
    ledger.BOOK.pages = [users]
    return services.run_now(connection, preview=preview)


def people(ledger: Any, count: int) -> list[Any]:
    """Users u0, u1 and so on."""
    return [ledger.person(number) for number in range(count)]


def mapped(connection: Connection, crm_id: str, name: str = "Al Agent") -> Agent:
    """An agent who is mapped to the CRM user with this id."""
    agent = add_agent(connection.organization, name=name, extension="201")
    user = CrmUser.objects.get(connection=connection, crm_id=crm_id)
    Mapping.objects.create(agent=agent, connection=connection, crm_user=user)
    return agent


def known_user(connection: Connection, number: int, **values: Any) -> CrmUser:
    """A CRM user who is known already."""
    now = timezone.now()
    return CrmUser.objects.create(
        connection=connection, crm_id=f"u{number}", name=f"User {number}", first_seen=now, last_seen=now, **values
    )

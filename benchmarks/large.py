"""Fills a portal with one organization of many agents and a connection of as many CRM users: a process of its own.

Of ten agents seven have the e-mail address of one CRM user, one has only the name of one, one the address of two, and
one nobody's; of twenty one is mapped already. It writes one line of JSON: the id of the connection.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from benchmarks.connections import EMAIL, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.organizations.models import Agent, Organization


def fill(people: int) -> str:
    """So many agents, so many CRM users; the id of the connection."""
    from django.db import transaction

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.organizations.models import Agent
    from jackfield_portal.organizations.services import create_organization

    with transaction.atomic():
        owner = create_organization(name="Example Ltd", email=EMAIL, password=PASSWORD).organization
        connection = Connection.objects.create(organization=owner, platform="insightly", name="Example", state="live")
        agents = Agent.objects.bulk_create(_agents(owner, people))
        users = CrmUser.objects.bulk_create(_users(connection, people))
        _map(connection, agents, users)
    return str(connection.pk)


def _agents(owner: Organization, people: int) -> Iterator[Agent]:
    from jackfield_portal.organizations.models import Agent

    for place in range(people):
        email = {7: "", 9: f"nobody-{place}@example.com"}.get(place % 10, f"Person-{place}@Example.com")
        yield Agent(organization=owner, name=f"Person {place:05}", email=email, extension=str(1000 + place))


def _users(connection: Connection, people: int) -> Iterator[CrmUser]:
    from django.utils import timezone

    from jackfield_portal.imports.models import CrmUser

    now = timezone.now()
    for place in range(people):
        whose = place - 1 if place % 10 == 9 else place  # noqa: PLR2004 - the ninth has the address of the eighth
        yield CrmUser(
            connection=connection,
            crm_id=str(10_000 + place),
            name=f"Person {whose:05}",
            email=f"person-{whose}@example.com" if place % 10 != 7 else f"other-{place}@example.com",  # noqa: PLR2004 - the seventh
            state="active",
            first_seen=now,
            last_seen=now,
        )


def _map(connection: Connection, agents: list[Agent], users: list[CrmUser]) -> None:
    from jackfield_portal.mapping.models import Mapping

    Mapping.objects.bulk_create(
        Mapping(agent=agent, connection=connection, crm_user=user, pinned=place % 40 == 0)
        for place, (agent, user) in enumerate(zip(agents, users, strict=True))
        if place % 20 == 0
    )


def main() -> None:
    """Fill the portal of JACKFIELD_HOME."""
    from jackfield_portal.commands.serve import prepare_portal

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    given = parser.parse_args()
    prepare_portal()
    print(json.dumps({"connection": fill(given.people)}))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()

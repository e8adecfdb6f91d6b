"""Fills a portal with organizations and their connections, as its forms would have done it: a process of its own.

It writes one line of JSON: the id of each connection by the organization's number.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from benchmarks.people import large_key, small_key

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization

#: Whoever signs in to the measured portal.
EMAIL, PASSWORD = "admin@example.com", "bench-correct-horse-555"
AGENTS = 50


def prepare(url: str, *, users: int, organizations: int) -> dict[int, str]:
    """One connection of ``users`` users, or one of a few users for each of so many ``organizations``."""
    from django.db import transaction

    from jackfield_portal.organizations.models import Organization

    if not organizations:
        owner = _administered()
        return {0: str(_connect(owner, url, large_key(users)).pk)}
    with transaction.atomic():
        return {
            number: str(_connect(Organization.objects.create(name=f"Example {number}"), url, small_key(number)).pk)
            for number in range(organizations)
        }


def _administered() -> Organization:
    from jackfield_portal.organizations.services import add_agent, create_organization

    owner = create_organization(name="Example Ltd", email=EMAIL, password=PASSWORD).organization
    for place in range(AGENTS):
        name = f"Agent {place}"
        add_agent(owner, name=name, email=f"person-{place}@example.com", extension=str(1000 + place), role="Agent")
    return owner


def _connect(owner: Organization, url: str, key: str) -> Connection:
    from jackfield_portal.connections import services

    connection = services.add(owner, "insightly")
    values = {"api_key": key, "endpoint": f"{url}/v3.1/", "details_link": "https://crm.na1.insightly.com/details/"}
    services.promote(services.save_settings(connection, values).version, None)
    return connection


def queue() -> None:
    """Have every connection's users imported by whoever does the jobs."""
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.services import start

    for connection in Connection.objects.select_related("organization"):
        start(connection)


def main() -> None:
    """Prepare the portal of JACKFIELD_HOME and JACKFIELD_DATABASE_URL."""
    from jackfield_portal.commands.serve import prepare_portal

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--users", type=int, default=0)
    parser.add_argument("--organizations", type=int, default=0)
    parser.add_argument("--queued", action="store_true", help="leave an import of each to be done")
    given = parser.parse_args()
    prepare_portal()
    made = prepare(given.url, users=given.users, organizations=given.organizations)
    if given.queued:
        queue()
    print(json.dumps(made))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()

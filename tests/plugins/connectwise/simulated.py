"""Asking the simulated ConnectWise over real HTTP, as a client would that knows nothing of Jackfield."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from jackfield.simulation import running
from jackfield_connectwise.simulator import SIMULATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

FORWARD = {"pagination-type": "forward-only"}
MEMBERS, CONTACTS, COMPANIES = "system/members", "company/contacts", "company/companies"


@contextmanager
def connectwise(*, users: int = 120, faults: tuple[str, ...] = (), **knobs: object) -> Iterator[httpx.Client]:
    """A client with the right keys and clientId."""
    options = SIMULATOR.options(users=users, faults=faults, knobs=knobs)
    with running(SIMULATOR, options) as base_url:
        settings = SIMULATOR.settings(base_url, options)
        auth = (f"{settings['company_id']}+{settings['public_key']}", settings["private_key"])
        headers = {"clientId": settings["client_id"]}
        with httpx.Client(base_url=settings["endpoint"], auth=auth, headers=headers, timeout=5) as client:
            yield client


def ids(client: httpx.Client, conditions: str, path: str = CONTACTS, **params: str) -> list[int]:
    """The ids of the records that conditions leave."""
    answer = client.get(path, params={"conditions": conditions, "pageSize": "1000", "fields": "id", **params})
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()]


def every_member(client: httpx.Client, **params: str) -> list[dict[str, Any]]:
    """All members, by numbered pages of 1,000."""
    members: list[dict[str, Any]] = []
    number = 1
    while page := client.get(MEMBERS, params={"pageSize": "1000", "page": str(number), **params}).json():
        members += page
        number += 1
    return members

"""Asking the simulated Insightly over real HTTP, as a client would that knows nothing of Jackfield."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from jackfield.simulation import running
from jackfield_insightly.simulator import SIMULATOR

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def insightly(*, users: int = 120, faults: tuple[str, ...] = (), **knobs: object) -> Iterator[httpx.Client]:
    """A client with the right key; the limit of ten a second is off unless asked for."""
    options = SIMULATOR.options(users=users, faults=faults, knobs={"rate_limit": False, **knobs})
    with running(SIMULATOR, options) as base_url:
        settings = SIMULATOR.settings(base_url, options)
        with httpx.Client(base_url=settings["endpoint"], auth=(settings["api_key"], ""), timeout=5) as client:
            yield client


def every_user(client: httpx.Client) -> list[dict[str, Any]]:
    """All users, read in pages of 500."""
    users: list[dict[str, Any]] = []
    while page := client.get("Users", params={"top": 500, "skip": len(users)}).json():
        users += page
    return users

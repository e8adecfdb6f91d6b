"""Where a ledger lies; and, run as a program, a process that asks a server within its budget.

python -m tests.portal.budgets.places VENDOR ADDRESS URL REQUESTS AT_ONCE AMOUNT WINDOW
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from jackfield.http import Budgets, HttpClient, Limit, OutboundPolicy, RetryPolicy
from jackfield_portal.budgets import postgresql, sqlite
from jackfield_portal.budgets.ledger import DatabaseLedger

if TYPE_CHECKING:
    from jackfield_portal.budgets.ledger import Starts

LOOPBACK = OutboundPolicy(allowed=(ip_network("127.0.0.0/8"),))


@dataclass(frozen=True)
class Place:
    """A database, and how to reach it."""

    vendor: str
    address: str

    def starts(self) -> Starts:
        """A connection to it, opened when it is needed."""
        if self.vendor == "sqlite":
            return sqlite.Starts(Path(self.address))
        return postgresql.Starts({"conninfo": self.address})


async def ask(place: Place, url: str, requests: int, at_once: int, limit: Limit) -> None:
    """Send so many requests, some of them at once, under the shared budget of one account."""
    ledger = DatabaseLedger(place.starts(), str)
    left = iter(range(requests))
    options = {"budgets": Budgets(shared=ledger), "budget_key": "account", "retry": RetryPolicy(attempts=1)}
    async with HttpClient(url, user_agent="acme/1.0", policy=LOOPBACK, limits=[limit], **options) as http:  # type: ignore[arg-type]

        async def some() -> None:
            for _ in left:
                await http.get("users")

        await asyncio.gather(*(some() for _ in range(at_once)))
    ledger.close()


if __name__ == "__main__":
    vendor, address, url, requests, at_once, amount, window = sys.argv[1:]
    asyncio.run(ask(Place(vendor, address), url, int(requests), int(at_once), Limit(int(amount), float(window))))

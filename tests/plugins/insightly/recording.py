"""Records the cassettes of Insightly again, over real HTTP: ``make record``.

Without more it records from the simulator on loopback. With INSIGHTLY_API_KEY and INSIGHTLY_ENDPOINT in the environment
it records from the service; then names, addresses and numbers of people are replaced before anything is written.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jackfield import discover
from jackfield.errors import JackfieldError
from jackfield.http import OutboundPolicy, RetryPolicy
from jackfield.simulation import running
from jackfield_insightly import models
from tests.support.cassettes import Origin, recorder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from jackfield.connector import Connection

FOLDER = Path(__file__).parents[3] / "cassettes" / "insightly"
#: Where the simulator stands in the cassettes, whatever free port it had.
WRITTEN = "http://127.0.0.1:8010"
QUICK = RetryPolicy(attempts=3, total=5.0, first_wait=0.0, longest_wait=0.0)
NUMBER = "+14045550150"

_READ = frozenset(
    name for model in (models.User, models.Instance, models.Contact, models.Lead) for name in model.model_fields
) | {"Message"}
_PERSONAL = re.compile(r"NAME|EMAIL|PHONE|MOBILE")


async def check(crm: Connection) -> object:
    """Every step of the systems check."""
    return [step async for step in crm.check()]


async def users(crm: Connection) -> object:
    """Every user."""
    return [user async for page in crm.users() for user in page]


async def find(crm: Connection) -> object:
    """The contacts of a number that is spelt otherwise in the CRM."""
    return await crm.find(NUMBER)


#: What each cassette holds: what is done, and the simulator's faults meanwhile.
TAPES: dict[str, tuple[Callable[[Connection], Awaitable[object]], tuple[str, ...]]] = {
    "check": (check, ()),
    "users": (users, ()),
    "find": (find, ()),
    "check_key_refused": (check, ("unauthorized",)),
    "users_throttled_once": (users, ("throttled@1-1",)),
    "users_quota_exhausted": (users, ("quota_exhausted",)),
}
#: The service is not made to fail.
FROM_SERVICE = ("check", "users", "find")


def cleaned(body: Any) -> Any:
    """Of every record only the members that the connector reads."""
    if isinstance(body, list):
        return [cleaned(item) for item in body]
    if isinstance(body, dict):
        return {name: value for name, value in body.items() if name in _READ}
    return body


def anonymous(body: Any) -> Any:
    """The same, with nobody's name, address or number in it."""
    records = cleaned(body)
    for place, record in enumerate(records if isinstance(records, list) else [records]):
        if isinstance(record, dict):
            for name in [name for name, value in record.items() if value and _PERSONAL.search(name)]:
                record[name] = _stand_in(name, place)
    return records


def _stand_in(name: str, place: int) -> str:
    if "EMAIL" in name:
        return f"person{place}@example.com"
    return f"+1415555{place % 100:04}" if re.search(r"PHONE|MOBILE", name) else f"Example {place}"


@contextmanager
def simulated(faults: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """The settings that lead to a simulator of twelve users."""
    simulator = discover()["insightly"].simulator()
    assert simulator is not None
    options = simulator.options(users=12, faults=faults)
    with running(simulator, options) as url:
        yield simulator.settings(url, options)


async def play(tape: str, settings: dict[str, str], policy: OutboundPolicy) -> object:
    """Do what the cassette holds; an error is part of it."""
    connector = discover()["insightly"]
    async with connector.connect(connector.parse(settings).settings, network=policy, retry=QUICK) as crm:
        try:
            return await TAPES[tape][0](crm)
        except JackfieldError as failure:
            return failure


def record_from_simulator() -> None:
    """Write every cassette anew from the simulator."""
    for name, (_, faults) in TAPES.items():
        with simulated(faults) as settings:
            live = "{0.scheme}://{0.netloc}".format(urlsplit(settings["endpoint"]))
            _write(name, settings, _origin("simulator", WRITTEN), live, cleaned)


def record_from_service(key: str, endpoint: str) -> None:
    """Write the cassettes of what goes well anew from the service."""
    parsed = discover()["insightly"].parse({"api_key": key, "endpoint": endpoint, "details_link": endpoint})
    settings = {**discover()["insightly"].dump(parsed.settings, secrets=True)}
    base = "{0.scheme}://{0.netloc}".format(urlsplit(settings["endpoint"]))
    for name in FROM_SERVICE:
        _write(name, settings, _origin("service", base), base, anonymous)


def _origin(source: str, base_url: str) -> Origin:
    today = datetime.now(UTC).date().isoformat()
    return Origin(source=source, date=today, api_version="v3.1", base_url=base_url)


def _write(name: str, settings: dict[str, str], origin: Origin, live: str, clean: Callable[[Any], Any]) -> None:
    file = FOLDER / f"{name}.yaml"
    file.unlink(missing_ok=True)
    policy = OutboundPolicy(allowed=(ip_network("127.0.0.0/8"),))
    with recorder(origin, live=live, clean=clean).use_cassette(str(file)):
        asyncio.run(play(name, settings, policy))
    if settings["api_key"] in file.read_text("utf-8"):
        file.unlink()
        sys.exit(f"The key would have been in {file.name}: nothing was kept of it.")
    print(f"recorded {file.name} from the {origin.source}")  # noqa: T201 - a command


if __name__ == "__main__":
    if "INSIGHTLY_API_KEY" in os.environ:
        record_from_service(os.environ["INSIGHTLY_API_KEY"], os.environ.get("INSIGHTLY_ENDPOINT", ""))
    else:
        record_from_simulator()

"""A connector with a simulator to record from: its answers can be made to hold what no recording may hold."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from jackfield import Capability, Contact, CrmUser, Platform, Record, UserPage
from jackfield.checks import Finding
from jackfield.http import Query
from jackfield.simulation import Knob, Reply, Simulator, faulty, standard_faults, turned
from tests.core import acme

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from jackfield import Connection
    from jackfield.connector import Connector
    from jackfield.simulation import ASGIApp, Receive, Scope, Send, SimulatorOptions

KEY = "studio-5550-s3cret-key"
KNOBS = {
    knob.name: knob
    for knob in (
        Knob(name="page_size", title="How many users a page has.", default=100),
        Knob(name="mail", title="The mailbox of every user.", default="agent@example.com"),
        Knob(name="phone", title="The telephone number of every contact.", default="404-555-0150"),
        Knob(name="remark", title="What every answer holds besides.", default="none"),
    )
}
#: A remark of this name is answered as a token: put together here, so that nobody's variables hold it.
TOKEN = b'{"alg":"none"}', b'{"sub":"5550"}', b"-"


def simulator() -> Simulator:
    """Acme on loopback; every answer echoes the key, and comes with a cookie and a server's name."""
    return Simulator(
        faults=standard_faults(),
        knobs=KNOBS,
        build=_build,
        settings=lambda url, _: {"api_key": KEY, "endpoint": f"{url}/v1/", "note": "Copper Kettle", "region": "eu"},
        scenes={"small_pages": {"page_size": 5}},
        lookups={
            "+1 404 555 0151": (),
            "+1 404 555 0150": (Contact(record=Record(kind="contact", id="7"), name="Ada"),),
        },
    )


def connector(**hooks: Any) -> Connector:
    """The connector of this simulator."""
    lookup = frozenset({Capability.CONTACT_LOOKUP, Capability.SIMULATOR})
    given = {
        "platform": lambda: Platform(id="acme", title="Acme", instructions="i", docs_url="", capabilities=lookup),
        "systems_check": lambda: [acme.step(_reach)],
        "import_users": _import_users,
        "find_contacts": _find_contacts,
        "authenticate": lambda settings: Query("key", settings.api_key.get_secret_value()),
        "simulator": simulator,
        **hooks,
    }
    return acme.connector(**given)


async def _reach(connection: Connection) -> Finding:
    await connection.http.get("me")
    return Finding(message="Good.")


async def _import_users(connection: Connection) -> AsyncIterator[UserPage]:
    path = "users?page=0"
    while path:
        data = (await connection.http.get(path)).json()
        yield UserPage(users=tuple(CrmUser(id=str(user["id"]), name=user["name"]) for user in data["items"]))
        path = data["next"]


async def _find_contacts(connection: Connection, number: str) -> list[Contact]:
    answer = await connection.http.get("contacts", params={"phone": number, "account": connection.settings.note})
    return [Contact(record=Record(kind="contact", id=str(item["id"])), name=item["name"]) for item in answer.json()]


def _build(options: SimulatorOptions) -> ASGIApp:
    knobs = turned(KNOBS, options.knobs)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        origin = f"http://127.0.0.1:{scope['server'][1]}"
        body = _answer(scope["path"], query, knobs, options.users, origin)
        found = Reply.of(
            200,
            "application/json",
            json.dumps(body),
            set_cookie="acme_session=0123456789",
            server="Acme",
            x_total_count=str(options.users),
        )
        await found(scope, receive, send)

    return faulty(app, options)


def _answer(path: str, query: dict[str, str], knobs: dict[str, Any], users: int, origin: str) -> Any:
    token = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in TOKEN)
    remark = token if knobs["remark"] == "token" else knobs["remark"]
    echo = {"remark": remark, "you": query["key"], "again": base64.b64encode(query["key"].encode()).decode()}
    if path == "/v1/me":
        return {"id": 1, **echo}
    if path == "/v1/contacts":
        return [{"id": 7, "name": "Ada Byron", "phone": knobs["phone"], "account": query["account"], **echo}]
    page, size = int(query["page"]), knobs["page_size"]
    ids = range(page * size, min((page + 1) * size, users))
    after = f"{origin}/v1/users?page={page + 1}" if ids.stop < users else None
    return {
        "items": [{"id": each, "name": f"Agent {each}", "mail": knobs["mail"], **echo} for each in ids],
        "next": after,
    }

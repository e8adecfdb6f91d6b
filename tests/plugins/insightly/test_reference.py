"""What the real service once answered, served again on loopback and read by the connector.

The recordings are no part of the project: they are read where they lie, and the tests are skipped where they do not.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest

from jackfield import discover
from jackfield.errors import JackfieldError, Kind
from jackfield.http import OutboundPolicy, RetryPolicy
from jackfield.records import Record
from jackfield.simulation import serving
from jackfield.users import UserState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jackfield.users import CrmUser

QUICK = RetryPolicy(attempts=2, total=5.0, first_wait=0.0, longest_wait=0.0)
LOOPBACK = OutboundPolicy(allowed=(ip_network("127.0.0.0/8"),))


@pytest.fixture
def recordings(reference: Path) -> Path:
    return reference / "insightly"


def answer_of(file: Path) -> dict[str, Any]:
    recorded = json.loads(file.read_text("utf-8"))
    return recorded["response"] if "response" in recorded else recorded["interactions"][0]["response"]


@contextmanager
def paging(response: dict[str, Any]) -> Iterator[str]:
    """The recorded list as the one page there is: whoever asks for what comes after it gets an empty one."""
    rest = {**response, "body": []}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        first = b"skip=0&" in scope["query_string"]
        await _reply(response if first else rest, send)

    with serving(app) as url:
        yield url


async def _reply(response: dict[str, Any], send: Any) -> None:
    """Lengths and encodings are the wire's business, not the recording's."""
    dropped = {"content-length", "content-encoding", "transfer-encoding"}
    headers = [(k.encode(), v.encode()) for k, v in response["headers"].items() if k.lower() not in dropped]
    body = response["body"] if response["body_kind"] == "text" else json.dumps(response["body"])
    await send({"type": "http.response.start", "status": response["status"], "headers": headers})
    await send({"type": "http.response.body", "body": (body or "").encode()})


def imported(response: dict[str, Any], version: str) -> list[CrmUser]:
    async def run(url: str) -> list[CrmUser]:
        connector = discover()["insightly"]
        values = {
            "api_key": "0ff1ce00-5550-4000-8000-000000000042",
            "endpoint": f"{url}/{version}/",
            "details_link": url,
        }
        async with connector.connect(connector.parse(values).settings, network=LOOPBACK, retry=QUICK) as crm:
            return [user async for page in crm.users() for user in page]

    with paging(response) as url:
        return asyncio.run(run(url))


def test_users_of_v1_are_read(recordings: Path) -> None:
    """The six users recorded in 2012 come through, the two inactive ones marked, zones in IANA names."""
    users = imported(answer_of(recordings / "recordings-v1" / "all_users.json"), "v1")
    assert (len(users), [user.state for user in users].count(UserState.INACTIVE)) == (6, 2)
    assert {user.time_zone for user in users} == {"America/Chicago", "America/New_York"}


def test_users_of_v21_are_read(recordings: Path) -> None:
    """The user recorded in 2014 comes through with every member in Jackfield's terms."""
    (user,) = imported(answer_of(recordings / "recordings-v2.1" / "get_users.json"), "v2.1")
    assert (user.id, user.name, user.email, user.role) == (
        "607181",
        "Science Exchange",
        "person01@example.com",
        "Administrator",
    )
    assert (user.profile, user.time_zone) == (Record(kind="contact", id="70408796"), "America/Chicago")
    assert user.updated == datetime(2014, 7, 31, 17, 15, 51, tzinfo=UTC)


@pytest.mark.parametrize(
    ("file", "kind", "codes"),
    [
        ("get_lead_source", Kind.SETTINGS, {"not_the_api"}),
        ("get_opportunity_state_history", Kind.VENDOR, {"server_error"}),
        ("create_contact_image", Kind.VENDOR, {"unexpected_status"}),
        ("delete_contact", Kind.VENDOR, {"unexpected_content", "malformed_answer"}),
        ("get_user", Kind.VENDOR, {"wrong_shape"}),
    ],
)
def test_recorded_errors_end_as_errors(recordings: Path, file: str, kind: Kind, codes: set[str]) -> None:
    """A recorded 404, 500, refusal, empty answer or single record in place of the list of users is never a list."""
    response = answer_of(recordings / "recordings-v2.1" / f"{file}.json")
    with pytest.raises(JackfieldError) as failure:
        imported(response, "v2.1")
    assert failure.value.code in codes, (response["status"], failure.value.code)
    assert failure.value.kind == kind

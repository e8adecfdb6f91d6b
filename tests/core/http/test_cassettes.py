"""What is recorded over the guarded client plays back without the network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
import vcr

from jackfield.http import OutboundPolicy
from tests.core.http.serving import client, reply, serving

if TYPE_CHECKING:
    from pathlib import Path

LOOKUPS: list[str] = []


def _count(event: str, _: tuple[Any, ...]) -> None:
    if event in {"socket.getaddrinfo", "socket.connect"}:
        LOOKUPS.append(event)


@pytest.fixture(scope="module")
def lookups() -> list[str]:
    """Every look-up of a name and every connection that this process makes."""
    sys.addaudithook(_count)
    return LOOKUPS


async def asked(url: str, **options: object) -> list[Any]:
    """What the four requests of the recording gave."""
    async with client(url, **options) as http:
        seen = [(await http.get("Users", params={"skip": skip})).json() for skip in (0, 1)]
        return [*seen, (await http.get("Moved")).json(), (await http.get("Busy")).json()]


async def test_recording_plays_back(tmp_path: Path, lookups: list[str]) -> None:
    """A cassette holds pages, redirects and tries again; played back, nothing is looked up or connected to."""
    cassette = str(tmp_path / "users.yaml")
    script = reply("[0]"), reply("[1]"), reply("", "302 Found", Location="Users"), reply("[2]"), reply("", "503 Busy")
    async with serving(*script, reply("[3]")) as server:
        with vcr.use_cassette(cassette, record_mode="once"):
            recorded = await asked(server.url)
    lookups.clear()
    with vcr.use_cassette(cassette, record_mode="none") as tape:
        replayed = await asked(server.url, policy=OutboundPolicy())
    assert (recorded, replayed, lookups, tape.all_played) == ([[0], [1], [2], [3]], [[0], [1], [2], [3]], [], True)

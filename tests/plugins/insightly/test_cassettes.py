"""The recordings of Insightly: what they show, where they come from, and what is not in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from jackfield.checks import Status
from jackfield.errors import Kind
from jackfield.http import OutboundPolicy
from tests.plugins.insightly.recording import FOLDER, TAPES, play
from tests.support.cassettes import KEPT_REQUEST_HEADERS, KEPT_RESPONSE_HEADERS, NOTICES, origin_of, player

if TYPE_CHECKING:
    from pathlib import Path

CASSETTES = sorted(FOLDER.glob("*.yaml"))
#: Any key will do: a cassette holds none, and none is asked for.
KEY = "0ff1ce00-5550-4000-8000-000000000042"


async def replayed(name: str) -> Any:
    """What the cassette gives; every recorded answer must have been used."""
    cassette = FOLDER / f"{name}.yaml"
    base = origin_of(cassette)["base_url"]
    settings = {"api_key": KEY, "endpoint": f"{base}/v3.1/", "details_link": f"{base}/details/"}
    with player().use_cassette(str(cassette)) as tape:
        result = await play(name, settings, OutboundPolicy())
    assert tape.all_played, f"K2: {name} holds answers that nobody asks for"
    return result


async def test_check_passes() -> None:
    """On the good recording every step of the check passes, and it says whose key it is."""
    steps = await replayed("check")
    assert [step.status for step in steps] == [Status.PASSED] * 6
    assert steps[1].account.role == "Account owner"


async def test_users_are_read() -> None:
    """The twelve recorded users come with names, states and zones in Jackfield's terms."""
    users = await replayed("users")
    recorded = [(user.id, user.email) for user in users][:2]
    assert (len(users), len({user.id for user in users})) == (12, 12)
    assert recorded == [("2550100", "amara.okafor@example.com"), ("2550104", "zoe.castillo@example.com")]
    assert {user.time_zone for user in users} >= {"America/New_York", "America/Chicago"}


async def test_number_is_found_spelt_otherwise() -> None:
    """A number dialled in E.164 finds the contact whose number is stored with hyphens."""
    (contact,) = await replayed("find")
    assert contact.phones == ("404-555-0150",)


async def test_refused_key_is_named_at_the_sign_in() -> None:
    """A 401 fails the sign-in with a remedy that names every cause, and nothing is asked after it."""
    steps = await replayed("check_key_refused")
    assert [(step.id, step.status) for step in steps][:3] == [
        ("reach", Status.PASSED),
        ("sign_in", Status.FAILED),
        ("list_users", Status.SKIPPED),
    ]
    assert "User Settings" in steps[1].remedy
    assert "API access" in steps[1].remedy


async def test_burst_is_waited_out() -> None:
    """A 429 with requests left is tried again after Retry-After, and the list is whole."""
    assert len(await replayed("users_throttled_once")) == 12


async def test_used_up_day_is_no_burst() -> None:
    """A 429 with nothing left of the day ends at once, as a quota."""
    failure = await replayed("users_quota_exhausted")
    assert (failure.kind, failure.code) == (Kind.TRANSIENT, "quota_exhausted")


def test_every_cassette_is_used_and_none_is_missing() -> None:
    """K2: the folder holds just the cassettes that the recorder makes."""
    assert [cassette.stem for cassette in CASSETTES] == sorted(TAPES)


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda cassette: cassette.stem)
def test_cassette_says_where_it_comes_from(cassette: Path) -> None:
    """K2: source, day and API version stand at the top, and nobody can take a simulator for the service."""
    origin = origin_of(cassette)
    assert cassette.read_text("utf-8").startswith(f"# {NOTICES[origin['source']]}")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", origin["date"])
    assert origin["api_version"] == "v3.1"


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda cassette: cassette.stem)
def test_cassette_holds_nothing_private(cassette: Path) -> None:
    """K1: no credentials, no cookie, no header beyond the allowed ones, and mail addresses of example.com alone."""
    text = cassette.read_text("utf-8")
    tape = yaml.safe_load(text)["interactions"]
    sent = {name.lower() for turn in tape for name in turn["request"]["headers"]}
    came = {name.lower() for turn in tape for name in turn["response"]["headers"]}
    assert (sent - KEPT_REQUEST_HEADERS, came - KEPT_RESPONSE_HEADERS) == (set(), set())
    assert re.findall(r"Basic |authorization:|set-cookie|api_key", text, re.IGNORECASE) == []
    assert [
        host for host in re.findall(r"@([\w.-]+)", text.lower()) if not re.search(r"(^|\.)example\.com$", host)
    ] == []

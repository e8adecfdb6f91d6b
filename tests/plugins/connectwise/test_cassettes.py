"""The recordings of ConnectWise PSA, played by vcrpy in the connector's own client: what they show, checked by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import vcr

from jackfield import discover
from jackfield.checks import Status
from jackfield.http import Budgets
from jackfield.testing.leaks import leaks_in
from jackfield.testing.tapes import NOTICES, Tape, tapes_in
from tests.plugins.connectwise.scripted import KEYS, LOOPBACK, QUICK

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from jackfield import Connection

FOLDER = Path(__file__).parents[3] / "cassettes" / "connectwise"
TAPES = {tape.name: tape for tape in tapes_in(FOLDER)}

each_tape = pytest.mark.parametrize("tape", TAPES.values(), ids=TAPES)


async def check(crm: Connection) -> list[Any]:
    """Every step of the systems check."""
    return [step async for step in crm.check()]


async def users(crm: Connection) -> list[Any]:
    """Every user."""
    return [user async for page in crm.users() for user in page]


async def replayed(name: str, act: Callable[[Connection], Awaitable[Any]]) -> Any:
    """What the cassette gives, on which nothing else can be asked; every recorded answer must have been used."""
    connector, tape = discover()["connectwise"], TAPES[name]
    settings = connector.parse({**KEYS, **tape.settings}).settings
    player = vcr.VCR(record_mode="none", match_on=("method", "uri"))
    with player.use_cassette(str(tape.path)) as played:
        opened = connector.connect(settings, network=LOOPBACK, retry=QUICK, budgets=Budgets(lifted=True))
        async with opened as crm:
            result = await act(crm)
    assert played.all_played, f"K2: {name} holds answers that nobody asks for"
    return result


async def test_check_passes() -> None:
    """On the good recording every step of the check passes, and it says whose keys they are."""
    steps = await replayed("check", check)
    assert [step.status for step in steps] == [Status.PASSED] * 6
    assert (steps[1].account.id, steps[1].account.role) == ("copperkettle", "Telephony")


@pytest.mark.parametrize("name", ["users", "users_by_number", "users_throttled_once"])
async def test_members_are_read_from_several_answers(name: str) -> None:
    """Twelve members come forward-only, by page number, and after a 429 that was waited out: the same ones."""
    found = await replayed(name, users)
    assert len(TAPES[name].interactions) >= 5
    assert (len(found), len({user.id for user in found})) == (12, 12)
    by_kind = [user.kind for user in sorted(found, key=lambda user: int(user.id))]
    assert (by_kind.count("service"), by_kind.count("external")) == (1, 1)
    assert [user.name for user in found if not user.active] == ["Marcus Tanaka"]


async def test_number_is_found_in_the_spelling_of_the_crm() -> None:
    """A number dialled in E.164 finds both contacts who have it, by one request."""
    found = await replayed("find", lambda crm: crm.find("+15125550100"))
    assert [(contact.name, contact.company) for contact in found] == [
        ("Noor Andersen", "Saltmarsh Energy"),
        ("José Kaur", "O'Hara Plumbing"),
    ]


@pytest.mark.parametrize(
    ("name", "step", "code"),
    [("check_key_refused", "sign_in", "credentials_refused"), ("check_right_missing", "list_users", "forbidden")],
)
async def test_refusal_is_told_at_its_step(name: str, step: str, code: str) -> None:
    """Wrong keys and missing rights fail where they are met, and nothing is asked after it."""
    steps = await replayed(name, check)
    failed = [result for result in steps if result.status is Status.FAILED]
    assert [(result.id, result.code) for result in failed] == [(step, code)]
    assert steps[-1].status is Status.SKIPPED


def test_every_cassette_is_played_here_and_none_is_missing() -> None:
    """K2: the folder holds just the cassettes that these tests play, with the ends that they must have."""
    assert {name: (tape.does, tape.ends) for name, tape in TAPES.items()} == {
        "check": ("check", "ok"),
        "check_key_refused": ("check", "credentials_refused"),
        "check_right_missing": ("check", "forbidden"),
        "find": ("find", "ok"),
        "users": ("users", "ok"),
        "users_by_number": ("users", "ok"),
        "users_throttled_once": ("users", "ok"),
    }


@each_tape
def test_cassette_says_where_it_comes_from(tape: Tape) -> None:
    """K2: nobody can take a simulator for the service, or one version of the API for another."""
    assert tape.path.read_text("utf-8").startswith(f"# {NOTICES[tape.source]}")
    assert (tape.platform, tape.api_version) == ("connectwise", "2023.1")


@each_tape
def test_cassette_holds_nothing_private(tape: Tape) -> None:
    """K1: no credentials, no cookie, no header that is not needed, no mailbox and no number that somebody may have."""
    secrets = [KEYS["public_key"], KEYS["private_key"], KEYS["client_id"]]
    assert leaks_in(tape.path, secrets, numbers=True) == []

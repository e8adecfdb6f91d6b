"""The recordings of Insightly, played by vcrpy in the connector's own client: what they show, checked by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import vcr

from jackfield import discover
from jackfield.checks import Status
from jackfield.errors import JackfieldError, Kind
from jackfield.http import Budgets, OutboundPolicy, RetryPolicy
from jackfield.testing.leaks import leaks_in
from jackfield.testing.tapes import NOTICES, Tape, tapes_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from jackfield import Connection

FOLDER = Path(__file__).parents[3] / "cassettes" / "insightly"
TAPES = {tape.name: tape for tape in tapes_in(FOLDER)}
#: Any key will do: a cassette holds none, and none is asked for.
KEY = "0ff1ce00-5550-4000-8000-000000000042"
QUICK = RetryPolicy(attempts=3, total=5.0, first_wait=0.0, longest_wait=0.0)

each_tape = pytest.mark.parametrize("tape", TAPES.values(), ids=TAPES)


async def check(crm: Connection) -> list[Any]:
    """Every step of the systems check."""
    return [step async for step in crm.check()]


async def users(crm: Connection) -> list[Any]:
    """Every user."""
    return [user async for page in crm.users() for user in page]


async def replayed(name: str, act: Callable[[Connection], Awaitable[Any]]) -> Any:
    """What the cassette gives, on which nothing else can be asked; every recorded answer must have been used."""
    insightly, tape = discover()["insightly"], TAPES[name]
    settings = insightly.parse({"api_key": KEY, **tape.settings}).settings
    player = vcr.VCR(record_mode="none", match_on=("method", "uri"))
    with player.use_cassette(str(tape.path)) as played:
        opened = insightly.connect(settings, network=OutboundPolicy(), retry=QUICK, budgets=Budgets(lifted=True))
        async with opened as crm:
            result = await act(crm)
    assert played.all_played, f"K2: {name} holds answers that nobody asks for"
    return result


async def test_check_passes() -> None:
    """On the good recording every step of the check passes, and it says whose key it is."""
    steps = await replayed("check", check)
    assert [step.status for step in steps] == [Status.PASSED] * 6
    assert (steps[1].account.id, steps[1].account.role) == ("555001", "Account owner")


async def test_users_are_read_from_several_answers() -> None:
    """The twelve recorded users come out of three answers with names, states and zones in Jackfield's terms."""
    found = await replayed("users", users)
    assert (len(found), len({user.id for user in found})) == (12, 12)
    first = found[0]
    assert (first.id, first.name, first.email) == ("2550100", "Amara Okafor", "amara.okafor@example.com")
    assert (first.active, first.time_zone, first.role) == (True, "America/New_York", "Account owner")
    assert [user.name for user in found if not user.active] == ["Marcus Tanaka"]


async def test_number_is_found_in_the_spelling_of_the_crm() -> None:
    """A number dialled in E.164 finds both contacts whose number is stored without its country code."""
    found = await replayed("find", lambda crm: crm.find("+15125550100"))
    assert [(contact.record.id, contact.name) for contact in found] == [
        ("300555012", "Noor Andersen"),
        ("300555014", "José Kaur"),
    ]
    assert found[0].phones == ("5125550100", "5125550110")


async def test_refused_key_is_named_at_the_sign_in() -> None:
    """A 401 fails the sign-in with a remedy that names every cause, and nothing is asked after it."""
    steps = await replayed("check_key_refused", check)
    assert [(step.id, step.status) for step in steps][:3] == [
        ("reach", Status.PASSED),
        ("sign_in", Status.FAILED),
        ("list_users", Status.SKIPPED),
    ]
    assert "User Settings" in steps[1].remedy
    assert "API access" in steps[1].remedy


async def test_burst_is_waited_out() -> None:
    """A 429 with requests left is tried again after Retry-After, and the list is whole."""
    assert len(await replayed("users_throttled_once", users)) == 12


async def test_used_up_day_is_no_burst() -> None:
    """A 429 with nothing left of the day ends at once, as a quota."""
    with pytest.raises(JackfieldError) as failure:
        await replayed("users_quota_exhausted", users)
    assert (failure.value.kind, failure.value.code) == (Kind.TRANSIENT, "quota_exhausted")


def test_every_cassette_is_played_here_and_none_is_missing() -> None:
    """K2: the folder holds just the cassettes that these tests play, with the ends that they must have."""
    assert {name: (tape.does, tape.ends) for name, tape in TAPES.items()} == {
        "check": ("check", "ok"),
        "check_key_refused": ("check", "credentials_refused"),
        "find": ("find", "ok"),
        "users": ("users", "ok"),
        "users_quota_exhausted": ("users", "quota_exhausted"),
        "users_throttled_once": ("users", "ok"),
    }
    assert len(TAPES["users"].interactions) == 3


@each_tape
def test_cassette_says_where_it_comes_from(tape: Tape) -> None:
    """K2: nobody can take a simulator for the service, or one version of the API for another."""
    assert tape.path.read_text("utf-8").startswith(f"# {NOTICES[tape.source]}")
    assert (tape.platform, tape.api_version) == ("insightly", "v3.1")


@each_tape
def test_cassette_holds_nothing_private(tape: Tape) -> None:
    """K1: no credentials, no cookie, no header that is not needed, no mailbox and no number that somebody may have."""
    assert leaks_in(tape.path, [KEY], numbers=True) == []

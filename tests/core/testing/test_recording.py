"""Recording from a simulator and from a service: what is kept, what is taken out, and that nothing leaking is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jackfield.simulation import running
from jackfield.testing.leaks import leaks_in
from jackfield.testing.recording import LeakError, RecordingError, record, standard_recipes
from jackfield.testing.tapes import Recipe, Tape
from tests.core.testing import studio

USERS = Recipe(platform="acme", does="users", scenes=("small_pages",))
FIND = Recipe(platform="acme", does="find", number="+1 404 867 1234")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the tape is to lie: in a folder that is made for it."""
    return tmp_path / "cassettes" / "users.yaml"


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that these tests ask stands on loopback."""
    monkeypatch.setenv("JACKFIELD_ALLOWED_NETWORKS", "127.0.0.0/8")


def bodies(tape: Tape) -> str:
    """All that was answered."""
    return "\n".join(turn.body.decode() for turn in tape.interactions)


def from_service(recipe: Recipe, path: Path, *, faults: tuple[str, ...] = (), **knobs: Any) -> Tape:
    """A tape recorded from a simulator that is taken for the service."""
    connector, simulator = studio.connector(), studio.simulator()
    options = simulator.options(users=2, faults=faults, knobs=knobs)
    with running(simulator, options) as url:
        settings = connector.parse(simulator.settings(url, options)).settings
        return record(connector, recipe, path, settings=settings)


def test_tape_tells_where_it_comes_from(path: Path) -> None:
    """Source, version, address, plain settings, what signed the requests, and how it ends."""
    tape = record(studio.connector(), USERS, path)
    assert (tape.source, tape.api_version, tape.base_url, tape.ends) == (
        "simulator",
        "v1",
        "http://127.0.0.1:8010",
        "ok",
    )
    assert (tape.settings["endpoint"], tape.settings["note"]) == ("http://127.0.0.1:8010/v1/", "Copper Kettle")
    assert (tape.unsigned, "api_key" in tape.settings) == (("key",), False)
    assert (tape.does, tape.users, tape.scenes) == ("users", 12, ("small_pages",))


def test_users_are_recorded_in_small_pages(path: Path) -> None:
    """Three answers: one at which a listing begins, one in its middle, one at its end."""
    tape = record(studio.connector(), USERS, path)
    assert [turn.uri for turn in tape.interactions] == [
        f"http://127.0.0.1:8010/v1/users?page={page}" for page in (0, 1, 2)
    ]


def test_secret_is_nowhere_in_a_tape(path: Path) -> None:
    """The key is taken out where it signs and where an answer repeats it, in whatever form."""
    text = record(studio.connector(), USERS, path).path.read_text("utf-8")
    assert ("s3cret" in text, leaks_in(path, [studio.KEY])) == (False, [])
    assert '"you": "***"' in text


def test_headers_that_nobody_needs_are_left_out(path: Path) -> None:
    """What stays says what the content is, how to go on, and what the limits are: no cookie, no server."""
    tape = record(studio.connector(), USERS, path)
    assert {name for turn in tape.interactions for name, _ in turn.headers} == {"content-type", "x-total-count"}


def test_error_is_recorded_as_what_it_is(path: Path) -> None:
    """A tape of a fault says with which code it ends."""
    tape = record(studio.connector(), replace(USERS, scenes=(), faults=("unauthorized",)), path)
    assert (tape.ends, [turn.status for turn in tape.interactions]) == ("credentials_refused", [401])
    tape = record(studio.connector(), Recipe(platform="acme", does="check", faults=("forbidden",)), path)
    assert tape.ends == "forbidden"


def test_standard_tapes_are_those_of_the_connector() -> None:
    """Check, users in small pages, and a number that the simulator knows where numbers can be looked up."""
    recipes = standard_recipes(studio.connector())
    assert {name: (recipe.does, recipe.scenes, recipe.number) for name, recipe in recipes.items()} == {
        "check": ("check", (), None),
        "users": ("users", ("small_pages",), None),
        "find": ("find", (), "+1 404 555 0150"),
    }


@pytest.mark.parametrize("remark", ["amara@copperkettle.com", "Bearer abcdef0123456789", "JSESSIONID=0123456789AB"])
def test_leaking_recording_is_not_kept(path: Path, remark: str) -> None:
    """What leaks is told by file, line and kind; nothing of it is on the disk, and the tape of before still is."""
    before = record(studio.connector(), USERS, path).path.read_bytes()
    with pytest.raises(LeakError, match=r"^users.yaml was not kept.* users.yaml, line \d+: ") as refused:
        record(studio.connector(), replace(USERS, scenes=(), knobs={"remark": remark}), path)
    assert (remark in str(refused.value), len(refused.value.leaks) > 0) == (False, True)
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == {"users.yaml": before}


def test_failing_test_shows_no_secret(tmp_path: Path) -> None:
    """Not even the longest traceback with all variables shows what leaked, or the key."""
    (tmp_path / "test_it.py").write_text(_LEAKING)
    words = ("-m", "pytest", "-q", "-l", "--tb=long", "-p", "no:cacheprovider", "test_it.py")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    told = ended.stdout + ended.stderr
    assert ("a JSON Web Token" in told, "eyJ" in told, "s3cret" in told) == (True, False, False)


_LEAKING = """
from jackfield.testing.recording import record
from jackfield.testing.tapes import Recipe
from tests.core.testing import studio

def test_it(tmp_path):
    recipe = Recipe(platform="acme", does="users", knobs={"remark": "token"})
    record(studio.connector(), recipe, tmp_path / "users.yaml")
"""


def test_mistake_leaves_nothing_behind(path: Path) -> None:
    """Whatever goes wrong, nothing unfinished stays in the folder."""
    tape = replace(USERS, scenes=(), faults=("dropped_connection@2",), knobs={"page_size": 5})
    with pytest.raises(RecordingError, match="it does not give again what was seen"):
        record(studio.connector(), tape, path)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (replace(USERS, scenes=("nonsense",)), "The simulator has no scene nonsense."),
        (Recipe(platform="acme", does="find"), "There is no number to look up."),
        (replace(USERS, faults=("dropped_connection",)), "users was not kept, since nothing was answered."),
    ],
)
def test_what_cannot_be_recorded_is_told_in_one_sentence(path: Path, recipe: Recipe, message: str) -> None:
    """A recording that makes no sense is refused, with what to do."""
    with pytest.raises(RecordingError) as refused:
        record(studio.connector(), recipe, path)
    assert (refused.value.message, bool(refused.value.remedy)) == (message, True)


def test_connector_without_simulator_is_recorded_from_the_service(path: Path) -> None:
    """Where there is nothing to record from, the way that is left is told."""
    with pytest.raises(RecordingError, match="has no simulator to record from") as refused:
        record(studio.connector(simulator=None), USERS, path)
    assert "--set" in refused.value.remedy


@pytest.mark.usefixtures("loopback")
def test_people_of_a_service_become_fictional(path: Path) -> None:
    """Mailboxes, numbers and names are replaced, alike where they were alike; ids stay."""
    tape = from_service(Recipe(platform="acme", does="users"), path, mail="Amara@copperkettle.com")
    assert (tape.source, tape.path.read_text("utf-8").count("copperkettle")) == ("service", 0)
    assert bodies(tape).count("person1@example.com") == 2
    assert ('"name": "Example 1"' in bodies(tape), '"id": 1' in bodies(tape)) == (True, True)


@pytest.mark.usefixtures("loopback")
def test_number_of_a_service_is_fictional_wherever_it_stands(path: Path) -> None:
    """The number that was looked up is the same fictional one in recipe, request and answer, spelt as it was."""
    tape = from_service(FIND, path, phone="(404) 867-1234")
    assert (tape.number, "%2B1%20404%20555%200101" in tape.interactions[0].uri) == ("+1 404 555 0101", True)
    assert '"phone": "(404) 555-0101"' in bodies(tape)


@pytest.mark.usefixtures("loopback")
def test_own_texts_of_the_account_become_those_of_the_example(path: Path) -> None:
    """A company's name among the settings is the example's wherever it stands, so that it plays again."""
    tape = from_service(FIND, path, phone="404-555-0150")
    assert (tape.settings["note"], "Copper" in tape.path.read_text("utf-8")) == ("Sales", False)
    assert tape.interactions[0].uri.endswith("account=Sales")


@pytest.mark.usefixtures("loopback")
def test_service_is_not_made_to_fail(path: Path) -> None:
    """A tape of a fault comes from the simulator alone."""
    with pytest.raises(RecordingError, match="the service is not made to fail"):
        from_service(replace(USERS, faults=("unauthorized",)), path)


@pytest.mark.usefixtures("loopback")
def test_failure_of_a_service_is_no_good_tape(path: Path) -> None:
    """Where all should be well, an error is told instead of recorded."""
    with pytest.raises(RecordingError, match="users was not kept, since it ended with credentials_refused"):
        from_service(Recipe(platform="acme", does="users"), path, faults=("unauthorized",))
    assert not path.exists()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here waits for its turn."""
    monkeypatch.setenv("JACKFIELD_REQUEST_BUDGET", "off")

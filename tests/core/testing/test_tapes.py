"""Tapes on disk: what they say of themselves, what is no tape, and that vcrpy plays them as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
import vcr

from jackfield.testing.tapes import NOTICES, Tape, TapeError, tapes_in
from tests.core.testing import spool

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Header, recipe and interactions come back as they were given."""
    tape = spool.tape(tmp_path)
    assert (tape.name, tape.source, tape.date, tape.api_version) == ("users", "simulator", "2026-11-23", "v1")
    assert (tape.platform, tape.does, tape.users, tape.knobs, tape.ends) == (
        "acme",
        "users",
        12,
        {"page_size": 2},
        "ok",
    )
    assert (tape.settings, tape.unsigned) == ({"endpoint": f"{spool.BASE}/v1/"}, ("key",))
    first, _, last = tape.interactions
    assert (first.method, first.uri, first.status) == ("GET", f"{spool.BASE}/v1/users?page=1&size=2", 200)
    assert (last.headers, last.body[:11]) == ((("content-type", "application/json"),), b'{"items": [')


def test_nobody_takes_a_simulator_for_the_service(tmp_path: Path) -> None:
    """Where a tape comes from stands in its first line."""
    assert spool.tape(tmp_path).path.read_text("utf-8").startswith(f"# {NOTICES['simulator']}\n")


def test_vcrpy_plays_a_tape_as_it_is(tmp_path: Path) -> None:
    """A tape is an ordinary cassette: what stands in front of it is passed over."""
    spool.tape(tmp_path)
    with vcr.VCR(record_mode="none").use_cassette(str(tmp_path / "users.yaml")):
        found = httpx.get(f"{spool.BASE}/v1/users?page=3&size=2").json()
    assert found == {"items": [{"id": 5, "name": "Agent 5"}], "next": None}


@pytest.mark.parametrize(
    "text",
    ["", "[]", "interactions: []", "recorded: {}\nrecipe: {}\ninteractions: []", "a: [", "\x00", "recorded: 1"],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    """What is no tape is told in one sentence that names the file and says what to do."""
    path = tmp_path / "users.yaml"
    path.write_text(text)
    with pytest.raises(TapeError, match=r"^users.yaml is not a tape \(.+\): record it with `jackfield record`.$"):
        Tape.load(path)


@pytest.mark.parametrize(
    ("count", "places"),
    [
        (1, {"first": 1}),
        (2, {"first": 1, "middle": 2}),
        (3, {"first": 1, "middle": 2, "last": 3}),
        (6, {"first": 1, "middle": 4, "last": 6}),
    ],
)
def test_places_for_a_fault_are_told_once_each(tmp_path: Path, count: int, places: dict[str, int]) -> None:
    """A fault can be put at the first, the middle and the last answer, where these are different ones."""
    assert spool.tape(tmp_path, *[spool.turn(spool.BASE, {})] * count).positions() == places


def test_folder_gives_its_tapes_by_name(tmp_path: Path) -> None:
    """The tapes of a folder come in the order of their names; a folder that is not there has none."""
    spool.tape(tmp_path).path.rename(tmp_path / "b.yaml")
    spool.tape(tmp_path).path.rename(tmp_path / "a.yaml")
    assert [tape.name for tape in tapes_in(tmp_path)] == ["a", "b"]
    assert tapes_in(tmp_path / "nowhere") == ()

"""``jackfield record``: the tapes of a folder, one tape, the service, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield.testing.leaks import leaks_in
from jackfield.testing.tapes import Tape
from tests.cli.conftest import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended


@pytest.fixture
def record(jackfield: Callable[..., Ended], tmp_path: Path) -> Callable[..., Ended]:
    """Record Insightly into the folder of this test."""
    return lambda *words, **variables: jackfield("record", "insightly", "--into", str(tmp_path), *words, **variables)


def test_folder_gets_its_standard_tapes(record: Callable[..., Ended], tmp_path: Path) -> None:
    """An empty folder gets the check, the users in several answers, and a number that is found."""
    ended = record()
    assert (ended.status, ended.err) == (0, "")
    tapes = {path.stem: Tape.load(path) for path in tmp_path.iterdir()}
    assert {name: (tape.does, tape.ends) for name, tape in tapes.items()} == {
        "check": ("check", "ok"),
        "users": ("users", "ok"),
        "find": ("find", "ok"),
    }
    assert len(tapes["users"].interactions) >= 3
    assert f"Recorded {tapes['users'].path} from the simulator: 3 answers, ends with ok." in ended.out.splitlines()


def test_tape_is_recorded_anew_by_its_own_recipe(record: Callable[..., Ended], tmp_path: Path) -> None:
    """A tape of a fault stays one: faults, knobs and number need not be told again."""
    record("--tape", "users_forbidden", "--fault", "forbidden", "--users", "3", "--knob", "plan_name=Plus")
    before = Tape.load(tmp_path / "users_forbidden.yaml")
    ended = record("--tape", "users_forbidden", "--json")
    assert (before.faults, before.users, before.knobs) == (("forbidden",), 3, {"plan_name": "Plus"})
    assert Tape.load(tmp_path / "users_forbidden.yaml") == before
    assert ended.json == [
        {
            "tape": "users_forbidden",
            "path": str(tmp_path / "users_forbidden.yaml"),
            "source": "simulator",
            "answers": 1,
            "ends": "forbidden",
        }
    ]


def test_project_has_a_folder_of_its_own(
    jackfield: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --into the tapes go to the project that one stands in."""
    (tmp_path / "tests").mkdir()
    monkeypatch.chdir(tmp_path)
    assert jackfield("record", "insightly", "--tape", "check").status == 0
    assert [path.name for path in (tmp_path / "tests" / "cassettes").iterdir()] == ["check.yaml"]


def test_service_is_recorded_without_its_people(
    record: Callable[..., Ended], account: dict[str, str], tmp_path: Path
) -> None:
    """With a connection's settings the service is asked; the key may come from the environment and is nowhere."""
    given = (
        "--set",
        "api_key=env:ACME_KEY",
        "--set",
        f"endpoint={account['endpoint']}",
        "--set",
        "details_link=" + account["details_link"],
    )
    ended = record("--tape", "check", *given, ACME_KEY=account["api_key"], **LOOPBACK)
    path = tmp_path / "check.yaml"
    assert (ended.status, Tape.load(path).source) == (0, "service")
    assert (account["api_key"] in path.read_text("utf-8") + ended.out, "Amara" in path.read_text("utf-8")) == (
        False,
        False,
    )
    assert leaks_in(path, [account["api_key"]]) == []


def test_leak_is_told_by_file_and_line(record: Callable[..., Ended], tmp_path: Path) -> None:
    """A recording that leaks ends in one sentence without what leaked, and leaves no file."""
    ended = record("--tape", "check", "--knob", "instance_name=kettle@copper.com")
    assert (ended.status, list(tmp_path.glob("*.yaml"))) == (1, [])
    assert ended.err.startswith(
        "Error: check.yaml was not kept, since it holds what no recording may hold. check.yaml, line "
    )
    assert ("an e-mail address that somebody may have" in ended.err, "copper" in ended.err) == (True, False)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--fault", "forbidden"), "What is to be on the tape is told, but not which tape it is."),
        (("--tape", "nonsense"), "It is not known what is to be done on this tape."),
        (("--tape", "../users"), "--tape takes a name of letters, digits, - and _."),
        (("--tape", "users", "--knob", "x"), "--knob takes NAME=VALUE."),
        (("--tape", "users", "--users", "1.5"), "The value of --users does not fit."),
        (("--tape", "users", "--fault", "nonsense"), "The simulator has no fault 'nonsense'."),
    ],
)
def test_wrong_usage_is_told_with_a_remedy(record: Callable[..., Ended], words: tuple[str, ...], message: str) -> None:
    """What does not fit is told in one sentence, with what to write instead."""
    ended = record(*words)
    first, second = ended.err.splitlines()
    assert (ended.status, first.startswith(f"Error: {message}"), bool(second)) == (2, True, True)


def test_file_that_is_no_tape_is_not_overwritten(record: Callable[..., Ended], tmp_path: Path) -> None:
    """A cassette of somebody's own has no recipe: it is named, and stays as it is."""
    (tmp_path / "mine.yaml").write_text("interactions: []\nversion: 1\n")
    ended = record()
    assert (ended.status, ended.err.splitlines()[0]) == (
        1,
        "Error: mine.yaml is not a tape, so nobody knows how to record it.",
    )
    assert [path.name for path in tmp_path.glob("*.yaml")] == ["mine.yaml"]


def test_without_the_recorder_it_says_what_to_install(record: Callable[..., Ended], tmp_path: Path) -> None:
    """Vcrpy comes with an extra; what is put before it on the path stands for its absence."""
    absent = tmp_path / "absent"
    absent.mkdir()
    (absent / "vcr.py").write_text("raise ModuleNotFoundError('No module named vcr', name='vcr')\n", encoding="utf-8")
    ended = record(PYTHONPATH=str(absent))
    assert (ended.status, ended.out) == (1, "")
    assert "needs vcr, which is not installed" in ended.err
    assert "pip install 'jackfield[testing]'" in ended.err
    assert "Traceback" not in ended.err

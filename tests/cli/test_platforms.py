"""``jackfield platforms`` and what it must not do."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.core.plugs import card, install

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

KEYS = ["id", "title", "version", "state", "reason", "capabilities", "card"]
IN_REPOSITORY = {"connectwise", "insightly"}
HEAVY = {"pydantic", "httpx", "cyclopts", "rich", "pluggy", "phonenumbers", "uvicorn", "starlette", "django"}
LIST_MODULES = """
import sys
from jackfield.cli import main
main(["platforms", "--json"])
print(" ".join(sys.modules))
"""


def test_lists_the_installed_connectors_with_exactly_these_keys(jackfield: Callable[..., Ended]) -> None:
    """A script reads id, title, version, state, reason, capabilities and the report card of each platform."""
    ended = jackfield("platforms", "--json")
    assert (ended.status, ended.err) == (0, "")
    assert all(list(platform) == KEYS for platform in ended.json)
    assert {platform["id"]: platform["state"] for platform in ended.json} == dict.fromkeys(IN_REPOSITORY, "ready")


def test_shows_a_table_with_a_head(jackfield: Callable[..., Ended]) -> None:
    """A person reads a table."""
    head, *rows = jackfield("platforms").out.splitlines()
    assert head.split() == ["ID", "TITLE", "VERSION", "STATE", "CONTRACT", "CAPABILITIES"]
    assert [row.split()[0] for row in rows] == sorted(IN_REPOSITORY)


@pytest.mark.parametrize(("tested", "shown"), [("1.5", "45/47"), ("1.4", "stale"), (None, "none")])
def test_shows_what_the_report_card_says(
    jackfield: Callable[..., Ended], tmp_path: Path, environment: dict[str, str], tested: str | None, shown: str
) -> None:
    """A person reads how many clauses a connector passes, or that its card is of another version, or missing."""
    module = install(tmp_path / "packages", "carded")
    if tested:
        module.with_name("quality.toml").write_text(card(tested), "utf-8")
    environment["PYTHONPATH"] = str(tmp_path / "packages")
    rows = [row.split() for row in jackfield("platforms").out.splitlines()]
    assert [row[4] for row in rows if row[0] == "carded"] == [shown]


def test_imports_no_connector_and_nothing_heavy(jackfield: Callable[..., Ended], environment: dict[str, str]) -> None:
    """Listing loads neither a connector nor a library that only other commands need."""
    jackfield("platforms")  # the first run describes the connectors, in a child process, and keeps what they say
    command = [sys.executable, "-c", LIST_MODULES]
    out = subprocess.check_output(command, env=environment, text=True)  # noqa: S603 - our own command
    listed, modules = out.splitlines()
    loaded = {module.partition(".")[0] for module in modules.split()}
    assert json.loads(listed)
    assert loaded & HEAVY == set()
    assert {module for module in loaded if module.startswith("jackfield")} == {"jackfield"}


def test_a_broken_connector_is_listed_with_its_reason(
    jackfield: Callable[..., Ended], package: Callable[..., None]
) -> None:
    """A connector that raises on import stops neither the list nor the others."""
    package("brittle", "raise SystemExit('no')", "[jackfield.connectors]\nbrittle = brittle\n")
    states = {platform["id"]: platform for platform in jackfield("platforms", "--json").json}
    expected = {"brittle": "broken", **dict.fromkeys(IN_REPOSITORY, "ready")}
    assert {name: found["state"] for name, found in states.items()} == expected
    assert states["brittle"]["reason"]
    assert f"Reason: {states['brittle']['reason']}" in jackfield("platforms").out


def test_a_broken_connector_cannot_be_checked(jackfield: Callable[..., Ended], package: Callable[..., None]) -> None:
    """Whoever names a broken connector is told so in one sentence."""
    package("brittle", "raise RuntimeError('no')", "[jackfield.connectors]\nbrittle = brittle\n")
    ended = jackfield("check", "brittle", "--json")
    assert (ended.status, ended.error["code"], ended.error["kind"]) == (1, "connector_broken", "vendor")
    assert ended.error["message"].startswith("The connector of brittle cannot be used. ")


def test_a_reason_cannot_command_the_terminal(jackfield: Callable[..., Ended], package: Callable[..., None]) -> None:
    """What a broken connector says is shown without control characters."""
    package("brittle", r"raise RuntimeError('\x1b[31m red')", "[jackfield.connectors]\nbrittle = brittle\n")
    assert "Reason: It cannot be imported: RuntimeError: \ufffd[31m red" in jackfield("platforms").out


def test_tells_its_version(jackfield: Callable[..., Ended]) -> None:
    """``--version`` prints the version and nothing else."""
    assert ((ended := jackfield("--version")).status, ended.out) == (0, "0.1.0\n")

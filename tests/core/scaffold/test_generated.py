"""What `jackfield new` makes: it installs, runs its simulator and passes the contract, just as it is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from jackfield.scaffold import made, planned
from tests.core.scaffold.generated import PAIRS, ROOT, code_lines, generated, installed, ran, whole

if TYPE_CHECKING:
    from pathlib import Path

KINDS = [
    (auth, paging) for auth in ("header", "query", "basic", "bearer") for paging in ("offset", "page", "cursor", "link")
]
MOST_LINES = 150


@pytest.mark.parametrize(("auth", "paging"), PAIRS)
def test_it_passes_the_whole_contract_as_generated(tmp_path: Path, auth: str, paging: str) -> None:
    """Every clause, on its simulator and on the tapes that were recorded from it."""
    folder = whole(tmp_path, auth=auth, paging=paging)
    ended = ran(folder, "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "-W", "ignore::DeprecationWarning")
    assert (ended.returncode, re.findall(r"\d+ (?:failed|error)", ended.stdout)) == (0, []), ended.stdout[-3000:]
    # by addresses in a header no total is told, so nobody could notice that a user moved between pages
    expected = (
        "contract of acme: 37 of 38 clauses, 1 skipped" if paging == "link" else "contract of acme: 38 of 38 clauses"
    )
    assert expected in ended.stdout


@pytest.mark.parametrize(("auth", "paging"), KINDS)
def test_it_is_small(tmp_path: Path, auth: str, paging: str) -> None:
    """At most 150 lines of code, its simulator and tests aside."""
    sources = sorted(generated(tmp_path, auth=auth, paging=paging).glob("src/*/*.py"))
    assert sum(code_lines(file) for file in sources if file.name != "simulator.py") <= MOST_LINES
    assert code_lines(next(file for file in sources if file.name == "simulator.py")) <= 60


@pytest.mark.parametrize(("auth", "paging"), PAIRS)
def test_it_is_written_as_we_write(tmp_path: Path, auth: str, paging: str) -> None:
    """Our own linter and formatter find nothing in it, at our strictest, however long its name is."""
    for name, title in (("acme", "Acme"), ("acme-0123456789-0123456789-012", "A" * 40)):
        source = generated(tmp_path, name, title=title, auth=auth, paging=paging) / "src"
        for words in (["check"], ["format", "--check"]):
            ended = subprocess.run(  # noqa: S603 - our own linter
                [shutil.which("ruff", path=f"{ROOT / '.venv/bin'}") or "ruff", *words, "--no-cache", str(source)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            if name == "acme" or words == ["check"]:
                assert ended.returncode == 0, ended.stdout


def test_it_is_typed(tmp_path: Path) -> None:
    """Every kind holds before mypy at its strictest."""
    folders = [generated(tmp_path, f"acme-{auth}-{paging}", auth=auth, paging=paging) for auth, paging in PAIRS]
    sources = [str(next((folder / "src").iterdir())) for folder in folders]
    ended = subprocess.run(  # noqa: S603 - our own type checker
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}", *sources],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout


def test_it_can_be_installed_for_real(tmp_path: Path) -> None:
    """A wheel of it holds its modules, its marker for types and its entry point."""
    folder = generated(tmp_path)
    built = ran(folder, "hatchling", "build", "-t", "wheel")
    assert built.returncode == 0, built.stderr
    wheel = next((folder / "dist").glob("*.whl"))
    shutil.unpack_archive(wheel, tmp_path / "unpacked", "zip")
    assert (tmp_path / "unpacked" / "jackfield_acme" / "py.typed").exists()
    points = (tmp_path / "unpacked" / "jackfield_acme-0.1.0.dist-info" / "entry_points.txt").read_text("utf-8")
    assert points.split() == ["[jackfield.connectors]", "acme", "=", "jackfield_acme"]


def test_the_command_knows_it(tmp_path: Path) -> None:
    """Listed with its title, and without a fault."""
    folder = generated(tmp_path, title="Acme Service Desk")
    listed = ran(folder, "jackfield.cli", "platforms")
    assert "Acme Service Desk" in listed.stdout
    faults = ran(folder, "jackfield.cli", "simulate", "acme", "--list-faults")
    assert "repeated_page" in faults.stdout


def test_places_to_fill_in_are_marked(tmp_path: Path) -> None:
    """In every module, and the README says in which order."""
    folder = generated(tmp_path)
    marked = {file.name: file.read_text("utf-8").count("FILL IN") for file in folder.glob("src/*/*.py")}
    assert all(marked.values()), marked
    assert 'grep -rn "FILL IN" src' in (folder / "README.md").read_text("utf-8")


def test_names_follow_from_the_name(tmp_path: Path) -> None:
    """Distribution, package, platform, classes; no template is left over."""
    folder = generated(tmp_path, "acme-desk-2")
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert (folder.name, project["name"]) == ("jackfield-acme-desk-2",) * 2
    assert project["entry-points"] == {"jackfield.connectors": {"acme-desk-2": "jackfield_acme_desk_2"}}
    texts = [file.read_text("utf-8") for file in folder.rglob("*") if file.is_file()]
    assert any("class AcmeDesk2Settings(" in text for text in texts)
    assert not any("{{" in text or "{%" in text for text in texts)


def test_a_folder_that_is_made_is_whole(tmp_path: Path) -> None:
    """Nothing half is left beside it."""
    folder = made(planned("acme"), tmp_path)
    assert list(tmp_path.iterdir()) == [folder]
    assert "PYTHONPATH" in installed(folder)

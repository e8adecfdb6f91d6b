"""``jackfield import`` loads what an import needs, and all the rest only where something else is asked."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from jackfield_portal.commands import importing, quick
from jackfield_portal.home import home
from jackfield_portal.ready_made import up_to_date

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
from jackfield.cli import main
status = main(sys.argv[1:])
heavy = {"cyclopts", "rich", "httpx", "psycopg", "dbos", "uvicorn", "jackfield_portal.mapping.models"}
print(status, *sorted(heavy & set(sys.modules)))
"""


def run(folder: Path, *words: str) -> list[str]:
    """The exit status of a command in a process of its own, and what of the heavy modules it has loaded."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "JACKFIELD_"))}
    environment = {**kept, "JACKFIELD_HOME": str(folder), "JACKFIELD_CACHE_DIR": str(folder / "cache")}
    command = [sys.executable, "-c", PROGRAM, *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.splitlines()[-1].split()


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "portal.sqlite3")) as file:
        file.execute(statement)
        file.commit()


def test_only_what_an_import_needs_is_loaded(tmp_path: Path) -> None:
    """Neither the parser of command lines, nor pages, nor the engine of jobs, once the database is there."""
    assert run(tmp_path, "import", "nobody")[0] == "2"  # makes the database, by the whole portal
    assert run(tmp_path, "import", "nobody") == ["2"]


def test_a_database_that_is_not_as_needed_is_prepared(tmp_path: Path) -> None:
    """A change that is missing is made, and one of a newer version refuses the import."""
    run(tmp_path, "import", "nobody")
    change(
        tmp_path, "INSERT INTO django_migrations (app, name, applied) VALUES ('imports', '0999_newer', '2026-01-01')"
    )
    status, *loaded = run(tmp_path, "import", "nobody")
    assert (status, "jackfield_portal.mapping.models" in loaded) == ("1", True)


@pytest.mark.parametrize("words", [[], ["--help"], ["a", "b"], ["a", "--nonsense"], ["a", "--organization"], ["-x"]])
def test_other_words_are_left_to_the_parser(words: list[str]) -> None:
    """Help, mistakes and what is not known here are somebody else's."""
    assert quick.import_users(words) is None


def test_plain_words_are_carried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name and options mean what they mean to the parser."""
    seen: list[object] = []
    monkeypatch.setattr(importing, "carry_out", lambda name, **given: seen.append((name, given)) or 0)
    assert quick.import_users(["--json", "Acme", "--organization", "Example Ltd", "--apply-held"]) == 0
    assert seen == [("Acme", {"organization": "Example Ltd", "json": True, "apply_held": True})]


def test_nothing_is_up_to_date_where_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is not there yet is no failure of the question."""
    monkeypatch.setenv("JACKFIELD_HOME", str(tmp_path))
    monkeypatch.delenv("JACKFIELD_DATABASE_URL", raising=False)
    assert (home(), up_to_date()) == (tmp_path, False)

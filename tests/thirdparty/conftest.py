"""Acme CRM's connector in an environment of its own, beside the core and the portal of this tree, all from wheels."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.thirdparty.outside import ROOT, Outside, wheel_of
from tests.thirdparty.serving import Admin, free_port, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

ACME = Path(__file__).parent / "acme"
#: Its own suite runs where it is installed, and nowhere else.
collect_ignore = ["acme"]


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Outside:
    """The environment; what a repository of its own would hold is a copy in its folder ``acme``."""
    folder = tmp_path_factory.mktemp("outside")
    shutil.copytree(ACME, folder / "acme", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    core, *others = [
        wheel_of(source, folder / "wheels") for source in (ROOT / "core", ROOT / "portal", folder / "acme")
    ]
    place = Outside(folder=folder)
    place.install(f"jackfield[testing] @ {core.as_uri()}", *others)
    return place


@pytest.fixture(scope="module")
def admin(outside: Outside) -> Iterator[Admin]:
    """An admin in the portal that this environment serves."""
    command = [outside.environment / "bin" / "jackfield", "serve", "--port", str(free_port())]
    with serving(command, env=outside.variables, cwd=outside.folder) as announced, Admin(announced) as admin:
        yield admin

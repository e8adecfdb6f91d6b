"""The documentation, built once as ``make docs`` builds it."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built pages."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", DOCS, folder]
    built = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our own
    assert (built.returncode, built.stderr) == (0, "")
    return folder


@pytest.fixture
def words_of(site: Path) -> Callable[[str], str]:
    """The text of a built page as a reader sees it, with single blanks."""

    def words(page: str) -> str:
        return " ".join(html.unescape(re.sub(r"<[^>]+>", "", (site / page).read_text("utf-8"))).split())

    return words

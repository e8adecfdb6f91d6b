"""The tutorial, done literally in an empty folder, in an environment of its own."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.docs.walkthrough import Walkthrough, blocks_of
from tests.thirdparty.outside import ROOT, offline, variables
from tests.thirdparty.serving import Admin, labels_of, options_of

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "docs" / "tutorial.md"
ACME = ROOT / "tests" / "thirdparty" / "acme"
#: Set it to have the connector of tests/thirdparty made anew by the page.
RENEWED = os.environ.get("JACKFIELD_RENEW_ACME")
_MADE_BY_TOOLS = shutil.ignore_patterns("dist", ".*", "__pycache__")


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walkthrough]:
    """The page as it was done to its end; the portal that it opens is still open."""
    home, empty = (tmp_path_factory.mktemp(name) for name in ("home", "empty"))
    env = variables(home) | offline() | {"JACKFIELD": str(ROOT)}
    del env["JACKFIELD_ALLOWED_NETWORKS"]  # the page says when it is needed
    with Walkthrough(folder=empty, env=env) as walk:
        for block in blocks_of(PAGE.read_text("utf-8")):
            walk.do(block)
        yield walk


def texts_below(folder: Path) -> dict[str, str]:
    """The files of a distribution by their paths; days differ."""
    with_days = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}
    return {path: re.sub(r"\d{4}-\d\d-\d\d", "DAY", text) for path, text in with_days.items()}


def test_page_ends_in_the_connector_of_tests_thirdparty(walked: Walkthrough, tmp_path: Path) -> None:
    """What a reader has made is, file by file, the connector that is tried from outside."""
    shutil.copytree(walked.folder / "jackfield-acme", tmp_path / "made", ignore=_MADE_BY_TOOLS)
    if RENEWED:
        shutil.rmtree(ACME, ignore_errors=True)
        shutil.copytree(tmp_path / "made", ACME)
    kept = shutil.copytree(ACME, tmp_path / "kept", ignore=_MADE_BY_TOOLS)
    assert texts_below(Path(kept)) == texts_below(tmp_path / "made")


def test_page_ends_in_a_portal_that_offers_the_connector(walked: Walkthrough) -> None:
    """Whoever follows the link finds Acme CRM in the drop-down, and the form that the page has built."""
    with Admin(walked.announced[-1]) as admin:
        assert options_of(admin.get("/connections/add/")) == ["Acme CRM"]
        form = admin.send("/connections/add/", platform="acme")
    assert labels_of(form) == ["API Key", "Endpoint", "CRM Details Link"]
    assert "the address below it" in form


def test_own_code_of_the_connector_is_short(walked: Walkthrough) -> None:
    """Without simulator and tests it is at most 150 lines of code, comments and blank lines aside."""
    sources = (walked.folder / "jackfield-acme" / "src").rglob("*.py")
    lines = [
        line for source in sources if source.stem != "simulator" for line in source.read_text("utf-8").splitlines()
    ]
    assert len([line for line in lines if line.strip() and not line.strip().startswith(("#", '"""'))]) <= 150


def test_page_leaves_the_checkout_alone(walked: Walkthrough) -> None:
    """Building and installing from the checkout writes nothing into it."""
    assert [path for folder in ("core", "portal") for path in (ROOT / folder).glob("build")] == []
    assert not (ROOT / "core" / "dist").exists()

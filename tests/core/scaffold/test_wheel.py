"""The wheel of the core holds what `jackfield new` needs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING
from zipfile import ZipFile

from tests.core.scaffold.generated import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATES = ROOT / "core" / "src" / "jackfield" / "scaffold" / "templates"


def test_the_wheel_holds_every_template(tmp_path: Path) -> None:
    """Built offline from a copy; a connector can be made from what was unpacked."""
    copy = tmp_path / "core"
    shutil.copytree(ROOT / "core", copy, ignore=shutil.ignore_patterns("__pycache__", "dist"))
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    expected = {str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.jinja")}
    with ZipFile(next((copy / "dist").glob("*.whl"))) as wheel:
        inside = {name.partition("scaffold/templates/")[2] for name in wheel.namelist()}
    assert (expected, len(expected)) == (inside - {""}, 11)

"""Connectors as real installed packages, in a folder that is put on the path."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
from jackfield import Capability, Platform, UserPage, hookimpl
from jackfield.settings import BaseUrl, ConnectionSettings, setting

class PlugSettings(ConnectionSettings):
    endpoint: BaseUrl = setting("Endpoint", help="h", example="https://example.com/")

@hookimpl
def platform():
    links = frozenset({Capability.RECORD_LINKS})
    own = __name__.removeprefix("plug_")
    return Platform(id=own, title=own.title(), instructions="", docs_url="", capabilities=links)

@hookimpl
def connection_schema():
    return PlugSettings

@hookimpl
def systems_check():
    return []

@hookimpl
async def import_users():
    yield UserPage(users=())
"""


def install(folder: Path, name: str, source: str = GOOD, *, dist: str | None = None, value: str | None = None) -> Path:
    """Install a package whose entry point ``name`` is the connector; gives the file that holds its source."""
    file = folder / f"plug_{name}" / "__init__.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, "utf-8")
    info = folder / f"{dist or f'plug_{name}'}-1.5.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist or f'plug_{name}'}\nVersion: 1.5\n", "utf-8")
    points = f"[jackfield.connectors]\n{name} = {value or f'plug_{name}'}\n"
    (info / "entry_points.txt").write_text(points, "utf-8")
    return file


def card(version: str) -> str:
    """The report card of a connector of that version."""
    recordings = '[recordings]\ncount = 6\nsource = "simulator"\noldest = "2026-11-23"\n'
    return f'connector = "{version}"\n[clauses]\npassed = 45\nskipped = 2\nfailed = 0\n{recordings}'


def environment(folder: Path) -> dict[str, str]:
    """The environment of a process that has the packages of this folder, and a cache of its own."""
    cache = str(folder.with_name(f"{folder.name}-cache"))
    return {**os.environ, "PYTHONPATH": str(folder), "JACKFIELD_CACHE_DIR": cache, "XDG_CACHE_HOME": cache}


def told(code: str, folder: Path, *flags: str, cwd: Path | None = None, **environ: str) -> Any:
    """What a process with these packages prints as JSON; it must neither fail nor show a traceback."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *flags, "-c", f"import json\nfrom jackfield import discover\n{code}"],
        env={**environment(folder), **environ},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    return json.loads(done.stdout.splitlines()[-1])

"""Connectors by the hundred in a folder that Python looks into: a package and a dist-info each, as pip installs them.

Each leaves a mark when it is imported, so that a list that claims to import none is taken at its word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PACKAGE = '''"""A connector to be listed, {name}."""

import os
import pathlib

from jackfield import Platform, UserPage, hookimpl
from jackfield.checks import CheckStep, Finding
from jackfield.settings import BaseUrl, ConnectionSettings, Secret, setting

pathlib.Path({marks!r}, "{name}").touch()


class Settings(ConnectionSettings):
    """What a connection needs."""

    api_key: Secret = setting("API Key", help="Shown under Profile.", example="key-555-0100")
    endpoint: BaseUrl = setting("Endpoint", help="Where the API answers.", example="https://api.example.com/")
    tenant: str = setting("Tenant", help="The account's short name.", example="example")
    region: str = setting("Region", help="Where the account lies.", example="eu")


@hookimpl
def platform():
    """Say what it is."""
    return Platform(id="{name}", title="Bench CRM {number}", instructions="-", docs_url="https://docs.example.com/")


@hookimpl
def connection_schema():
    """Say what it needs."""
    return Settings


@hookimpl
def systems_check():
    """Check nothing."""
    return [CheckStep(id="nothing", title="Nothing", run=_nothing)]


@hookimpl
async def import_users(connection):
    """List nobody."""
    yield UserPage(users=(), total=0)


async def _nothing(connection):
    return Finding(message="Nothing to see.")
'''


def install(site: Path, marks: Path, count: int) -> None:
    """Put so many connectors, bench-0 and on, into the folder ``site``; they leave their marks in ``marks``."""
    marks.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        name = f"bench-{number}"
        package, info = site / f"bench_crm_{number}", site / f"bench_crm_{number}-1.0.{number}.dist-info"
        package.mkdir(parents=True)
        info.mkdir()
        (package / "__init__.py").write_text(_PACKAGE.format(name=name, number=number, marks=str(marks)), "utf-8")
        head = f"Metadata-Version: 2.1\nName: bench-crm-{number}\nVersion: 1.0.{number}\nRequires-Dist: jackfield\n"
        (info / "METADATA").write_text(head, "utf-8")
        (info / "entry_points.txt").write_text(f"[jackfield.connectors]\n{name} = {package.name}\n", "utf-8")
        (info / "RECORD").write_text(f"{package.name}/__init__.py,,\n", "utf-8")

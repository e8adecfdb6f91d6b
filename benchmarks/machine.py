"""What the figures were taken on, and with what; nothing that names the machine."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from importlib import metadata
from pathlib import Path

_PACKAGES = ("jackfield", "httpx", "pydantic", "Django", "psycopg", "pluggy", "stevedore", "uvicorn", "dbos")


def machine() -> str:
    """Cores, memory, kind and load, in a sentence."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{cores} cores{_model()}, {memory:.0f} GiB, {platform.system()} {platform.machine()}; load before it: {load}"
    )


def versions() -> dict[str, str]:
    """The versions of what the figures depend on."""
    found = {"Python": sys.version.split()[0], "SQLite": sqlite3.sqlite_version}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f" ({names[0]})" if names else ""

"""What every part is handed: how large, how often, where; and portals that are prepared once and fresh for each run."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.process import Failed, measure

if TYPE_CHECKING:
    from benchmarks.postgresql import Server

PYTHON = sys.executable
JACKFIELD = str(Path(sys.executable).with_name("jackfield"))
#: Ten thousand organizations are not made in a moment.
_PREPARING = 900.0
_COUNT = "SELECT count(*) FROM imports_crmuser"


@dataclass(frozen=True, kw_only=True)
class Bench:
    """``scale`` makes everything smaller, ``rounds`` are counted ones, ``seconds`` is when a table begins no other."""

    folder: Path
    scale: float = 1.0
    rounds: int = 5
    seconds: float = 240.0

    def size(self, full: int, least: int = 20) -> int:
        """A size at this scale."""
        return full if self.scale >= 1 else max(least, int(full * self.scale))

    def environment(self, home: Path) -> dict[str, str]:
        """What a measured command of ours finds: a home of its own, loopback allowed, no budget of requests."""
        return {
            "JACKFIELD_HOME": str(home),
            "JACKFIELD_CACHE_DIR": str(self.folder / "cache"),
            "JACKFIELD_ALLOWED_NETWORKS": "127.0.0.0/8",
            "JACKFIELD_REQUEST_BUDGET": "off",
        }


class Portal:
    """A portal with its connections, ready to import; :meth:`fresh` puts it back as it was."""

    def __init__(  # noqa: PLR0913 - what a portal can have
        self,
        bench: Bench,
        url: str,
        *,
        users: int = 0,
        organizations: int = 0,
        server: Server | None = None,
        queued: bool = False,
    ) -> None:
        self._ready = bench.folder / f"portal-{users}-{organizations}-{'sqlite' if server is None else 'postgresql'}"
        self._server = server
        self._template = f"ready_{users}_{organizations}"
        self.home = self._ready.with_name(f"{self._ready.name}-used")
        self.environment = bench.environment(self.home)
        prepared = bench.environment(self._ready)
        shutil.rmtree(self._ready, ignore_errors=True)
        if server is not None:
            prepared["JACKFIELD_DATABASE_URL"] = server.fresh(self._template)
            self.environment["JACKFIELD_DATABASE_URL"] = server.url("used")
        words = ("--url", url, "--users", str(users), "--organizations", str(organizations))
        more = ("--queued",) if queued else ()
        run = measure([PYTHON, "-m", "benchmarks.connections", *words, *more], prepared, longest=_PREPARING)
        self.connections: dict[str, str] = json.loads(run.output.splitlines()[-1])

    def fresh(self) -> None:
        """Put back what was there before any import."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self._ready, self.home)
        if self._server is not None:
            self._server.fresh("used", self._template)

    def imported(self) -> int:
        """How many users of CRMs there are now, whatever anybody says of it."""
        if self._server is not None:
            return int(self._server.ask(_COUNT, "used"))
        with closing(sqlite3.connect(self.home / "portal.sqlite3")) as base:
            return int(base.execute(_COUNT).fetchone()[0])


def remove_database(path: Path) -> None:
    """Remove a SQLite file and what it has beside it."""
    for found in path.parent.glob(f"{path.name}*"):
        found.unlink()


def last_json(output: str) -> dict[str, object]:
    """The object on the last line; raises Failed where there is none."""
    try:
        told = json.loads(output.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise Failed(f"no JSON came out: {output[-200:]!r}") from None
    if not isinstance(told, dict):
        raise Failed(f"no JSON object came out: {output[-200:]!r}")
    return told


def figure(told: dict[str, object], name: str) -> float:
    """A number that a process has told of itself; raises Failed where it hasn't."""
    found = told.get(name)
    if not isinstance(found, int | float):
        raise Failed(f"no {name} came out: {told}")
    return float(found)

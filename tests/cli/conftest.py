"""The command as a user runs it: in a process of its own, with folders of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from jackfield.discovery import discover
from jackfield.simulation import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jackfield.simulation import Simulator

COMMAND = (sys.executable, "-m", "jackfield.cli")
LOOPBACK = {"JACKFIELD_ALLOWED_NETWORKS": "127.0.0.0/8"}


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON text."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output, whose every line must be a JSON text."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> dict[str, str]:
        """The error object of the last line."""
        return self.lines[-1]["error"]


@contextmanager
def begun(environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    """A command that serves until it is ended."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, *words], env=environment, stdout=pipe, stderr=pipe, text=True
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a command: home and cache are the test's own, loopback is not allowed."""
    return {
        **os.environ,
        "JACKFIELD_HOME": str(tmp_path / "home"),
        "JACKFIELD_CACHE_DIR": os.environ["JACKFIELD_CACHE_DIR"],
        "JACKFIELD_REQUEST_BUDGET": "off",
        "PYTHONWARNINGS": "error",
        "COLUMNS": "100",
    }


@pytest.fixture
def jackfield(environment: dict[str, str]) -> Callable[..., Ended]:
    """Run one command to its end."""

    def run(*words: str, entered: str = "", timeout: float = 40, **variables: str) -> Ended:
        ended = subprocess.run(  # noqa: S603 - our own command
            [*COMMAND, *words],
            input=entered,
            env=environment | variables,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert "Traceback" not in ended.stderr
        return Ended(status=ended.returncode, out=ended.stdout, err=ended.stderr)

    return run


@pytest.fixture(scope="session")
def simulator() -> Simulator:
    """The simulator of the connector that the tests use."""
    simulator = discover()["insightly"].simulator()
    assert simulator is not None
    return simulator


@pytest.fixture(scope="session")
def account(simulator: Simulator) -> Iterator[dict[str, str]]:
    """The settings of a simulated account with 250 users, which answers as fast as it can."""
    options = simulator.options(users=250, knobs={"rate_limit": False})
    with running(simulator, options) as base_url:
        yield simulator.settings(base_url, options)


@pytest.fixture
def package(tmp_path: Path, environment: dict[str, str]) -> Callable[..., None]:
    """Install a package of one module with entry points, for the commands of this test only."""

    def install(name: str, source: str, entry_points: str) -> None:
        folder = tmp_path / "packages" / f"{name}-1.0.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_text(entry_points)
        (folder.parent / f"{name}.py").write_text(source)
        environment["PYTHONPATH"] = str(folder.parent)

    return install

"""A place outside this workspace: wheels as they would be published, and an environment that knows nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
LOCKED = ROOT / "requirements" / "dev.txt"
#: What would lead back into the workspace, have the installer mean another environment, or change what is written.
_LEFT_BEHIND = {
    *("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "PYENV_VERSION"),
    *("UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_PROJECT_ENVIRONMENT", "DJANGO_SETTINGS_MODULE", "NO_COLOR", "FORCE_COLOR"),
}


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """All that it wrote."""
        return self.out + self.err


def uv() -> Path:
    """The installer, as the Makefile provides it."""
    found = next((path for path in (ROOT / ".tools/bin/uv", Path(shutil.which("uv") or "")) if path.is_file()), None)
    return found or pytest.fail("These tests need uv; `make test` provides it in .tools/bin.")


def variables(home: Path, environment: Path | None = None) -> dict[str, str]:
    """The variables of a process out there: a home of its own, and the programs of its environment first."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _LEFT_BEHIND and not name.startswith(("JACKFIELD_", "PYTEST_", "COV_"))
    }
    places = [environment / "bin"] if environment else []
    paths = [*map(str, places), str(uv().parent), kept.get("PATH", os.defpath)]
    own = {
        "PATH": os.pathsep.join(paths),
        "JACKFIELD_HOME": str(home / "portal"),
        "JACKFIELD_CACHE_DIR": str(home / "cache"),
        "JACKFIELD_ALLOWED_NETWORKS": "127.0.0.0/8",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_CONSTRAINT": str(LOCKED),
        "UV_NO_CONFIG": "1",
        "UV_LINK_MODE": "hardlink",
        "COLUMNS": "100",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return kept | own


def ended(words: Sequence[str | Path], *, env: dict[str, str], cwd: Path, timeout: float = 120) -> Ended:
    """Run a command to its end."""
    found = subprocess.run(  # noqa: S603 - commands of the tests
        words, env=env, cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False
    )
    return Ended(status=found.returncode, out=found.stdout, err=found.stderr)


def done(words: Sequence[str | Path], *, env: dict[str, str], cwd: Path) -> str:
    """Run a command that has to succeed; what it wrote to standard output."""
    found = ended(words, env=env, cwd=cwd)
    assert found.status == 0, f"{' '.join(map(str, words))}\n{found.told}"
    return found.out


@cache
def offline() -> dict[str, str]:
    """What has the installer take all from its cache, where that holds what core and portal need; else nothing."""
    with TemporaryDirectory() as work:
        env = variables(Path(work)) | {"UV_OFFLINE": "1"}
        what = [f"{ROOT / 'core'}[testing]", str(ROOT / "portal"), "hatchling"]
        tried = ended([uv(), "pip", "install", "-q", "--target", f"{work}/packages", *what], env=env, cwd=Path(work))
    return {"UV_OFFLINE": "1"} if tried.status == 0 else {}


def wheel_of(source: Path, into: Path) -> Path:
    """Build the wheel of a distribution from its folder, with the build back end of this environment."""
    into.mkdir(parents=True, exist_ok=True)
    env = variables(into)
    before = set(into.glob("*.whl"))
    done(
        [uv(), "build", "-q", "--wheel", "--no-build-isolation", "--python", sys.executable, "-o", into, source],
        env=env,
        cwd=into,
    )
    (built,) = set(into.glob("*.whl")) - before
    return built


@dataclass(frozen=True, kw_only=True)
class Outside:
    """An environment of its own in ``folder / "environment"``, and processes in it."""

    folder: Path

    @property
    def environment(self) -> Path:
        """Where it is."""
        return self.folder / "environment"

    @property
    def packages(self) -> Path:
        """Where its packages are."""
        (found,) = self.environment.glob("lib/python*/site-packages")
        return found

    @property
    def variables(self) -> dict[str, str]:
        """The variables of a process in it."""
        return variables(self.folder, self.environment)

    def install(self, *what: str | Path) -> None:
        """Make the environment where there is none yet, and install something in it."""
        env = self.variables | offline()
        if not self.environment.exists():
            done([uv(), "venv", "-q", "--python", sys.executable, self.environment], env=env, cwd=self.folder)
        python = self.environment / "bin" / "python"
        done([uv(), "pip", "install", "-q", "--python", python, *what], env=env, cwd=self.folder)

    def run(self, *words: str, cwd: Path | None = None, **more: Any) -> Ended:
        """Run a program of the environment to its end."""
        program = self.environment / "bin" / words[0]
        return ended([program, *words[1:]], env=self.variables | more, cwd=cwd or self.folder)

"""The contract suite as the judge of mutated connectors: ``python -m tests.mutation.mutants PLATFORM [PATTERN ...]``.

A copy of one connector, beside a copy of the core, is mutated by mutmut (its simulator is not: that is the witness),
and the connector's own test module, which switches the suite on, runs on every mutant in a process of its own. mutmut's
own choice of the tests that touch a function is of no use here: the suite asks once and judges many times. Prints the
score and each survivor as a diff. Lines that hold a sentence for people are left alone: the contract asks for a
sentence, not for its words.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
#: Seconds after which a mutant counts as one that never comes to an end.
PATIENCE = 120
_CONFIGURATION = """\
[tool.mutmut]
source_paths = ["src"]
do_not_mutate = ["*/simulator.py", "*/_simulator*.py"]
do_not_mutate_patterns = ['"[^"]*\\w \\w+ \\w[^"]*"']
also_copy = ["cassettes"]

[tool.pytest]
addopts = ["--import-mode=importlib", "-x", "-q", "-p", "no:asyncio", "-p", "no:django", "-p", "no:cacheprovider"]
filterwarnings = ["error"]
"""
_MAKING = """\
from pathlib import Path
from mutmut.__main__ import copy_also_copy_files, copy_src_dir, create_mutants, setup_source_paths
Path("mutants").mkdir()
copy_src_dir(), copy_also_copy_files(), setup_source_paths(), create_mutants(1)
"""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change of the connector: its name, what became of it (dead, timeout, survived), and a survivor's diff."""

    name: str
    fate: str
    diff: str = ""


def mutated(platform: str, folder: Path, *patterns: str) -> list[Mutant]:
    """Mutate a copy of the connector in ``folder`` and judge every mutant, or those that the patterns name."""
    _copy(platform, folder)
    _run(folder, "python", "-c", _MAKING, check=True)
    names = [line.strip().split(":")[0] for line in _run(folder, "mutmut", "results", check=True).stdout.splitlines()]
    if _suite(folder, "").returncode:
        sys.exit("The suite does not pass on the connector as it is.")
    wanted = [name for name in names if any(fnmatch(name, pattern) for pattern in patterns or ("*",))]
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        return list(workers.map(lambda name: _judged(folder, name), wanted))


def _copy(platform: str, folder: Path) -> None:
    shutil.copytree(ROOT / "plugins" / platform / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "core" / "src", folder / "core", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "cassettes" / platform, folder / "cassettes" / platform)
    (folder / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "plugins" / platform / "test_contract.py", folder / "tests")
    (folder / "pyproject.toml").write_text(_CONFIGURATION, "utf-8")


def _judged(folder: Path, name: str) -> Mutant:
    try:
        dead = _suite(folder, name).returncode != 0
    except subprocess.TimeoutExpired:
        return Mutant(name=name, fate="timeout")
    if dead:
        return Mutant(name=name, fate="dead")
    return Mutant(name=name, fate="survived", diff=_run(folder, "mutmut", "show", name, check=True).stdout)


def _suite(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    """The suite on the connector as it is (no name) or on one mutant of it."""
    mutants = folder / "mutants"
    return _run(mutants, "python", "-m", "pytest", "tests/test_contract.py", MUTANT_UNDER_TEST=name)


def _run(
    folder: Path, command: str, *words: str, check: bool = False, **environ: str
) -> subprocess.CompletedProcess[str]:
    places = (folder / "src", folder / "core", folder.parent / "core")
    path = os.pathsep.join([*map(str, places), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(  # noqa: S603 - our own interpreter and tools
        [str(BIN / command), *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, **environ},
        check=check,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def told(mutants: Sequence[Mutant]) -> str:
    """The survivors with their diffs, and the score."""
    fates = Counter(mutant.fate for mutant in mutants)
    dead = len(mutants) - fates["survived"]
    diffs = [mutant.diff for mutant in mutants if mutant.diff]
    return "\n".join([*diffs, f"{dead} of {len(mutants)} mutants are dead: {100 * dead / len(mutants):.1f}%"])


def main(platform: str, *patterns: str) -> None:
    """Print what the suite makes of a connector's mutants; patterns such as ``*mutmut_*7`` take a sample."""
    with TemporaryDirectory(prefix="jackfield-mutants-") as folder:
        print(told(mutated(platform, Path(folder), *patterns)))  # noqa: T201 - a command


if __name__ == "__main__":
    main(*sys.argv[1:])

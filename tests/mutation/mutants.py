"""The contract suite as the judge of mutated connectors: ``python -m tests.mutation.mutants PLATFORM``.

A copy of one connector is mutated by mutmut (its simulator is not: that is the witness), and the connector's own test
module, which switches the suite on, runs on every mutant. Prints the score and each survivor as a diff. A mutant that
changes only the words of a sentence for people is counted apart: the contract asks for a sentence, not for its words.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
MUTMUT = str(Path(sys.executable).parent / "mutmut")
#: A mutant is dead when the suite fails on it, or never comes to an end.
DEAD = frozenset({"killed", "timeout", "suspicious", "segfault"})
_TEXT = re.compile(r'f?"((?:[^"\\]|\\.)*)"')
_CONFIGURATION = """\
[tool.mutmut]
source_paths = ["src"]
do_not_mutate = ["*/simulator.py", "*/_simulator*.py"]
do_not_mutate_patterns = ['"[^"]*\\w \\w+ \\w[^"]*"']
also_copy = ["cassettes"]
pytest_add_cli_args_test_selection = ["tests/test_contract.py"]
pytest_add_cli_args = ["-q", "-x", "-p", "no:asyncio", "-p", "no:django", "-p", "no:cacheprovider"]
timeout_multiplier = 3.0
timeout_constant = 10.0

[tool.pytest]
addopts = ["--import-mode=importlib"]
filterwarnings = ["error"]
"""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change of the connector: its name, what became of it, and the change as a diff."""

    name: str
    fate: str
    diff: str

    @property
    def wording(self) -> bool:
        """Whether nothing but the words of a sentence changed."""
        changed = [line for line in self.diff.splitlines() if re.match(r"[-+](?![-+])", line)]
        before, after = ("\n".join(line[1:] for line in changed if line[0] == sign) for sign in "-+")
        texts = list(zip_longest(_TEXT.findall(before), _TEXT.findall(after)))
        differing = [one for one, other in texts if one != other]
        return _TEXT.sub("", before) == _TEXT.sub("", after) and bool(differing) and all(map(_sentence, differing))


def _sentence(text: str | None) -> bool:
    """Sentences have blanks; codes, paths, member names and media types have none."""
    return text is not None and len(text.split()) > 2


def mutated(platform: str, folder: Path, *names: str) -> list[Mutant]:
    """Mutate a copy of the connector in ``folder`` and judge every mutant, or those that the patterns name."""
    _copy(platform, folder)
    subprocess.run([MUTMUT, "run", "--max-children", "2", *names], cwd=folder, check=True)  # noqa: S603
    fates = {name: fate for name, fate in _fates(_said(folder, "results", "--all", "true")) if fate != "not checked"}
    return [
        Mutant(name=name, fate=fate, diff="" if fate in DEAD else _said(folder, "show", name))
        for name, fate in fates.items()
    ]


def _copy(platform: str, folder: Path) -> None:
    shutil.copytree(ROOT / "plugins" / platform / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "cassettes" / platform, folder / "cassettes" / platform)
    (folder / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "plugins" / platform / "test_contract.py", folder / "tests")
    (folder / "pyproject.toml").write_text(_CONFIGURATION, "utf-8")


def _said(folder: Path, *words: str) -> str:
    return subprocess.run([MUTMUT, *words], cwd=folder, check=True, capture_output=True, text=True).stdout  # noqa: S603


def _fates(results: str) -> Iterator[tuple[str, str]]:
    for line in results.splitlines():
        name, colon, fate = line.strip().partition(": ")
        if colon:
            yield name, fate


def told(mutants: Sequence[Mutant]) -> str:
    """The score, and the survivors with their diffs."""
    fates = Counter("dead" if mutant.fate in DEAD else mutant.fate for mutant in mutants)
    alive = [mutant for mutant in mutants if mutant.fate not in DEAD]
    wording = sum(mutant.wording for mutant in alive)
    judged = len(mutants) - wording
    score = 100 * fates["dead"] / judged if judged else 0.0
    diffs = [f"{mutant.fate}: {mutant.diff}" for mutant in alive if not mutant.wording]
    head = (
        f"{fates['dead']} of {judged} mutants are dead: {score:.1f}%. {wording} more change words alone. {dict(fates)}"
    )
    return "\n".join([*diffs, head])


def main(platform: str, *names: str) -> None:
    """Print what the suite makes of the mutants of one connector; ``names`` are patterns, such as ``*mutmut_*7``."""
    with TemporaryDirectory(prefix="jackfield-mutants-") as folder:
        print(told(mutated(platform, Path(folder), *names)))  # noqa: T201 - a command


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Has the good connector judged by the whole suite, and every bad one by the tests of its clause, until one is caught.

``python -m tests.contract.bad.clerk FOLDER [PYTEST-ARGUMENTS]``: a line of JSON for each test that did not pass goes
into the file ``said`` of that folder.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.contract.bad.plugs import Bad

JUDGED = Path(__file__).with_name("judged.py")
PLAIN = ("no:cacheprovider", "no:django", "no:asyncio", "no:xdist", "no:recording")


def names(bad: Bad, text: str) -> bool:
    """Whether a failure's text is the suite's own, of the clause, and names the mistake by what was seen."""
    from jackfield.testing.clauses import CLAUSES  # not before pytest has seen to its assertions

    clause = CLAUSES[bad.clause]
    found = re.search(rf"{clause.id}: .*?\n\s+seen: (.*?)\n\s+promised: (.*?)\n\s+look at: ", text, re.DOTALL)
    if found is None:
        return False
    told = found[1] if found[2] == clause.promise else "\n".join(found.groups())
    return all(re.search(pattern, told, re.IGNORECASE) for pattern in bad.says)


class Clerk:
    """Leaves out the tests of other clauses, and those of a connector that was caught, and writes down what is said."""

    def __init__(self, said: Path) -> None:
        self._said = said
        self._caught: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makeitem(self, collector: pytest.Class, name: str) -> Any:
        """Collect the tests of the clause alone."""
        bad = getattr(getattr(collector, "obj", None), "bad", None)
        wanted = f"test_{bad.clause.lower()}_" if bad and bad.clause else "test_"
        return [] if bad and name.startswith("test_") and not name.startswith(wanted) else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Function) -> None:
        """Leave a test out whose connector was caught."""
        if item.cls.bad.name in self._caught:
            pytest.skip("caught")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Function, call: pytest.CallInfo[None]) -> Any:
        """Write down what a test says that did not pass."""
        report = yield
        bad = item.cls.bad
        if not report.passed:
            caught = bool(bad.clause) and report.failed and names(bad, report.longreprtext)
            self._caught |= {bad.name} if caught else set()
            told = {"bad": bad.name, "test": item.name, "outcome": report.outcome, "caught": caught}
            with self._said.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**told, "says": report.longreprtext, "seconds": round(call.duration, 2)}) + "\n")
        return report


def main(folder: str, *arguments: str) -> int:
    """Run; the exit code is pytest's."""
    work = Path(folder)
    os.environ["JACKFIELD_JUDGED"] = folder
    (work / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", "utf-8")
    plain = [part for name in PLAIN for part in ("-p", name)]
    place = [str(JUDGED), f"--rootdir={folder}", "-c", str(work / "pytest.ini"), "--import-mode=importlib"]
    own = ["-q", "--tb=no", "--noconftest", *place, *plain]
    return int(pytest.main([*own, *arguments], plugins=[Clerk(work / "said")]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""The contract suite, tested itself: bad connectors, each of which must be caught by its clause and by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from jackfield.simkit import FICTIONAL_KEY
from jackfield.testing._credentials import another, shown_in
from jackfield.testing.clauses import CLAUSES
from tests.contract.bad.everyone import BAD
from tests.contract.bad.good import AcmeSettings

ROOT = Path(__file__).parents[2]
EXAMPLE = AcmeSettings.example().api_key.get_secret_value()
#: The keys that the suite tests with: those of the same shape as the simulator's and the example's.
SECRETS = (EXAMPLE, *(another(key, turns) for key in (EXAMPLE, FICTIONAL_KEY) for turns in (1, 3)))
#: The only reasons for which a test of the good connector may be skipped.
RIGHTLY_SKIPPED = (
    "the test brings the connector itself",
    "no module",
    "has no faults of its own",
    "is first",
    "the contract class states no",
    "leaves",
)

Said = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """What the tests of each connector say that did not pass, from one run over all of them."""
    work = tmp_path_factory.mktemp("judged")
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.contract.bad.clerk", str(work)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout[-2_000:] + done.stderr[-2_000:]
    found = defaultdict(list)
    for line in (work / "said").read_text("utf-8").splitlines():
        told = json.loads(line)
        found[told["bad"]].append(told)
    return found


def test_every_clause_has_a_bad_connector() -> None:
    """Each clause of the catalogue is broken by a connector, but for those that hook API 1 cannot break."""
    applicable = {clause.id for clause in CLAUSES.values() if clause.not_applicable is None}
    assert applicable == {bad.clause for bad in BAD.values()}


def test_good_connector_keeps_every_clause(said: Said) -> None:
    """The connector that all bad ones are made of passes the whole suite."""
    failed = [f"{told['test']}: {told['says']}" for told in said["acme"] if told["outcome"] == "failed"]
    assert failed == []


def test_good_connector_is_tested_by_every_clause(said: Said) -> None:
    """No test of the good connector is skipped but for want of something that it rightly lacks."""
    skipped = [told["says"] for told in said["acme"] if told["outcome"] == "skipped"]
    wrongly = [says for says in skipped if not any(reason in says for reason in RIGHTLY_SKIPPED)]
    assert wrongly == []


@pytest.mark.parametrize("name", BAD)
def test_bad_connector_is_caught_by_name(said: Said, name: str) -> None:
    """A test of the clause that forbids it fails, with a message of the suite's own that names the mistake."""
    bad = BAD[name]
    failed = [f"{told['test']}: {told['says']}" for told in said[name] if told["outcome"] == "failed"]
    assert any(told["caught"] for told in said[name]), f"{bad.clause}, {bad.make.__doc__}: {failed or 'all passed'}"


def test_no_message_shows_a_secret(said: Said) -> None:
    """Whatever a bad connector does with its key, no failure of the suite repeats it, nor a good part of it."""
    texts = [told["says"] for those in said.values() for told in those]
    assert [text[:200] for text in texts if shown_in(text, SECRETS)] == []

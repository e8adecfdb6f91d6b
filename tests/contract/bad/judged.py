"""The contract classes of the good connector and of every bad one.

Collected by :mod:`tests.contract.bad.clerk`, with the folder that ``JACKFIELD_JUDGED`` names to work in.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jackfield.testing import ConnectorContract
from jackfield.testing._hall import Hall
from jackfield.testing.recording import record, standard_recipes
from tests.contract.bad.everyone import BAD, GOOD
from tests.contract.bad.plugs import connector, install

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jackfield.connector import Connector
    from tests.contract.bad.plugs import Bad

WORK = Path(os.environ["JACKFIELD_JUDGED"])
SITE, TAPES = WORK / "site", WORK / "cassettes"


@pytest.fixture(scope="session")
def jackfield_hall() -> Iterator[Hall]:
    """One hall for all of them: to open and close two hundred takes longer than all the rest."""
    with Hall().open() as hall:
        yield hall


def recorded(bad: Bad) -> Path:
    """The cassettes that go with a bad connector: the good ones, unless it is about cassettes."""
    if not bad.clause.startswith("K"):
        return TAPES
    own = WORK / bad.name
    shutil.copytree(TAPES, own)
    for path in own.iterdir():
        path.write_text(path.read_text("utf-8").replace("platform: acme", f"platform: {bad.platform}"), "utf-8")
    if callable(bad.made):
        bad.made(own)
    return own


def given(bad: Bad) -> Callable[..., Connector]:
    """The fixture that gives a connector which is not installed."""

    @pytest.fixture
    def own(self: object) -> Connector:
        return connector(bad)

    return own


def judged(bad: Bad) -> type[ConnectorContract]:
    """The contract class of one connector."""
    facts: dict[str, Any] = {"platform": bad.platform, "cassettes": recorded(bad), **(bad.facts or {}), "bad": bad}
    if isinstance(bad.made, str):
        install(bad, SITE)
    else:
        facts["connector"] = given(bad)
    return type(f"Test_{bad.name}", (ConnectorContract,), {**facts, "__module__": __name__})


SITE.mkdir()
sys.path.insert(0, str(SITE))
for name, recipe in standard_recipes(connector(GOOD)).items():
    record(connector(GOOD), recipe, TAPES / f"{name}.yaml")
globals().update({f"Test_{bad.name}": judged(bad) for bad in (GOOD, *BAD.values())})

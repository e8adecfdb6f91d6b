"""The good connector and all bad ones, each under its name."""

from __future__ import annotations

from tests.contract.bad import (  # noqa: F401 - they register
    answers,
    cassettes,
    check,
    declaration,
    links,
    network,
    pace,
    people,
    validation,
    walks,
)
from tests.contract.bad.links import LINKS
from tests.contract.bad.plugs import BAD, Bad

__all__ = ["BAD", "GOOD"]

GOOD = Bad(name="acme", clause="", says=(), make=dict, facts={"links": LINKS})

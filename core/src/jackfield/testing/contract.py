"""The contract suite: subclass :class:`ConnectorContract`, name the platform, and every clause is tested."""

from __future__ import annotations

from jackfield.testing.sections.cassettes import Cassettes
from jackfield.testing.sections.check import SystemsCheck
from jackfield.testing.sections.declaration import Declaration
from jackfield.testing.sections.links import Links
from jackfield.testing.sections.network import Network
from jackfield.testing.sections.users import UserImport
from jackfield.testing.sections.validation import Validation
from jackfield.testing.sections.variants import Variants

__all__ = ["ConnectorContract"]


class ConnectorContract(Cassettes, Variants, Links, Network, UserImport, SystemsCheck, Validation, Declaration):
    """Every clause of the connector contract, as tests.

    They are plain functions that need no asyncio plugin and no network. What a connector does not declare is skipped
    with that reason. A contract test that is overridden fails, unless the overriding one is marked ``xfail`` with a
    reason. The facts that a class may state stand as attributes at
    :class:`~jackfield.testing._facts.ContractFacts`; all but ``platform`` may be left out.
    """

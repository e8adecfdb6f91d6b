"""The contract suite: every clause that a connector promises, as tests that its author switches on.

    from jackfield.testing import ConnectorContract

    class TestAcme(ConnectorContract):
        platform = "acme"

The tests run by ``pytest`` alone, against the connector's simulator and its cassettes, over real HTTP on loopback.
Nothing here is imported before it is used: pytest loads this package's plugin in every project that has it installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jackfield.testing.cases import Entry, Variant
    from jackfield.testing.contract import ConnectorContract

__all__ = ["ConnectorContract", "Entry", "Variant"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from jackfield.testing import cases, contract

    return getattr(contract if name == "ConnectorContract" else cases, name)

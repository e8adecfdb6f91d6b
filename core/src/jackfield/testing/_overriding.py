"""The rule that a contract test is overridden by nobody, unless with an ``xfail`` that says why."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, cast

import pytest

from jackfield.testing._guarding import clause_of
from jackfield.testing._saying import message
from jackfield.testing.contract import ConnectorContract

if TYPE_CHECKING:
    from collections.abc import Iterator


class Overridden(pytest.Item):
    """Stands for a contract test that a class has overridden or blanked; it always fails."""

    def runtest(self) -> None:
        """Say so."""
        name = self.name.partition(":")[2]
        parent = self.parent.name if self.parent else "the class"
        seen = f"{parent} overrides or blanks {name}"
        promised = "a contract test is not overridden, unless the overriding one is marked xfail with a reason"
        look = f"@pytest.mark.xfail(reason='...') above {name}, which then calls super().{name}(...)"
        pytest.fail(message(clause_of(name), seen, promised=promised, look=look), pytrace=False)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Where it is reported."""
        return self.path, None, self.name


def added(cls: type, item: pytest.Item) -> list[pytest.Item]:
    """A failing test for every contract test that the class overrides."""
    return [
        Overridden.from_parent(cast("pytest.Class", item.parent), name=f"overridden:{name}") for name in overridden(cls)
    ]


def overridden(cls: type) -> Iterator[str]:
    """The names of the contract tests that the class overrides without an excuse."""
    for name in sorted(dir(ConnectorContract)):
        if not name.startswith("test_"):
            continue
        own = inspect.getattr_static(cls, name, None)
        if own is not inspect.getattr_static(ConnectorContract, name) and not _excused(own):
            yield name


def _excused(test: object) -> bool:
    marks: list[pytest.Mark] = getattr(test, "pytestmark", [])
    return any(mark.name == "xfail" and str(mark.kwargs.get("reason", "")).strip() for mark in marks)

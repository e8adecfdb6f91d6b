"""The pytest plugin of the contract suite; it imports next to nothing until a contract test is collected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from jackfield.testing._card import Cards
    from jackfield.testing._hall import Hall


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--jackfield-card``."""
    parser.getgroup("jackfield", "the contract of connectors").addoption(
        "--jackfield-card",
        nargs="?",
        const="",
        metavar="PATH",
        help="write the report card of the tested connector: to PATH, or to quality.toml in the connector's package",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count, where reports are read."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Results(config), "jackfield-results")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Add a failing test for every contract class whose tests are overridden."""
    classes = list(dict.fromkeys(filter(None, map(_contract_class, items))))
    if not classes:
        return
    from jackfield.testing._overriding import added

    for cls in classes:
        first = next(place for place, item in enumerate(items) if getattr(item, "cls", None) is cls)
        items[first:first] = added(cls, items[first])


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Run a contract test with the network closed, and say of what escapes from it which clause that breaks."""
    if _contract_class(pyfuncitem) is None:
        return (yield)
    from jackfield.testing._guarding import clause_of, guarded

    suites = pyfuncitem.function.__module__.startswith("jackfield.testing.")
    with guarded(clause_of(pyfuncitem.name), suites=suites):
        return (yield)


@pytest.fixture(scope="class")
def jackfield_hall() -> Iterator[Hall]:
    """The hall in which simulators and cassettes are served to the tests of one contract class."""
    from jackfield.testing._hall import Hall

    with Hall().open() as hall:
        yield hall


@pytest.fixture(scope="class")
def jackfield_kept() -> dict[Any, Any]:
    """What the tests of one contract class share."""
    return {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note on the report of a contract test what the card needs; it travels between processes with it."""
    report = yield
    cls = _contract_class(item)
    if cls is not None:
        from jackfield.testing._card import noted

        report.user_properties += [("jackfield", noted(item, cls))]
    return report


class _Results:
    """Collects what the contract tests of this run show; in a run over several processes, in the one that leads."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._cards: Cards | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test."""
        told = dict(report.user_properties).get("jackfield")
        if told is None:
            return
        from jackfield.testing._card import Cards

        self._cards = self._cards or Cards()
        self._cards.count(report, str(told))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say how many clauses are kept, and write the card where one is asked for."""
        if self._cards is None:
            return
        terminalreporter.section("connector contract")
        for line in self._cards.summary():
            terminalreporter.write_line(line)
        wanted = self._config.getoption("--jackfield-card")
        for line in self._cards.written(wanted) if wanted is not None else ():
            terminalreporter.write_line(line)


def _contract_class(item: pytest.Item) -> type | None:
    """The contract class that a test belongs to, or None."""
    cls = getattr(item, "cls", None)
    return cls if getattr(cls, "is_connector_contract", False) else None

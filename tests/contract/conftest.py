"""Runs of pytest inside the tests: the contract suite as a project of its own sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import jackfield.testing.contract  # noqa: F401 - a run inside a test forgets what it was the first to import
import tests.core.acme  # noqa: F401 - the same

if TYPE_CHECKING:
    from collections.abc import Callable

#: What the workspace's own tests bring along and a connector's project does not.
WITHOUT = ("-p", "no:django", "-p", "no:cacheprovider", "-o", "asyncio_default_fixture_loop_scope=function", "-q")


@pytest.fixture
def run_suite(pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Run contract classes from the text of a module; further arguments are pytest's."""

    def run(module: str, *arguments: str) -> pytest.RunResult:
        head = "import pytest\nfrom jackfield.testing import ConnectorContract\n"
        pytester.makepyfile(test_contract=head + module)
        return pytester.runpytest_inprocess(*WITHOUT, f"--rootdir={pytester.path}", *arguments)

    return run

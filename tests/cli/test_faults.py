"""At every fault that the simulator can show, ``check`` and ``users`` end with an error of the right kind, in time."""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from jackfield.discovery import discover
from jackfield.simulation import running
from tests.cli.conftest import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jackfield.simulation import Simulator
    from tests.cli.conftest import Ended

AT_ONCE = 6
SECONDS = 30
FAULTS = [*discover()["insightly"].simulator().faults.values()]


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    """Most faults are waits: several commands run at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield pool


@pytest.fixture(scope="module")
def ended(pool: ThreadPoolExecutor, simulator: Simulator) -> dict[tuple[str, str], Future[Ended]]:
    """Filled by the first test: how each command ends at each fault."""
    return {}


@pytest.fixture
def at_fault(
    ended: dict[tuple[str, str], Future[Ended]],
    pool: ThreadPoolExecutor,
    simulator: Simulator,
    jackfield: Callable[..., Ended],
) -> Callable[[str, str], Ended]:
    """How a command ends at a fault."""

    def run(command: str, fault: str) -> Ended:
        options = simulator.options(users=250, faults=[fault])
        with running(simulator, options) as url:
            settings = json.dumps(simulator.settings(url, options))
            words = (command, "insightly", "--settings", "-", "--json")
            return jackfield(*words, entered=settings, timeout=SECONDS, **LOOPBACK)

    if not ended:
        slowest_first = sorted(FAULTS, key=lambda fault: fault.name != "stalled")
        ended |= {
            (name, fault.name): pool.submit(run, name, fault.name)
            for fault in slowest_first
            for name in ("check", "users")
        }
    return lambda command, fault: ended[command, fault].result()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_check_fails_with_the_faults_kind(
    at_fault: Callable[[str, str], Ended], fault: object, simulator: Simulator
) -> None:
    """The step that met the fault has its kind and one of its codes; the key is in no text."""
    result = at_fault("check", fault.name)
    failed = next(step for step in result.json["steps"] if step["status"] == "failed")
    assert (result.status, result.json["ok"]) == (1, False)
    assert (failed["kind"], failed["code"] in fault.codes) == (fault.kind, True)
    assert key(simulator) not in result.out + result.err


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_listing_ends_with_the_faults_kind(
    at_fault: Callable[[str, str], Ended], fault: object, simulator: Simulator
) -> None:
    """The last line is an error of its kind with one of its codes; the key is in no text."""
    result = at_fault("users", fault.name)
    assert result.status == 1
    assert (result.error["kind"], result.error["code"] in fault.codes) == (fault.kind, True)
    assert key(simulator) not in result.out + result.err


def key(simulator: Simulator) -> str:
    """The key that the simulator accepts."""
    return simulator.settings("http://127.0.0.1", simulator.options())["api_key"]

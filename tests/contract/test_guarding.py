"""What a connector cannot do unseen while it is tested."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jackfield.errors import error
from jackfield.testing._guarding import guarded
from jackfield.testing._watching import Watch, environment_watched, network_closed, sleep_watched

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

pytest_plugins = "pytester"


def test_other_hosts_are_out_of_reach() -> None:
    """A connection beyond loopback is refused and noted, and so is a look-up."""
    with network_closed() as watch:
        with pytest.raises(OSError, match="keep the network closed"), socket.socket() as sock:
            sock.connect(("192.0.2.1", 443))
        with pytest.raises(OSError, match="keep the network closed"):
            socket.getaddrinfo("telemetry.example.com", 443)
    assert watch.beyond == ["a connection to 192.0.2.1 port 443", "a look-up of the name telemetry.example.com"]


def test_loopback_is_within_reach_and_noted() -> None:
    """The connector's own simulator can be asked; the port is known afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as server, network_closed() as watch:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()
    assert ([], {port}) == (watch.beyond, watch.ports)


def test_strict_watch_closes_loopback_too() -> None:
    """Validation has no business even here."""
    with network_closed(strict=True) as watch, pytest.raises(OSError, match="keep the network closed"):
        socket.create_connection(("127.0.0.1", 9))
    assert len(watch.beyond) == 1


def test_network_is_open_again_afterwards() -> None:
    """What is not a contract test is not watched."""
    with network_closed():
        pass
    with socket.socket() as sock:
        sock.setblocking(False)  # noqa: FBT003 - the socket's own interface
        assert sock.connect_ex(("127.0.0.1", 9)) >= 0


def test_nobodys_name_is_answered_here() -> None:
    """The name that is asked for on purpose is nobody's at once, whatever resolver the machine has."""
    with network_closed() as watch, pytest.raises(socket.gaierror):
        socket.getaddrinfo("crm.invalid", 443)
    assert watch.beyond == []


def test_blocking_sleep_is_noted() -> None:
    """A blocking sleep inside a loop is noted and costs no time; one outside sleeps."""
    watch = Watch()

    async def sleepy() -> None:
        time.sleep(60)  # noqa: ASYNC251 - the very thing that must not be done

    with sleep_watched(watch):
        asyncio.run(sleepy())
        time.sleep(0.001)
    assert watch.slept == ["time.sleep(60) while the event loop was running"]


def test_reading_the_environment_is_noted() -> None:
    """A variable that the watched package reads is noted; what others read is not, and everything is as it was."""
    watch, environ = Watch(), os.environ
    with environment_watched(watch, __name__):
        assert os.environ.get("PATH") == os.environ["PATH"] == os.getenv("PATH")
    with environment_watched(watch, "somebody_else"):
        os.environ.get("HOME")
    assert (watch.environment, os.environ is environ) == (["PATH"] * 3, True)


def test_escaped_error_is_told_as_a_broken_clause() -> None:
    """An error that no test expected names the clause, the code and what it says."""
    with pytest.raises(pytest.fail.Exception) as failure, guarded("U1"):
        raise error("connector_failed", detail="KeyError")
    assert failure.value.msg.startswith("U1: ")
    assert "seen: it ended with connector_failed" in failure.value.msg


def test_escaped_time_out_is_told_as_a_broken_clause() -> None:
    """What takes too long is told so."""
    with pytest.raises(pytest.fail.Exception, match="did not end within its time"), guarded("U1"):
        raise TimeoutError


def test_plugin_imports_next_to_nothing() -> None:
    """Whoever has the suite installed and does not use it pays for none of it."""
    heavy = {
        "vcr",
        "yaml",
        "starlette",
        "uvicorn",
        "httpx",
        "pydantic",
        "jackfield.connector",
        "jackfield.testing.contract",
    }
    code = f"import sys, jackfield.testing.plugin; print(sorted({heavy!r} & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path("/"))  # noqa: S603
    assert told.stdout.strip() == "[]"


def test_suite_runs_beside_an_asyncio_plugin_and_over_processes(run_suite: Run) -> None:
    """Contract tests run where asyncio is automatic, warnings are errors, and tests are spread over processes."""
    pytest.importorskip("xdist")
    module = "class TestIt(ConnectorContract):\n    platform = 'insightly'\n"
    arguments = ("-n", "1", "-o", "asyncio_mode=auto", "-W", "error", "-p", "no:randomly")
    result = run_suite(module, "-k", "test_d2 or test_n5 or test_c1_account", *arguments)
    counts = result.parseoutcomes()
    assert set(counts) <= {"passed", "skipped"}
    assert counts["passed"] >= 8
    result.stdout.fnmatch_lines(["contract of insightly: 3 of 38 clauses, 35 not run"])

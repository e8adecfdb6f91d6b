"""A real portal, a real simulator and a real browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Where screenshots for the README are written, if anywhere.
SCREENSHOTS = os.environ.get("JACKFIELD_SCREENSHOTS")


@dataclass(frozen=True, kw_only=True)
class Portal:
    """A running demo: where it is, how to sign in, and what to enter in the connection form, by label."""

    url: str
    email: str
    password: str
    settings: dict[str, str]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it the browser tests are skipped, or fail where JACKFIELD_REQUIRE_BROWSER is set."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        sentence = "No Chromium is installed: install it (Debian: apt-get install chromium) to run the browser tests."
        (pytest.fail if os.environ.get("JACKFIELD_REQUIRE_BROWSER") else pytest.skip)(sentence)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def running_demo(home: Path) -> Iterator[Portal]:
    """What ``make run`` starts, on free ports and with a home of its own; ended by Ctrl-C."""
    command = [Path(sys.executable).with_name("jackfield"), "demo", "insightly"]
    ports = ["--port", str(free_port()), "--simulator-port", str(free_port())]
    environment = {**os.environ, "JACKFIELD_HOME": str(home), "COLUMNS": "200", "NO_COLOR": "1"}
    with subprocess.Popen([*command, *ports], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as demo:
        try:
            yield _announced(demo)
        finally:
            demo.send_signal(signal.SIGINT)
            assert demo.wait(20) == 0


def _announced(demo: subprocess.Popen[bytes]) -> Portal:
    assert demo.stdout is not None
    text = ""
    for line in demo.stdout:
        text += line.decode()
        if "Ctrl-C" in text:
            break
    else:
        pytest.fail(f"The demo ended before it was open:\n{text}")
    values = dict(re.findall(r"^  (\S[\w -]*?)  +(\S+)\s*$", text, re.MULTILINE))
    address = re.search(r"portal is open at (\S+)", text)
    assert address is not None, text
    email, password = values.pop("E-mail"), values.pop("Password")
    return Portal(url=address[1], email=email, password=password, settings=values)


def free_port() -> int:
    """A port of this machine that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port

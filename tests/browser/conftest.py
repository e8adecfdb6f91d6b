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
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Milliseconds that whatever is waited for may take; only a failure takes so long, or a machine that has other work.
PATIENCE = 45_000
#: How many users the simulated CRM has where a test asks for no other number.
USERS = 60
#: What the browser's log holds where all is well; a request that failed says so besides, as htmx:sendError.
MEANT = ("status of 422", "htmx:sendAbort", "htmx:afterRequest")


@dataclass(frozen=True, kw_only=True)
class Portal:
    """A running demo: where it is, how to sign in, and what to enter in the connection form, by label."""

    url: str
    email: str
    password: str
    settings: dict[str, str]

    @property
    def addresses(self) -> dict[str, str]:
        """Those of the settings that are addresses: the API's, then that of the record pages."""
        return {label: value for label, value in self.settings.items() if value.startswith("http")}


def without(reason: str) -> NoReturn:
    """Skip the browser tests with the reason, or fail where they are demanded."""
    (pytest.fail if os.environ.get("JACKFIELD_REQUIRE_BROWSER") else pytest.skip)(f"No browser tests: {reason}.")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it the browser tests are skipped, or fail where JACKFIELD_REQUIRE_BROWSER is set.

    For a module at a time: as long as it is open its driver holds this thread's event loop, which other tests need.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        without("Chromium is not installed (Debian: apt-get install chromium)")
    if find_library("atomic") is None:
        without("the browser's driver needs libatomic (Debian: apt-get install libatomic1)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(params=["insightly"])
def platform(request: pytest.FixtureRequest) -> str:
    """Which CRM the demo simulates; a test that wants others says so with indirect parameters."""
    value: str = request.param
    return value


@pytest.fixture
def portal(tmp_path: Path, platform: str) -> Iterator[Portal]:
    with running_demo(tmp_path / "home", platform) as demo:
        yield demo


@pytest.fixture(params=[1280])
def width(request: pytest.FixtureRequest) -> int:
    """How wide the window is; a test that wants others says so with indirect parameters."""
    value: int = request.param
    return value


@pytest.fixture(params=["en"])
def language(request: pytest.FixtureRequest) -> str:
    """The language that the browser asks for; a test that wants others says so with indirect parameters."""
    value: str = request.param
    return value


@pytest.fixture
def page(browser: Browser, width: int, language: str) -> Iterator[Page]:
    """A page on which any error of a script, and any blocked or missing resource, fails the test.

    The portal refuses a form with 422 on purpose, and takes a question back for a newer one: that this is logged is no
    error.
    """
    context = browser.new_context(viewport={"width": width, "height": 760}, locale=language)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [text for text in troubles if not any(meant in text for meant in MEANT)] == []


@contextmanager
def running_demo(
    home: Path, platform: str = "insightly", *, users: int = USERS, ports: tuple[int, int] | None = None
) -> Iterator[Portal]:
    """What ``make run`` starts, with a home of its own, on free ports unless some are given; ended by Ctrl-C."""
    command = [Path(sys.executable).with_name("jackfield"), "demo", platform, "--users", str(users)]
    port, other = ports or (free_port(), free_port())
    options = ["--port", str(port), "--simulator-port", str(other)]
    environment = {**os.environ, "JACKFIELD_HOME": str(home), "COLUMNS": "200", "NO_COLOR": "1"}
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, *options], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as demo:
        try:
            yield _announced(demo)
        finally:
            demo.send_signal(signal.SIGINT)
            assert demo.wait(PATIENCE / 1000) == 0


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

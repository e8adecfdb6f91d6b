"""Long-running commands out there, and an admin who visits the portal with nothing but HTTP."""

from __future__ import annotations

import html
import re
import signal
import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_PATIENCE = 20


def free_port() -> int:
    """A port of this machine that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def serving(words: Sequence[str | Path], *, env: dict[str, str], cwd: Path, until: str = "Ctrl-C") -> Iterator[str]:
    """A command that serves: gives what it wrote up to the line that holds ``until``; ended as by Ctrl-C."""
    with subprocess.Popen(  # noqa: S603 - commands of the tests
        words, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield _announced(process, until)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(_PATIENCE)


def _announced(process: subprocess.Popen[str], until: str) -> str:
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if until in line:
            return told
    pytest.fail(f"It ended before it was open:\n{told}")


class Admin:
    """Whoever sets the portal up, and then clicks on; every form is sent with the mark that it holds."""

    def __init__(self, announced: str) -> None:
        (address,) = re.findall(r"(http://\S+/set-up/\S+)", announced)
        self.visit = httpx.Client(base_url=address.partition("/set-up")[0], follow_redirects=True, trust_env=False)
        answers = {"organization": "Example", "name": "Ada Example", "email": "ada@example.com"}
        self.send(address, password="a long and quiet afternoon", **answers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.visit.close()

    def get(self, path: str) -> str:
        """A page."""
        return self.visit.get(path).raise_for_status().text

    def send(self, path: str, **answers: str) -> str:
        """Fill in and send the form of a page; the page that it leads to."""
        mark = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path))
        assert mark is not None, path
        sent = self.visit.post(path, data={"csrfmiddlewaretoken": mark[1], **answers}, headers={"referer": path})
        return sent.raise_for_status().text


def options_of(page: str) -> list[str]:
    """The choices of a page's drop-downs that can be chosen."""
    return [html.unescape(text) for text in re.findall(r"<option [^>]*>([^<]*)</option>", page) if text]


def labels_of(page: str) -> list[str]:
    """The labels of a page's fields."""
    found = re.findall(r"<label[^>]*>(.*?)</label>", page, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", label)).strip() for label in found]

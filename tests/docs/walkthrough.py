"""Doing literally what a page says: its commands, its files, its changes; and seeing what it says is seen.

A page's blocks mean: ``console`` is typed (``$ `` begins a command), and what stands below must be the output,
``...`` standing for anything; with the caption "In a second terminal" it goes on running there. A block with a file's
name for its caption is that file, whole; a ``diff`` with one changes it, in places that ``@@`` divides. With the class
``fails`` the commands fail. Times, dates and ports may differ.
"""

from __future__ import annotations

import re
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Timer
from typing import IO, TYPE_CHECKING, Self

from tests.thirdparty.serving import free_port, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FENCE = re.compile(r"^```(\{code-block\} )?(\w+)\n((?::\w+: [^\n]*\n)*)(.*?)^```$", re.MULTILINE | re.DOTALL)
_TYPED = re.compile(r"^\$ (.*(?:\n> .*)*)\n?((?:(?!\$ ).*\n?)*)", re.MULTILINE)
_VARYING = (
    (re.compile(r"\d+\.\d+ ?s\b"), "0.1 s"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "2026-01-01"),
    (re.compile(r"[ \t]+$", re.MULTILINE), ""),
    (re.compile(r"=+"), "="),
)
_SECOND = "In a second terminal"
_END = "(ended with)"
_PATIENCE = 120.0


@dataclass(frozen=True, kw_only=True)
class Block:
    """One block of a page, and the line that it begins in."""

    language: str
    caption: str | None
    fails: bool
    text: str
    line: int


def blocks_of(page: str) -> Iterator[Block]:
    """The page's blocks that are done: what is typed, and what has a file's name."""
    for found in _FENCE.finditer(page):
        options = dict(re.findall(r"^:(\w+): (.*)$", found[3], re.MULTILINE))
        if found[2] == "console" or "caption" in options:
            yield Block(
                language=found[2],
                caption=options.get("caption"),
                fails="fails" in options.get("class", ""),
                text=found[4],
                line=page.count("\n", 0, found.start()) + 1,
            )


@dataclass
class Walkthrough:
    """A shell in a folder, a second terminal beside it, and the ports that stand in for those on the page."""

    folder: Path
    env: dict[str, str]
    ports: dict[str, str] = field(default_factory=dict)
    #: What each command in a second terminal wrote before it served.
    announced: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._open = ExitStack()
        self._shell = self._open.enter_context(
            subprocess.Popen(
                ["/bin/bash", "--norc"],
                env=self.env,
                cwd=self.folder,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.close()
        self._open.close()

    def do(self, block: Block) -> None:
        """Do what a block says; AssertionError where something else is seen than it says."""
        if block.language != "console":
            self._write(block)
            return
        for command, promised in _TYPED.findall(block.text):
            words = command.replace("\n> ", "\n")
            if block.caption == _SECOND:
                told, status = self._begin(words), 0
            else:
                told, status = self.typed(words)
            assert (status != 0) == block.fails, f"line {block.line}: {words} ended with {status}\n{told}"
            seen = _evened(told)
            if not matches(seen, _evened(self._here(promised))):
                raise AssertionError(f"line {block.line}: {words}\n--- the page says\n{promised}\n--- seen\n{told}")

    def typed(self, words: str) -> tuple[str, int]:
        """What a command writes, and its exit status."""
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(f"{{ {self._here(words)}\n}} </dev/null\nprintf '{_END} %s\\n' $?\n")
        self._shell.stdin.flush()
        watchdog = Timer(_PATIENCE, self._shell.kill)
        watchdog.start()
        try:
            return self._read(self._shell.stdout)
        finally:
            watchdog.cancel()

    def _read(self, output: IO[str]) -> tuple[str, int]:
        lines = []
        for line in output:
            before, ended, status = line.partition(_END)
            lines.append(before)
            if ended:
                return "".join(lines), int(status)
        raise AssertionError("The shell ended: " + "".join(lines))

    def _begin(self, words: str) -> str:
        place, _ = self.typed("pwd")
        path, _ = self.typed("echo $PATH")
        env = self.env | {"PATH": path.strip()}
        command = ["/bin/bash", "-c", f"exec {self._here(words)}"]
        told = self._open.enter_context(serving(command, env=env, cwd=self.folder / place.strip()))
        self.announced.append(told)
        return told

    def _write(self, block: Block) -> None:
        assert block.caption is not None
        place, _ = self.typed("pwd")
        file = self.folder / place.strip() / block.caption
        if block.language != "diff":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")
            return
        text = file.read_text("utf-8")
        for change in re.split(r"^@@.*\n", block.text, flags=re.MULTILINE):
            before, after = (_side(change, sign) for sign in "-+")
            place = f"line {block.line}: {block.caption}"
            assert text.count(before) == 1, f"{place} does not hold this once:\n{before}\n\n{text}"
            text = text.replace(before, after)
        file.write_text(text, "utf-8")

    def _here(self, text: str) -> str:
        """The text with this machine's free ports for those of the page."""
        for port in re.findall(r"\b80[0-9]{2}\b", text):
            self.ports.setdefault(port, str(free_port()))
        return re.sub(r"\b80[0-9]{2}\b", lambda port: self.ports[port[0]], text)


def matches(seen: str, promised: str) -> bool:
    """Whether all that is promised was seen, in its order, from first to last; nothing promises nothing."""
    if not promised.strip():
        return True
    pieces = map(re.escape, promised.strip().split("..."))
    return re.fullmatch(".*?".join(pieces), seen.strip(), re.DOTALL) is not None


def _evened(text: str) -> str:
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return text


def _side(diff: str, sign: str) -> str:
    return "".join(line[1:] or "\n" for line in diff.splitlines(keepends=True) if line[0] in {" ", "\n", sign})

"""Connectors that `jackfield new` made, and processes that have them installed."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

from jackfield.scaffold import made, planned, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
#: Each way to sign in once, and each kind of paging.
PAIRS = (("header", "offset"), ("query", "page"), ("basic", "cursor"), ("bearer", "link"))
_NOT_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def generated(into: Path, name: str = "acme", **wishes: str) -> Path:
    """The folder of a connector, without its tapes."""
    return made(planned(name, **wishes), into)


def whole(into: Path, name: str = "acme", **wishes: str) -> Path:
    """The folder of a connector with its tapes."""
    plan = planned(name, **wishes)
    folder = made(plan, into)
    assert recorded(plan, folder) is None
    return folder


def installed(folder: Path) -> dict[str, str]:
    """The environment of a process that has it installed: with the metadata that an installer writes."""
    package = next((folder / "src").iterdir()).name
    site = folder.with_name("site")
    info = site / f"{package}-0.1.0.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {folder.name}\nVersion: 0.1.0\n", "utf-8")
    point = f"{folder.name.removeprefix('jackfield-')} = {package}"
    (info / "entry_points.txt").write_text(f"[jackfield.connectors]\n{point}\n", "utf-8")
    cache = str(folder.with_name("cache"))
    paths = os.pathsep.join([str(folder / "src"), str(site)])
    return {**os.environ, "PYTHONPATH": paths, "JACKFIELD_CACHE_DIR": cache, "PYTHONDONTWRITEBYTECODE": "1"}


def ran(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What a module of Python's prints, run in the connector's folder with the connector installed."""
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", *words], env=installed(folder), cwd=folder, capture_output=True, text=True, check=False
    )


def code_lines(file: Path) -> int:
    """The lines of a source that are neither blank nor a comment nor a docstring."""
    source = file.read_text("utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = {
        line for token in tokens if token.type not in _NOT_CODE for line in range(token.start[0], token.end[0] + 1)
    }
    return len(lines - set(_docstrings(ast.parse(source))))


def _docstrings(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if documented and ast.get_docstring(node) is not None:
            yield from range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)

"""The files and folders that an answer of the command is made from."""

from __future__ import annotations

import os
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from jackfield._card import NAME as CARD
from jackfield.cli._added import GROUP as COMMANDS
from jackfield.cli._added import source_of
from jackfield.cli._kept import places

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The group of entry points that connectors are found by (jackfield.discovery says so, too; its import is not light).
_CONNECTORS = "jackfield.connectors"


def watched(kind: str) -> list[str]:
    """What has to stay as it is for an answer of this kind to stay true, each path once."""
    found = [*places(), *_installed(), *_of_jackfield()]
    if kind == "help":
        found += [source for point in entry_points(group=COMMANDS) if (source := source_of(point.module))]
    if kind.startswith("platforms"):
        found += [path for point in entry_points(group=_CONNECTORS) for path in (*_metadata(point), *_package(point))]
    return list(dict.fromkeys(found))


def _installed() -> Iterator[str]:
    """Each package's folder of metadata, and the entry points in it, whether it has such or not."""
    for place in places():
        try:
            names = sorted(os.listdir(place))  # noqa: PTH208 - hundreds of names
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                yield f"{place}/{name}"
                yield f"{place}/{name}/entry_points.txt"


def _of_jackfield() -> Iterator[str]:
    """The program itself, which is edited in a checkout, and the package's metadata with its version."""
    here = Path(__file__).parent
    for folder in (here, here.parent):
        yield str(folder)
        yield from sorted(map(str, folder.glob("*.py")))
    for point in entry_points(group="console_scripts", name="jackfield"):
        yield from _metadata(point)


def _metadata(point: EntryPoint) -> Iterator[str]:
    folder = getattr(point.dist, "_path", None)
    if folder is not None:
        yield str(Path(folder) / "METADATA")


def _package(point: EntryPoint) -> Iterator[str]:
    """A connector's folders, sources and report card."""
    try:
        spec = find_spec(point.value.partition(":")[0].partition(".")[0])
    except (ImportError, ValueError):
        return
    if spec is None:
        return
    for place in spec.submodule_search_locations or [spec.origin or ""]:
        yield place
        for folder, folders, names in os.walk(place):
            folders[:] = [name for name in folders if name != "__pycache__"]
            yield folder
            yield from (f"{folder}/{name}" for name in names if name.endswith(".py") or name == CARD)

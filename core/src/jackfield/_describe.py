"""Describing connectors without importing them here: in a child process, once, until their files change."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jackfield._card import NAME as CARD
from jackfield._card import contract_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.metadata import EntryPoint

_FORMAT = 4
#: Seconds for which a description is believed; what broke a connector may lie outside its files, or pass.
_READY_FOR, _BROKEN_FOR = 30 * 86_400.0, 600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """A connector in a list: ``state`` is ``ready`` or ``broken``, the latter with its ``reason``.

    ``card`` is what its package's report card (``quality.toml``) holds; None where there is none, or none to read.
    """

    id: str
    title: str
    version: str
    state: str
    reason: str | None = None
    capabilities: tuple[str, ...] = ()
    card: Mapping[str, Any] | None = field(default=None, hash=False)

    @property
    def contract(self) -> str:
        """The card in a word: ``45/47`` clauses passed, ``stale`` for another version of the connector, or ``none``."""
        return contract_of(self.card, self.version)

    def as_dict(self) -> dict[str, Any]:
        """The description as scripts read it."""
        return {**asdict(self), "capabilities": list(self.capabilities)}

    @staticmethod
    def broken(name: str, reason: str, version: str = "") -> Description:
        """A connector that cannot be used, and why."""
        return Description(id=name, title=name, version=version, state="broken", reason=reason)


def described(entry_points: Sequence[EntryPoint], time_box: float) -> dict[str, Description]:
    """The description of each connector by its id; a process that is asked has ``time_box`` seconds."""
    cache = _Cache()
    installed = _installed()
    stamps = {point.name: [*installed, point.value, *sorted(_files(point.value))] for point in entry_points}
    found = {name: known for name, stamp in stamps.items() if (known := cache.get(name, stamp))}
    missing = [point.name for point in entry_points if point.name not in found]
    if missing:
        asked = _ask(missing, time_box, entry_points[0].group)
        cache.put({name: (stamps[name], description) for name, description in asked.items()})
        found |= asked
    return found


def _installed() -> list[Any]:
    """Changes whenever a package is installed, or another interpreter would load the connectors."""
    folders = [place for place in sys.path if os.path.isdir(place)]  # noqa: PTH112 - speed, here and below
    sites = [place for place in folders if any(name.endswith(".dist-info") for name in os.listdir(place))]  # noqa: PTH208
    return [_FORMAT, sys.prefix, sys.version, *(os.stat(place).st_mtime_ns for place in sites)]  # noqa: PTH116


def _files(value: str) -> Iterator[str]:
    try:
        spec = find_spec(value.partition(":")[0].partition(".")[0])
    except (ImportError, ValueError):
        return
    if spec is None:
        return
    places = list(spec.submodule_search_locations or ()) or [spec.origin or ""]
    for place in map(Path, places):
        for file in place.rglob("*.[pt]*") if place.is_dir() else [place]:
            if (file.suffix == ".py" or file.name == CARD) and file.is_file():
                status = file.stat()
                yield f"{file}:{status.st_mtime_ns}:{status.st_size}"


class _Cache:
    """One small file; where it cannot be read or written, everything is asked anew."""

    def __init__(self) -> None:
        base = os.environ.get("JACKFIELD_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        try:
            self._file = Path(base, "jackfield", "connectors.json").expanduser()
        except RuntimeError:  # a user without a home has nowhere to keep it
            self._file = Path(os.devnull, "connectors.json")
        try:
            kept = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            kept = {}
        self._kept: dict[str, Any] = kept if isinstance(kept, dict) else {}

    def get(self, name: str, stamp: list[Any]) -> Description | None:
        try:
            kept = self._kept[name]
            current = kept["stamp"] == stamp and time.time() < kept["until"]
            return _description(kept["description"]) if current else None
        except (KeyError, TypeError):
            return None

    def put(self, entries: dict[str, tuple[list[Any], Description]]) -> None:
        for name, (stamp, description) in entries.items():
            until = time.time() + (_READY_FOR if description.state == "ready" else _BROKEN_FOR)
            self._kept[name] = {"stamp": stamp, "until": until, "description": description.as_dict()}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            scratch = self._file.with_suffix(f".{os.getpid()}")
            scratch.write_text(json.dumps(self._kept), "utf-8")
            scratch.replace(self._file)
        except OSError:
            return


def _description(values: dict[str, Any]) -> Description:
    return Description(**{**values, "capabilities": tuple(values["capabilities"])})


def version_of(group: str, name: str) -> str:
    """The version of the distribution that the entry point belongs to; empty where it tells none."""
    point = point_of(group, name)
    return (point.dist.version if point is not None and point.dist is not None else "") or ""


def point_of(group: str, name: str) -> EntryPoint | None:
    """The first installed entry point of this name; all are read at once, and again when a package was installed."""
    return _points(group, tuple(_installed())).get(name)


@lru_cache(maxsize=2)
def _points(group: str, _installed: tuple[Any, ...]) -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in metadata.entry_points(group=group):
        found.setdefault(point.name, point)
    return found


def _ask(names: Sequence[str], time_box: float, group: str) -> dict[str, Description]:
    """Ask one child for all; where it ends early, the one that it stopped at is asked alone, then the rest together.

    One that stopped a child at its very beginning had that one for itself, and is not asked again.
    """
    answers: dict[str, Description] = {}
    while left := [name for name in names if name not in answers]:
        answered = _ask_child(left, time_box)
        answers |= answered
        stopped_at = next((name for name in left if name not in answers), None)
        if stopped_at is not None:
            alone = _ask_child([stopped_at], time_box) if answered else {}
            reason = "It ends the process that imports it, or never comes back."
            broken = Description.broken(stopped_at, reason, version_of(group, stopped_at))
            answers[stopped_at] = alone.get(stopped_at, broken)
    return answers


def _ask_child(names: Sequence[str], time_box: float) -> dict[str, Description]:
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory(prefix="jackfield-") as folder:
        answer = Path(folder) / "answer"
        command = [sys.executable, "-P", "-m", "jackfield._describe_child", str(answer), *names]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(place or os.getcwd() for place in sys.path)}  # noqa: PTH109
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(  # noqa: S603 - our own interpreter and module, names of entry points
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=time_box,
                check=False,
            )
        lines = answer.read_text("utf-8").splitlines() if answer.exists() else []
    return {values["id"]: _description(values) for values in map(json.loads, lines)}

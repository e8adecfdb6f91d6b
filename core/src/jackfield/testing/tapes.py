"""Tapes: cassettes of vcrpy that say where they come from and how to record them again.

On disk a tape is vcrpy's YAML with two parts of ours in front, which vcrpy passes over::

    recorded: {source, date, api_version, base_url, settings, unsigned, ends, notice}
    recipe: {platform, does, number, users, scenes, faults, knobs}

Whoever replays it needs nothing else; whoever records it anew follows the recipe.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "ACTS",
    "NOTICES",
    "OK",
    "SUFFIX",
    "Interaction",
    "Recipe",
    "Tape",
    "TapeError",
    "cassette_folder",
    "tapes_in",
    "written",
]

SUFFIX: Final = ".yaml"
#: What can be done on a tape.
ACTS: Final = ("check", "users", "find")
#: How a tape ends on which nothing goes wrong.
OK: Final = "ok"
NOTICES: Final[Mapping[str, str]] = {
    "simulator": "Recorded against the simulator that comes with the connector, NOT against the vendor's service.",
    "service": "Recorded against the vendor's service; names, addresses and numbers were replaced.",
}

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C reads ten times as fast, where it is there
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_WIDTH = 120
_ORDINARY = {"small_pages", "unlimited"}
_TUPLES = (("recorded", "unsigned"), ("recipe", "scenes"), ("recipe", "faults"))


class TapeError(ValueError):
    """A file is no tape; one sentence that names the file and what it lacks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """How a tape is recorded: what the connector ``does``, and how its simulator is meanwhile.

    ``check`` runs the systems check, ``users`` imports, ``find`` looks up ``number``. ``users``, ``faults`` and
    ``knobs`` are the simulator's options, ``scenes`` further knobs by the names that the simulator has for them.
    """

    platform: str
    does: Literal["check", "users", "find"]
    number: str | None = None
    users: int = 12
    scenes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    knobs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether nothing is out of the ordinary: only such a tape can be recorded from a service."""
        return not (self.faults or self.knobs or set(self.scenes) - _ORDINARY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Interaction:
    """One request and its answer; header names of the answer are lower-case, its body is not compressed."""

    method: str
    uri: str
    status: int
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tape(Recipe):
    """A recording, and the recipe that it was made by.

    ``source`` is ``simulator`` or ``service``, ``date`` its day (ISO), ``base_url`` the origin that was asked, without
    a final slash. ``settings`` are the connection's plain settings (no secrets), ``unsigned`` the query parameters that
    were taken out because they signed the requests. ``ends`` is ``ok``, or the code of the error that what was done
    ends with (of a check: that of its failed required step).
    """

    name: str
    path: Path
    source: str
    date: str
    api_version: str
    base_url: str
    ends: str = OK
    settings: Mapping[str, str] = field(default_factory=dict)
    unsigned: tuple[str, ...] = ()
    interactions: tuple[Interaction, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Tape:
        """Read a tape, once as long as its text stays as it is; raises TapeError."""
        try:
            text = path.read_bytes()
        except OSError as failure:
            reason = type(failure).__name__
        else:
            return _read(path, text)
        raise TapeError(_none(path, reason))

    @property
    def members(self) -> tuple[str, ...]:
        """The names of every object's members in the answers, in the order in which they come, each once."""
        return _members(self.interactions)

    @classmethod
    def _of(cls, path: Path, text: bytes) -> Tape:
        try:
            found = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader
            told = {part: dict(found[part]) for part in ("recorded", "recipe")}
            told["recorded"].pop("notice", None)
            for part, name in _TUPLES:
                told[part][name] = tuple(told[part].get(name, ()))
            interactions = tuple(map(_interaction, found["interactions"]))
            return cls(name=path.stem, path=path, interactions=interactions, **told["recorded"], **told["recipe"])
        except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as failure:
            reason = f"it lacks {failure}" if isinstance(failure, KeyError) else type(failure).__name__
        raise TapeError(_none(path, reason))

    def positions(self) -> Mapping[str, int]:
        """Where a fault can be put: ``first``, ``middle`` and ``last`` answer, counted from 1, each place once."""
        count = len(self.interactions)
        places = {"first": 1, "middle": count // 2 + 1, "last": count}
        once = dict.fromkeys(place for place in places.values() if 0 < place <= count)
        return {next(name for name in places if places[name] == place): place for place in once}


@lru_cache(maxsize=32)
def _read(path: Path, text: bytes) -> Tape:
    return Tape._of(path, text)  # noqa: SLF001 - of this very class


def _none(path: Path, reason: str) -> str:
    return f"{path.name} is not a tape ({reason}): record it with `jackfield record`."


@lru_cache(maxsize=32)
def _members(interactions: tuple[Interaction, ...]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for turn in interactions:
        with suppress(ValueError):
            json.loads(turn.body, object_pairs_hook=lambda pairs: names.update(dict.fromkeys(n for n, _ in pairs)))
    return tuple(names)


def cassette_folder(platform: str, root: Path) -> Path:
    """Where the tapes of a platform lie, or belong, in the project whose root this is.

    ``cassettes/<platform>`` in a project of several connectors, else ``tests/cassettes`` or ``cassettes``.
    """
    shared, beside = root / "cassettes", root / "tests" / "cassettes"
    if (shared / platform).is_dir() or (shared.is_dir() and any(place.is_dir() for place in shared.iterdir())):
        return shared / platform
    return beside if beside.is_dir() or not shared.is_dir() else shared


def tapes_in(folder: Path) -> tuple[Tape, ...]:
    """The tapes of a folder by name, none where there is no such folder; raises TapeError for a YAML that is none."""
    return tuple(Tape.load(path) for path in sorted(folder.glob(f"*{SUFFIX}")))


def written(recorded: Mapping[str, Any], recipe: Recipe, interactions: Sequence[Mapping[str, Any]]) -> str:
    """The text of a tape: ``recorded`` without its notice, the recipe, and the interactions as vcrpy has them."""
    notice = NOTICES[recorded["source"]]
    parts = {
        "recorded": {**_told(recorded), "notice": notice},
        "recipe": _told({name: _plain(getattr(recipe, name)) for name in Recipe.__slots__}),
        "version": 1,
        "interactions": list(interactions),
    }
    return f"# {notice}\n" + yaml.dump(parts, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=_WIDTH)


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [], {})}


def _plain(value: object) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, dict) else value


def _interaction(turn: Mapping[str, Any]) -> Interaction:
    request, response = turn["request"], turn["response"]
    body = response["body"]["string"] or b""
    return Interaction(
        method=request["method"],
        uri=request["uri"],
        status=int(response["status"]["code"]),
        reason=response["status"].get("message") or "",
        headers=tuple((name.lower(), value) for name, values in response["headers"].items() for value in values),
        body=body.encode() if isinstance(body, str) else body,
    )

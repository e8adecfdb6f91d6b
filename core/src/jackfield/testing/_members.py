"""The members of the CRM's user records, found out by looking, and what becomes of an answer that is spoiled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jackfield._asgi import caught
from jackfield.testing._running import run
from jackfield.testing._saying import skipped
from jackfield.testing._sources import baseline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jackfield.simulation import ASGIApp, Receive, Scope, Send
    from jackfield.testing._stage import Stage

Row = dict[str, Any]
_UNHEARD_OF = {"x_unheard_of": {"deep": [1, None, "text"]}, "unheardOf": None}


@dataclass(frozen=True)
class Members:
    """The names that users' records have, and those among them that do not hold the id."""

    names: tuple[str, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True)
class Spoiled:
    """A way to spoil every record of a user."""

    change: Callable[[Row], Row]

    @classmethod
    def unknown(cls) -> Spoiled:
        """Add members."""
        return cls(lambda row: {**_UNHEARD_OF, **row})

    @classmethod
    def null(cls, names: Sequence[str]) -> Spoiled:
        """Make these members null."""
        return cls(lambda row: {name: None if name in names else value for name, value in row.items()})

    @classmethod
    def missing(cls, names: Sequence[str]) -> Spoiled:
        """Leave these members out."""
        return cls(lambda row: {name: value for name, value in row.items() if name not in names})

    @classmethod
    def bare(cls, ids: Sequence[str]) -> Spoiled:
        """Make every member null but the ids."""
        return cls(lambda row: {name: value if str(value) in ids else None for name, value in row.items()})

    @classmethod
    def wrong(cls, name: str) -> Spoiled:
        """Put something into this member that is of another type, whatever its type is."""
        return cls(lambda row: {key: _wrong(value) if key == name else value for key, value in row.items()})

    @classmethod
    def other(cls, name: str) -> Spoiled:
        """Put a number where a text belongs, and a text where anything else does."""
        return cls(lambda row: {key: _other(value) if key == name else value for key, value in row.items()})

    def before(self, ids: Sequence[str]) -> Callable[[ASGIApp], ASGIApp]:
        """An application that spoils the answers of another: the records that belong to these users."""
        return lambda app: _Spoiling(app, self.change, frozenset(ids))


@dataclass(frozen=True)
class _Spoiling:
    app: ASGIApp
    change: Callable[[Row], Row]
    ids: frozenset[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = await caught(self.app, scope, receive)
        data = reply.data()
        rows = [row for row in rows_in(data) if holds_an_id(row, self.ids)]
        for row in rows:
            changed = self.change(row)
            row.clear()
            row.update(changed)
        await (reply.with_data(data) if rows else reply)(scope, receive, send)


@dataclass
class _Reading:
    app: ASGIApp
    rows: list[Row] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = await caught(self.app, scope, receive)
        self.rows += rows_in(reply.data())
        await reply(scope, receive, send)


def rows_in(data: Any) -> list[Row]:
    """The records of a list, or of the longest list of records that stands in an object."""
    lists = [data] if isinstance(data, list) else list(_lists_in(data))
    longest = max(lists, key=len, default=[])
    return [row for row in longest if isinstance(row, dict)]


def _lists_in(data: Any) -> Iterable[list[Any]]:
    if isinstance(data, dict):
        for value in data.values():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                yield value
            elif isinstance(value, dict):
                yield from _lists_in(value)


def holds_an_id(row: Row, ids: frozenset[str]) -> bool:
    """Whether a member of the record is the id of one of these users."""
    return any(_is_plain(value) and str(value) in ids for value in row.values())


def members_of(stage: Stage, clause: str) -> Members:
    """The members of the records that the import reads."""
    found: Members = stage.once("members", lambda: _members(stage, clause))
    return found


def _members(stage: Stage, clause: str) -> Members:
    users = {user.id for user in baseline(stage, clause, "simulator", "import").users}
    readings: list[_Reading] = []

    def reading(app: ASGIApp) -> ASGIApp:
        readings.append(_Reading(app))
        return readings[0]

    with stage.simulated(clause, front=reading) as served:
        run(stage.imported(served.settings))
    rows = [row for row in readings[0].rows if holds_an_id(row, frozenset(users))]
    if not rows:
        skipped(clause, "the simulator's answers hold no JSON records whose members are the users' ids")
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    values = {name: [row.get(name) for row in rows] for name in names}
    ids = [name for name in names if all(_is_plain(value) and str(value) in users for value in values[name])]
    return Members(names, tuple(name for name in names if name not in ids))


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def _other(value: object) -> object:
    return 5550 if isinstance(value, str) else value if value is None else "text"


def _wrong(value: object) -> object:
    return "text" if isinstance(value, (dict, list)) else {"unexpected": ["shape"]}

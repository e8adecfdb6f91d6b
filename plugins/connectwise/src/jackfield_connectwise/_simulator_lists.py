"""How a list is asked for and what of it comes: conditions, order, pages, fields.

The vendor's Developer Guide, chapters on pagination and conditions. A page past the last one is empty; the size is
cut to the most that there is.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING, Any

from jackfield_connectwise._simulator_conditions import child_predicate, predicate
from jackfield_connectwise._simulator_schema import found
from jackfield_connectwise._simulator_words import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jackfield_connectwise._simulator_account import Collection, Row
    from jackfield_connectwise._simulator_schema import Schema

DEFAULT_SIZE = 25
_TOO_LONG = 10


class BadPage(ValueError):  # noqa: N818 - the service's own refusal, not a mistake of ours
    """A page or a size that is refused."""


class Lister:
    """Answers one list at a time; ``page`` gives records and the numbers that its Link header is made of."""

    def __init__(self, knobs: Mapping[str, Any]) -> None:
        self._knobs = knobs
        self._moved = 0

    def places(self, collection: Collection, query: Mapping[str, str]) -> Sequence[int]:
        """The places of what the conditions leave, in the order asked for."""
        places = self._left(collection, query)
        if order := query.get("orderby", "").strip():
            return _ordered(collection, places, order)
        if collection.moving and places:
            turn = self._moved % len(places)
            return [*places[turn:], *places[:turn]]
        return places

    def move(self) -> None:
        """In a moving list the first one now goes to the end."""
        self._moved += 1

    def number(self, query: Mapping[str, str], name: str, default: int) -> int | None:
        """A page or a size; None where nothing is to come for it."""
        text = query.get(name, "").strip()
        if not text or (text.isdecimal() and len(text) < _TOO_LONG and int(text)):
            return int(text or default)
        if self._knobs["odd_page"] == "bad_request":
            raise BadPage(f"{name} is not a number that can be used.")
        return default if self._knobs["odd_page"] == "default" else None

    def shown(self, schema: Schema, rows: Iterable[Row], query: Mapping[str, str]) -> list[Row]:
        """The records in the shape and with the members that are asked for."""
        wanted = [name.strip() for name in query.get("fields", "").split(",") if name.strip()]
        if self._knobs["unknown_field"] == "bad_request":
            for name in wanted:
                if found(schema, name) is None:
                    raise NotUnderstood(f"{name} is not a recognized name.")
        rows = (self.shaped(row, schema) for row in rows)
        return [_narrowed(row, wanted) if wanted else row for row in rows]

    def shaped(self, row: Row, schema: Schema) -> Row:
        """Members without a value are left out or null."""
        if self._knobs["empty_members"] == "null":
            known = {name: row.get(name) for name in schema if name != "primaryEmail" or name in row}
            return {name: _dressed(value) for name, value in known.items()}
        return {name: value for name, value in row.items() if value is not None}

    def _left(self, collection: Collection, query: Mapping[str, str]) -> Sequence[int]:
        tests = [
            read(query[name], collection.schema, self._knobs)
            for name, read in (("conditions", predicate), ("childconditions", child_predicate))
            if query.get(name, "").strip()
        ]
        if not tests:
            return collection.places
        return [place for place, row in enumerate(collection.rows) if all(test(row) for test in tests)]


def after(collection: Collection, places: Sequence[int], last_id: int) -> int:
    """Where in the places the first one stands whose id is greater."""
    return bisect_right(places, last_id, key=collection.id_at)


def _ordered(collection: Collection, places: Sequence[int], order: str) -> Sequence[int]:
    if order.lower() in {"id", "id asc"} and isinstance(places, range):
        return places
    known = [place for place in places if place < collection.total] if collection.endless else list(places)
    for part in reversed(order.split(",")):
        name, _, direction = part.strip().partition(" ")
        if found(collection.schema, name) is None or direction.strip().lower() not in {"", "asc", "desc"}:
            raise NotUnderstood(f"{name} is not a recognized name.")
        known.sort(key=partial(_rank, collection, name), reverse=direction.strip().lower() == "desc")
    return known


def _rank(collection: Collection, name: str, place: int) -> tuple[bool, Any]:
    value: Any = collection.rows[place]
    for part in name.split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value is not None, value.casefold() if isinstance(value, str) else value


def _narrowed(row: Row, wanted: list[str]) -> Row:
    kept: Row = {}
    for path in wanted:
        name, _, rest = path.partition("/")
        if name not in row:
            continue
        value = row[name]
        kept[name] = {**kept.get(name, {}), **_narrowed(value, [rest])} if rest and isinstance(value, dict) else value
    return kept


def _dressed(value: Any) -> Any:
    """A reference of old has an ``_info`` that may be null."""
    return {**value, "_info": None} if isinstance(value, dict) and "name" in value else value

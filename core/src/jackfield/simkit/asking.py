"""A request as a simulator's routes see it, and the account that it is about."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from jackfield.simkit.people import INACTIVE, ORDINARY, OWNER, person
from jackfield.simulation import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jackfield.simkit.people import Person
    from jackfield.simulation import Scope

__all__ = ["Ask", "Roster", "answered"]

_HOLDERS = {"owner": OWNER, "ordinary": ORDINARY, "inactive": INACTIVE}


class Roster:
    """The users of the simulated account, made when they are asked for; ``knobs`` are those of the simulator."""

    def __init__(self, count: int, knobs: Mapping[str, Any]) -> None:
        self.count = count
        self.knobs = knobs
        self._moved = self._reached = 0

    @property
    def total(self) -> int:
        """How many users there are said to be; an endless list always has one more than it has given."""
        return max(self.count, self._reached + 1) if self.knobs["listing"] == "endless" else self.count

    @property
    def holder(self) -> Person:
        """The user whose key it is."""
        return person(_HOLDERS[self.knobs["key_holder"]])

    def page(self, skip: int, top: int, *, keyed: bool) -> list[Person]:
        """Those from a place on.

        A moving list that is walked by place (not ``keyed``) has its first user go to the end after each first page,
        so that another steps over the page's edge; one that is walked by key merely shows him again at the end.
        """
        moving = self.knobs["listing"] == "moving" and self.count > 0
        last = self.count + (keyed and moving)
        end = skip + top if self.knobs["listing"] == "endless" else min(skip + top, last)
        self._reached = max(self._reached, end)
        found = [person(self._number(place)) for place in range(skip, end)]
        if moving and not keyed and skip == 0:
            self._moved += 1
        return found

    def _number(self, place: int) -> int:
        return place if self.knobs["listing"] == "endless" else (place + self._moved) % self.count


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One request: its address without the query, the query, the headers in lower case, what the path's braces held."""

    method: str
    url: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    roster: Roster
    captured: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, scope: Scope, roster: Roster) -> Ask:
        """The request that an ASGI scope describes."""
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        url = f"{scope.get('scheme', 'http')}://{headers.get('host', '')}{scope['path']}"
        return cls(method=scope["method"], url=url, path=scope["path"], query=query, headers=headers, roster=roster)

    def number(self, name: str, default: int) -> int:
        """A whole number of the query; the default where it is missing or none."""
        text = self.query.get(name, "")
        return int(text) if text.isdecimal() else default


def answered(data: object, *headers: tuple[str, str], status: int = 200) -> Reply:
    """An answer in JSON; what is a Reply already stays as it is."""
    if isinstance(data, Reply):
        return data
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, body, (("content-type", "application/json; charset=utf-8"), *headers))

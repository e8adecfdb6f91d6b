"""How a simulated CRM gives a list in pages.

``items`` is the member that holds the list, None where the answer is the list itself; ``total`` is the member, or the
header where it begins with ``X-``, that tells how many there are, None where nothing does. A member of a member is
written with a dot (``meta.total``). ``size`` is the parameter for the number of items in one answer: ``default`` unless
asked, ``most`` whatever is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from urllib.parse import urlencode

from jackfield.simkit.asking import answered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jackfield.simkit.asking import Ask
    from jackfield.simulation import Reply

__all__ = ["ByCursor", "ByLink", "ByOffset", "ByPage", "Paging", "Rows", "Whole"]

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """A list: how many rows it has by now, and so many of them from a place on."""

    total: Callable[[], int]
    page: Callable[[int, int], Sequence[Row]]


class Paging(Protocol):
    """Gives the part of a list that a request asks for."""

    #: Whether the list comes in several answers.
    pages: ClassVar[bool]
    #: Whether an answer holds the address of the next page.
    next_address: ClassVar[bool]
    #: Whether a walk goes on after the item that came last, wherever that has moved meanwhile.
    keyed: ClassVar[bool]

    @property
    def total(self) -> str | None:
        """Where the total is told."""
        ...

    def reply(self, rows: Rows, ask: Ask) -> Reply:
        """The answer to the request."""
        ...


@dataclass(frozen=True, kw_only=True)
class Whole:
    """The whole list in one answer."""

    pages: ClassVar[bool] = False
    next_address: ClassVar[bool] = False
    keyed: ClassVar[bool] = False
    items: str | None = None
    total: str | None = None
    size: str = "limit"
    default: int = 100
    most: int = 100

    def reply(self, rows: Rows, ask: Ask) -> Reply:  # noqa: ARG002 - every paging is asked alike
        shown = rows.page(0, rows.total())
        return self._dressed(shown, rows)

    def _top(self, ask: Ask) -> int:
        clamp: int = ask.roster.knobs["page_size"]
        return clamp or max(1, min(ask.number(self.size, self.default), self.most))

    def _dressed(self, shown: Sequence[Row], rows: Rows, *headers: tuple[str, str], **members: object) -> Reply:
        total = {} if self.total is None else {self.total: rows.total()}
        told = [(name.lower(), str(value)) for name, value in total.items() if name.startswith("X-")]
        kept = {name: value for name, value in total.items() if not name.startswith("X-")}
        data = shown if self.items is None else nested({self.items: shown, **kept, **members})
        return answered(data, *told, *headers)


@dataclass(frozen=True, kw_only=True)
class ByOffset(Whole):
    """By the place of the first item wanted, the first of all being 0: ``?offset=200&limit=100``."""

    pages: ClassVar[bool] = True
    start: str = "offset"

    def reply(self, rows: Rows, ask: Ask) -> Reply:
        return self._dressed(rows.page(ask.number(self.start, 0), self._top(ask)), rows)


@dataclass(frozen=True, kw_only=True)
class ByPage(Whole):
    """By the number of the page, the first being ``first``: ``?page=3&per_page=100``."""

    pages: ClassVar[bool] = True
    size: str = "per_page"
    number: str = "page"
    first: int = 1

    def reply(self, rows: Rows, ask: Ask) -> Reply:
        top = self._top(ask)
        return self._dressed(rows.page(self._skip(ask, top), top), rows)

    def _skip(self, ask: Ask, top: int) -> int:
        return max(0, ask.number(self.number, self.first) - self.first) * top


@dataclass(frozen=True, kw_only=True)
class ByLink(ByPage):
    """By the address of the next page in the header ``Link``, which is an absolute one (RFC 8288)."""

    next_address: ClassVar[bool] = True

    def reply(self, rows: Rows, ask: Ask) -> Reply:
        top = self._top(ask)
        skip = self._skip(ask, top)
        shown = rows.page(skip, top)
        ended = skip + top >= rows.total()
        query = {**ask.query, self.number: str(ask.number(self.number, self.first) + 1)}
        link = [] if ended else [("link", f'<{ask.url}?{urlencode(query)}>; rel="next"')]
        return self._dressed(shown, rows, *link)


@dataclass(frozen=True, kw_only=True)
class ByCursor(Whole):
    """By a token of the last answer, in its member ``next``, which is null on the last page: ``?cursor=YWJj``."""

    pages: ClassVar[bool] = True
    keyed: ClassVar[bool] = True
    items: str | None = "items"
    cursor: str = "cursor"
    next: str = "next_cursor"

    def reply(self, rows: Rows, ask: Ask) -> Reply:
        top = self._top(ask)
        text = ask.query.get(self.cursor, "").removeprefix(_TOKEN)
        skip = int(text, 16) if text else 0
        shown = rows.page(skip, top)
        more = len(shown) == top and bool(rows.page(skip + top, 1))
        return self._dressed(shown, rows, **{self.next: f"{_TOKEN}{skip + top:06x}" if more else None})


_TOKEN = "after-"  # noqa: S105 - begins a token that is opaque to the client


def nested(members: dict[str, object]) -> Row:
    """Members with dots in their names as objects within objects."""
    whole: Row = {}
    for name, value in members.items():
        *outer, last = name.split(".")
        place = whole
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return whole

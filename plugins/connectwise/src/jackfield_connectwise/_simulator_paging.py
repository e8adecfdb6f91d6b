"""The two ways through a list: numbered pages, and forward-only ones; and the Link header of each (RFC 8288)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jackfield_connectwise._simulator_lists import DEFAULT_SIZE, BadPage, Lister, after

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jackfield_connectwise._simulator_account import Collection, Row

_FORWARD = "forward-only"
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Request:
    """What a list is asked by: its address, its query in lower-case names, and its pagination-type."""

    address: str
    query: Mapping[str, str]
    pagination: str


class Pager:
    """Cuts lists into pages."""

    def __init__(self, lister: Lister, knobs: Mapping[str, Any]) -> None:
        self._lister, self._knobs = lister, knobs

    def page(self, collection: Collection, asked: Request) -> tuple[list[Row], list[tuple[str, str]]]:
        """The records that come, and the headers beside them; raises NotUnderstood or BadPage."""
        forward = asked.pagination.strip().lower() == _FORWARD
        if forward and self._knobs["forward_only"] == "supported":
            return self._forward(collection, asked)
        rows, link = self._numbered(collection, asked)
        silent = self._knobs["link_form"] == "absent" or (forward and self._knobs["forward_only"] == "unsupported")
        return rows, [] if silent or not link else [("link", link)]

    def _forward(self, collection: Collection, asked: Request) -> tuple[list[Row], list[tuple[str, str]]]:
        if asked.query.get("orderby", "").strip():
            raise BadPage("orderBy cannot be used with forward-only pagination.")
        size = self._size(asked.query)
        places = self._lister.places(collection, asked.query) if not collection.moving else collection.places
        start = self._start(collection, places, asked.query)
        shown = places[start : start + size]
        if collection.moving and 0 < start < len(places):
            shown = places[start - 1 : start + size - 1]
        rows = self._lister.shown(collection.schema, map(collection.at, shown), asked.query)
        if len(shown) and shown[-1] != places[-1]:
            following = {**_without(asked.query, "page", "pageid"), "pageId": str(collection.id_at(shown[-1]))}
            return rows, [("link", f'<{_address(asked, following, self._mark)}>; rel="next"')]
        return rows, [("link", "")] if self._knobs["last_link"] == "empty" else []

    def _start(self, collection: Collection, places: Sequence[int], query: Mapping[str, str]) -> int:
        text = query.get("pageid", "").strip()
        if not text:
            return 0
        if not text.isdecimal() or len(text) > len(str(_LARGEST_ID)):
            raise BadPage("pageId is not a number that can be used.")
        return after(collection, places, int(text))

    def _numbered(self, collection: Collection, asked: Request) -> tuple[list[Row], str]:
        size, page = self._size(asked.query), self._lister.number(asked.query, "page", 1)
        if not size or page is None:
            return [], ""
        places = self._lister.places(collection, asked.query)
        shown = places[size * (page - 1) : size * page]
        if collection.moving and page == 1 and "orderby" not in asked.query:
            self._lister.move()
        last = max(-(-len(places) // size), 1)
        rows = self._lister.shown(collection.schema, map(collection.at, shown), asked.query)
        return rows, self._link(asked, page, last) if last > 1 else ""

    def _link(self, asked: Request, page: int, last: int) -> str:
        ways = {"next": page + 1, "last": last} if page < last else {}
        back = {"prev": page - 1, "first": 1} if page > 1 else {}
        if self._knobs["link_form"] == "mislabelled" and page >= last:
            ways, back = {"next": page}, {"first": 1}
        shown = {**ways, **back}
        query = _without(asked.query, "page")
        return ", ".join(
            f'<{_address(asked, {**query, "page": str(number)}, self._mark)}>; rel="{name}"'
            for name, number in shown.items()
        )

    @property
    def _mark(self) -> str:
        return "&" if self._knobs["link_form"] == "query_less" else "?"

    def _size(self, query: Mapping[str, str]) -> int:
        size = self._lister.number(query, "pagesize", DEFAULT_SIZE)
        return 0 if size is None else min(size, self._knobs["largest_page"])


def _without(query: Mapping[str, str], *names: str) -> dict[str, str]:
    """The query as it was asked, but for these; the names are spelt as the API spells them."""
    return {_SPELT.get(name, name): value for name, value in query.items() if name not in names}


_SPELT = {"pagesize": "pageSize", "orderby": "orderBy", "childconditions": "childConditions"}


def _address(asked: Request, query: Mapping[str, str], mark: str) -> str:
    return f"{asked.address}{mark}{urlencode(query)}"

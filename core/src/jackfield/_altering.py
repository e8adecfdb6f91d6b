"""Good answers made bad: what some of the standard faults do with the data of an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jackfield._asgi import Reply

ELSEWHERE = "https://elsewhere.example/"
Rows = list[Any]


def truncated(reply: Reply) -> Reply:
    """The first half of the data."""
    return reply if reply.data() is None else replace(reply, body=reply.body[: len(reply.body) // 2])


def wrong_shape(id_fields: Sequence[str], reply: Reply) -> Reply:
    """An object in the place of the list, or a list in the place of an object that holds none."""
    data = reply.data()
    altered = _with_list(data, id_fields, lambda rows: {"items": rows})
    if altered is not None:
        return reply.with_data(altered)
    return reply.with_data([data]) if isinstance(data, dict) else reply


def null_id(id_fields: Sequence[str], reply: Reply) -> Reply:
    """The last record of the list, or the record itself, without its id."""
    data = reply.data()
    altered = _with_list(
        data, id_fields, lambda rows: [*rows[:-1], *(_without_id(row, id_fields) for row in rows[-1:])]
    )
    if altered is None and isinstance(data, dict):
        altered = _without_id(data, id_fields)
    return reply if altered is None else reply.with_data(altered)


def foreign_next_page(next_fields: Sequence[str], reply: Reply) -> Reply:
    """The next page on another host, in the header or in the data."""
    headers = tuple((name, f'<{ELSEWHERE}>; rel="next"' if name == "link" else value) for name, value in reply.headers)
    data = reply.data()
    if isinstance(data, dict):
        data |= dict.fromkeys([name for name in next_fields if name in data], ELSEWHERE)
        reply = reply.with_data(data)
    return replace(reply, headers=headers)


def half(id_fields: Sequence[str], reply: Reply) -> Reply:
    """The first half of the list."""
    altered = _with_list(reply.data(), id_fields, lambda rows: rows[: (len(rows) + 1) // 2])
    return reply if altered is None else reply.with_data(altered)


def holds_list(id_fields: Sequence[str], reply: Reply) -> bool:
    """Whether the answer is a page of a list."""
    return _with_list(reply.data(), id_fields, lambda rows: rows) is not None


def _with_list(data: Any, id_fields: Sequence[str], change: Callable[[Rows], object]) -> Any:
    """The data with its list changed: the data itself, or the longest list of objects inside; None without one.

    A record has an id, and the lists inside it are its own.
    """
    if isinstance(data, list):
        return change(data)
    if not isinstance(data, dict) or any(name in data for name in id_fields):
        return None
    holder, name = max(_lists_in(data), key=lambda place: len(place[0][place[1]]), default=(data, None))
    if name is None:
        return None
    holder[name] = change(holder[name])
    return data


def _lists_in(data: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _lists_in(value)
        elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            yield data, name


def _without_id(row: Any, id_fields: Sequence[str]) -> Any:
    if not isinstance(row, dict):
        return row
    return row | dict.fromkeys([name for name in id_fields if name in row][:1])

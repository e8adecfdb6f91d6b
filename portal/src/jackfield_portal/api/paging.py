"""Long lists by cursor: a page begins behind the last row of the one before, whatever came or went meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from jackfield_portal.api.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

__all__ = ["Asked", "Page", "page", "page_behind"]

T = TypeVar("T")
M = TypeVar("M", bound=Model)
_LONGEST_CURSOR = 400


class PageQuery(Schema):
    """Which page of a list."""

    limit: int = Field(50, ge=1, le=200, description="How many at most.")
    cursor: str = Field("", max_length=_LONGEST_CURSOR, description="“next” of the page before; empty for the first.")


Asked = Annotated[PageQuery, Query()]


class Page(Schema, Generic[T]):
    """Some of a list; ``next`` is the cursor of the page behind it, null on the last."""

    items: list[T]
    next: str | None = None


def page(rows: QuerySet[M], asked: PageQuery, told: Callable[[M], Any], *, by: str = "pk") -> dict[str, Any]:
    """A page of the rows, in the order of ``by`` (with ``-`` the other way round) and then of their ids."""
    field, down = by.lstrip("-"), by.startswith("-")
    sign = "-" if down else ""
    found = rows.order_by(by) if field == "pk" else rows.order_by(by, f"{sign}pk")
    try:
        if asked.cursor:
            found = found.filter(_behind(field, asked.cursor, "lt" if down else "gt"))
        some = list(found[: asked.limit + 1])
    except (ValueError, TypeError, OverflowError, ValidationError):
        raise _nonsense() from None
    following = _cursor(some[asked.limit - 1], field) if len(some) > asked.limit else None
    return {"items": [told(row) for row in some[: asked.limit]], "next": following}


def page_behind(
    rows: Callable[[str, int], Sequence[T]], asked: PageQuery, told: Callable[[T], Any], key: Callable[[T], str]
) -> dict[str, Any]:
    """A page of what no database puts in order: ``rows`` gives so many behind a key, or the first for an empty one.

    It raises ValueError for a key that is none.
    """
    try:
        behind = _opened(asked.cursor)[1] if asked.cursor else ""
        some = rows(behind, asked.limit + 1)
    except ValueError:
        raise _nonsense() from None
    following = _sealed("", key(some[asked.limit - 1])) if len(some) > asked.limit else None
    return {"items": [told(row) for row in some[: asked.limit]], "next": following}


def _behind(field: str, cursor: str, way: str) -> Q:
    value, key = _opened(cursor)
    if field == "pk":
        return Q(**{f"pk__{way}": key})
    return Q(**{f"{field}__{way}": value}) | Q(**{field: value, f"pk__{way}": key})


def _cursor(row: Model, field: str) -> str:
    value = getattr(row, field)
    return _sealed(value.isoformat() if hasattr(value, "isoformat") else str(value), str(row.pk))


def _opened(cursor: str) -> tuple[str, str]:
    try:
        value, key = json.loads(base64.urlsafe_b64decode(cursor.encode()).decode())
    except (binascii.Error, ValueError, TypeError):
        raise _nonsense() from None
    if not isinstance(value, str) or not isinstance(key, str) or "\0" in value + key:
        raise _nonsense()
    return value, key


def _sealed(value: str, key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([value, key]).encode()).decode()


def _nonsense() -> Refused:
    return Refused("invalid_request", _("The cursor is none that this list has given."))

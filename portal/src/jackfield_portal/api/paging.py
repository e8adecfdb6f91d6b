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
    from collections.abc import Callable

    from django.db.models import QuerySet

__all__ = ["Asked", "Page", "page"]

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


def _behind(field: str, cursor: str, way: str) -> Q:
    try:
        value, key = json.loads(base64.urlsafe_b64decode(cursor.encode()).decode())
    except (binascii.Error, ValueError, TypeError):
        raise _nonsense() from None
    if not isinstance(value, str) or not isinstance(key, str) or "\0" in value + key:
        raise _nonsense()
    if field == "pk":
        return Q(**{f"pk__{way}": key})
    return Q(**{f"{field}__{way}": value}) | Q(**{field: value, f"pk__{way}": key})


def _cursor(row: Model, field: str) -> str:
    value = getattr(row, field)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return base64.urlsafe_b64encode(json.dumps([text, str(row.pk)]).encode()).decode()


def _nonsense() -> Refused:
    return Refused("invalid_request", _("The cursor is none that this list has given."))

"""Searching and paging of lists of CRM users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Q

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

__all__ = ["ROWS", "holding", "page_of"]

#: Rows of a list on one page.
ROWS: Final = 50
#: More words than this narrow nothing down that a person looks for.
_WORDS: Final = 8


def holding(words: str, fields: Iterable[str]) -> Q:
    """What holds every one of the words, each in any of the fields, whatever their case."""
    names = tuple(fields)
    every = Q()
    for word in words.split()[:_WORDS]:
        any_field = Q()
        for name in names:
            any_field |= Q(**{f"{name}__icontains": word})
        every &= any_field
    return every


def page_of(rows: QuerySet[Any], number: str | int, *, count: int | None = None) -> Page[Any]:
    """A page of a list, the nearest there is to the number; ``count`` are all its rows where that is known already."""
    pages = Paginator(rows, ROWS)
    if count is not None:
        pages.count = count
    return pages.get_page(number)

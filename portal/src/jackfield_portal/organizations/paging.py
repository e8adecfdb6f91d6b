"""Long lists on the screen: what was searched for, and one page of what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


__all__ = ["ROWS", "page_of", "words_of"]

#: Rows on one page.
ROWS = 50
_LONGEST = 200


def words_of(request: HttpRequest) -> str:
    """What was searched for."""
    return request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST]


def page_of(found: QuerySet[Any], request: HttpRequest) -> Page[Any]:
    """The page that was asked for, the nearest where there is no such page."""
    return Paginator(found, ROWS).get_page(request.GET.get("page"))

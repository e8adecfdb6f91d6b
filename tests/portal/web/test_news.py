"""An answer that waits for news: it comes with them, and without any after a moment."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from django.test import RequestFactory

from jackfield_portal.web import news

if TYPE_CHECKING:
    from collections.abc import Callable

SHOWN = news.mark("running", 3)


def looked(*found: str) -> tuple[Callable[[], str], list[float]]:
    """What is seen at each look, the last for ever, and when it was looked."""
    times: list[float] = []

    def look() -> str:
        times.append(time.monotonic())
        return found[min(len(times), len(found)) - 1]

    return look, times


def test_marks_tell_apart() -> None:
    assert news.mark("running", 3) == SHOWN
    assert len({SHOWN, news.mark("running", 4), news.mark("done", 3), news.mark("running3")}) == 4


@pytest.mark.django_db
def test_it_comes_with_the_news() -> None:
    look, times = looked(SHOWN, SHOWN, news.mark("running", 4))
    news.wait(RequestFactory().get("/", {"seen": SHOWN}), look)
    assert len(times) == 3


@pytest.mark.django_db
def test_it_comes_without_any() -> None:
    """And meanwhile looks often, not without a pause."""
    look, times = looked(SHOWN)
    began = time.monotonic()
    news.wait(RequestFactory().get("/", {"seen": SHOWN}), look)
    assert time.monotonic() - began >= news.LONGEST
    assert 2 <= len(times) <= 27


@pytest.mark.parametrize("query", [{}, {"seen": ""}, {"seen": "another"}])
@pytest.mark.django_db
def test_a_page_that_has_shown_nothing_or_something_else_does_not_wait(query: dict[str, str]) -> None:
    look, times = looked(SHOWN)
    news.wait(RequestFactory().get("/", query), look)
    assert len(times) <= 1

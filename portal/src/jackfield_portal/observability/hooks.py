"""A plugin of the host around the hooks of every connector: it traces the steps of a check, and a listing of users."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pluggy

from jackfield_portal.observability import tracing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Sequence

    from jackfield.checks import CheckStep

__all__ = ["import_users", "systems_check"]

hookimpl = pluggy.HookimplMarker("jackfield")


@hookimpl(wrapper=True)
def systems_check() -> Generator[None, Sequence[CheckStep], Sequence[CheckStep]]:
    """Put a span around each step."""
    steps = yield
    return [_traced(step) for step in steps] if tracing.active() else steps


@hookimpl(wrapper=True)
def import_users() -> Generator[None, AsyncIterator[Any], AsyncIterator[Any]]:
    """Put a span around each page's coming."""
    pages = yield
    return _pages(pages) if tracing.active() else pages


def _traced(step: CheckStep) -> CheckStep:
    async def run(connection: Any) -> Any:
        with tracing.span(f"check step {step.id}", **{"jackfield.step": step.id}):
            return await step.run(connection)

    return replace(step, run=run)


async def _pages(pages: Any) -> AsyncIterator[Any]:
    """Each page under a span of its own, which ends before the page is given away."""
    iterator = aiter(pages)
    try:
        while True:
            with tracing.span("import page") as begun:
                page = await anext(iterator, None)
                if page is not None and begun is not None:
                    begun.set_attribute("jackfield.users", len(page))
            if page is None:
                return
            yield page
    finally:
        if hasattr(iterator, "aclose"):
            async with aclosing(iterator):
                pass

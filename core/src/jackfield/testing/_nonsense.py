"""Answers that tell nothing, and what becomes of an answer whose members are not as they should be."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from jackfield.simulation import Reply

if TYPE_CHECKING:
    from jackfield.simulation import ASGIApp, Receive, Scope, Send

_SLOWLY = 0.03
#: JSON that no check may be content with.
NONSENSE: Final = {"null": "null", "empty_object": "{}", "text": '"ok"', "number": "1", "true": "true"}


class Slow:
    """Takes its time for every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(_SLOWLY)
        await self._app(scope, receive, send)


def as_it_is(app: ASGIApp) -> ASGIApp:
    """The application itself."""
    return app


class Always:
    """Answers every request with the same JSON."""

    def __init__(self, body: str) -> None:
        self._reply = Reply.of(200, "application/json", body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._reply(scope, receive, send)

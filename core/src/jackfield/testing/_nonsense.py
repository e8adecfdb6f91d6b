"""Answers that tell nothing, and what becomes of an answer whose members are not as they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jackfield.simulation import Reply

if TYPE_CHECKING:
    from jackfield.simulation import Receive, Scope, Send

#: JSON that no check may be content with.
NONSENSE: Final = {"null": "null", "empty_object": "{}", "text": '"ok"', "number": "1", "true": "true"}


class Always:
    """Answers every request with the same JSON."""

    def __init__(self, body: str) -> None:
        self._reply = Reply.of(200, "application/json", body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._reply(scope, receive, send)

"""What those who run the portal ask it: whether its process lives, and whether it can do its work.

They ask by whatever host name or address they like, without signing in, so they are answered before Django sees them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from jackfield_portal import database

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

__all__ = ["LIVE", "READY", "Health"]

LIVE, READY = "/health/live", "/health/ready"
#: Seconds after which a database that says nothing is not ready.
_PATIENCE = 3.0
_OK = 200
_BAD_METHOD = 405
_UNREADY = 503


class Health:
    """An ASGI application around the portal's. ``end`` has it tell that this process takes no more visitors."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._ending = False
        self._look: asyncio.Future[str | None] | None = None

    def end(self) -> None:
        """From now on this process is not ready, and each visitor's connection ends with its answer."""
        self._ending = True

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer what is asked of the process; all else is the portal's."""
        if scope["type"] != "http" or scope["path"] not in {LIVE, READY}:
            await self._application(scope, receive, self._last(send) if self._ending else send)
        elif scope["method"] not in {"GET", "HEAD"}:
            await _answer(send, _BAD_METHOD, "Ask with GET.")
        elif scope["path"] == LIVE:
            await _answer(send, _OK, "The process lives.")
        else:
            problem = await self._problem()
            await _answer(send, _UNREADY if problem else _OK, problem or "Ready.")

    async def _problem(self) -> str | None:
        if self._ending:
            return "This process is ending."
        if self._look is None or self._look.done():  # many who ask at once are one question to the database
            self._look = asyncio.ensure_future(asyncio.to_thread(database.problem))
        try:
            return await asyncio.wait_for(asyncio.shield(self._look), _PATIENCE)
        except TimeoutError:
            return f"The database has not answered for {_PATIENCE:.0f} seconds."

    @staticmethod
    def _last(send: Send) -> Send:
        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
            await send(message)

        return closing


async def _answer(send: Send, status: int, text: str) -> None:
    body = f"{text}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

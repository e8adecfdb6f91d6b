"""The threads that draw pages. Django makes one anew for each request, and with it a connection to the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from asgiref.sync import ThreadSensitiveContext
from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]

__all__ = ["KeptThreads"]

#: Threads that are kept while nobody asks for anything; in a rush there are as many as there are requests.
_IDLE = 8


class KeptThreads:
    """An ASGI application around Django's: each request has a thread of its own, and a later one has it again.

    With ``CONN_MAX_AGE`` the thread's connection to the database is kept with it: opening SQLite's costs more than the
    questions of a page.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self._application = application
        self._idle: list[ThreadPoolExecutor] = []

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        """Answer in the thread that was used last, while its memory is warm."""
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, thread_name_prefix="page")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self._application(scope, receive, send)
        finally:
            if len(self._idle) < _IDLE:
                self._idle.append(thread)
            else:
                thread.submit(connections.close_all)
                thread.shutdown(wait=False)

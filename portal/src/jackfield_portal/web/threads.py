"""The threads that draw pages. Django makes one anew for each request, and with it a connection to the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    Message = MutableMapping[str, Any]

__all__ = ["KeptThreads", "OneThread"]

#: Threads that are kept while nobody asks for anything; in a rush there are as many as there are requests.
_IDLE = 8


class OneThread(ASGIHandler):
    """Django, which goes through all middleware and the view in the request's thread, in one go.

    By itself it goes back to the event loop between any two of them; no view here has anything to do there. That is a
    fifth of the work of a page.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - Django's interface
        """One chain of plain functions."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The answer of the whole chain."""
        answer: HttpResponseBase = await sync_to_async(self.get_response, thread_sensitive=True)(request)
        return answer


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

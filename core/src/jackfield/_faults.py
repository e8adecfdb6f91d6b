"""Faults that any web API may show, put in front of an ASGI application that has none; it knows no CRM."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from jackfield._altering import ELSEWHERE, foreign_next_page, half, holds_list, null_id, truncated, wrong_shape
from jackfield._asgi import ASGIApp, Receive, Reply, Scope, Send, caught

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Rewrite = Callable[[Reply], Reply]

_LONGEST_STALL = 60.0
_CHUNK = b" " * 65_536
_CHUNKS = 1_024  # 64 MiB, four times what the client reads at most


def _page(status: int, title: str) -> Reply:
    markup = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Reply.of(status, "text/html", markup)


def _json(status: int, message: str, **headers: str) -> Reply:
    return Reply.of(status, "application/json", f'{{"message":"{message}"}}', **headers)


#: Faults that are always the same answer.
_FIXED: dict[str, Reply] = {
    "unauthorized": _json(401, "Unauthorized"),
    "forbidden": _json(403, "Forbidden"),
    "not_found_html": _page(404, "404 - File or directory not found."),
    "throttled": _json(429, "Too many requests", retry_after="1"),
    "throttled_no_retry_after": _json(429, "Too many requests"),
    "server_error": _page(500, "Server Error"),
    "unavailable": _page(503, "Service Unavailable"),
    "empty_body": Reply.of(200, "application/json", ""),
    "html_ok": _page(200, "Welcome"),
    "redirect_elsewhere": Reply(302, b"", (("location", ELSEWHERE),)),
}


async def _stalled(_scope: Scope, receive: Receive, _send: Send) -> None:
    import asyncio

    async def left() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(left(), _LONGEST_STALL)
    except TimeoutError:
        return


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A fault and the requests it holds for: from the ``first`` on, to the ``last`` where there is one."""

    name: str
    first: int = 1
    last: int | None = None

    def holds(self, request: int) -> bool:
        """Whether it holds for a request, the first of all being 1."""
        return self.first <= request and (self.last is None or request <= self.last)


class Faulty:
    """An application with faults: each request is counted, and the rule that began last decides how it fails.

    ``shapes`` are applications that answer for a fault in a platform's own way, or for a fault of its own.
    """

    def __init__(
        self,
        app: ASGIApp,
        rules: Sequence[Rule],
        *,
        shapes: Mapping[str, ASGIApp],
        id_fields: Sequence[str],
        next_fields: Sequence[str],
    ) -> None:
        self._app = app
        self._id_fields = id_fields
        self._requests = 0
        self._first_lists: dict[str, Reply] = {}
        handlers: dict[str, ASGIApp] = {
            **_FIXED,
            **self._altering(id_fields, next_fields),
            "stalled": _stalled,
            **shapes,
        }
        self._rules = [(rule, handlers[rule.name]) for rule in sorted(rules, key=lambda rule: -rule.first)]
        self._remembers = any(rule.name == "repeated_page" for rule in rules)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._requests += 1
        sound = self._remembered if self._remembers else self._app
        handler = next((handler for rule, handler in self._rules if rule.holds(self._requests)), sound)
        await handler(scope, receive, send)

    def _altering(self, id_fields: Sequence[str], next_fields: Sequence[str]) -> dict[str, ASGIApp]:
        rewrites: dict[str, Rewrite] = {
            "truncated_json": truncated,
            "wrong_shape": partial(wrong_shape, id_fields),
            "null_id": partial(null_id, id_fields),
            "foreign_next_page": partial(foreign_next_page, next_fields),
        }
        return {
            **{name: partial(self._rewritten, rewrite) for name, rewrite in rewrites.items()},
            "repeated_page": self._repeated,
            "dropped_connection": self._dropped,
            "too_large": self._too_large,
        }

    async def _rewritten(self, rewrite: Rewrite, scope: Scope, receive: Receive, send: Send) -> None:
        await rewrite(await caught(self._app, scope, receive))(scope, receive, send)

    async def _remembered(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = await caught(self._app, scope, receive)
        if holds_list(self._id_fields, reply):
            self._first_lists.setdefault(scope["path"], reply)
        await reply(scope, receive, send)

    async def _repeated(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Half of what was asked for: a short list that comes whole at once would hide that its page repeats.
        reply = self._first_lists.get(scope["path"]) or half(self._id_fields, await caught(self._app, scope, receive))
        if holds_list(self._id_fields, reply):
            self._first_lists.setdefault(scope["path"], reply)
        await reply(scope, receive, send)

    async def _dropped(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = await caught(self._app, scope, receive)
        await send(reply.start())
        await send({"type": "http.response.body", "body": reply.body[: len(reply.body) // 2], "more_body": True})
        # Returning with the body unfinished makes the server close the connection.

    async def _too_large(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = await caught(self._app, scope, receive)
        await send(reply.start(chunked=True))
        for part in (reply.body[:-1], *[_CHUNK] * _CHUNKS):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": reply.body[-1:]})

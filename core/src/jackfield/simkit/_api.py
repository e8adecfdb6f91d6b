"""The ASGI application of a simulated CRM."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from jackfield.simkit.asking import Ask
from jackfield.simulation import Reply

if TYPE_CHECKING:
    from jackfield.simkit.asking import Roster
    from jackfield.simkit.crm import SimulatedCrm
    from jackfield.simulation import Receive, Scope, Send


class Api:
    """Answers one request at a time: who may ask, what is asked for, what comes back."""

    def __init__(self, crm: SimulatedCrm, roster: Roster) -> None:
        self._crm, self._roster = crm, roster
        self._routes = [(_pattern(route.path), route) for route in crm.routes]
        self._window, self._in_window = 0.0, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._reply(Ask.of(scope, self._roster))(scope, receive, send)

    def _reply(self, ask: Ask) -> Reply:
        if not ask.path.startswith(self._crm.prefix):
            return self._page(ask.path)
        key = self._roster.knobs["api_key"]
        if self._crm.signing.key(ask) != key:
            return self._crm.refusal(401)
        ask = replace(ask, query={name: value for name, value in ask.query.items() if value != key})
        if self._roster.knobs["rate_limit"] and self._exceeds():
            return waiting(self._crm.refusal(429))
        if ask.method not in {"GET", "HEAD"}:
            return self._crm.refusal(405)
        return self._routed(ask, ask.path.removeprefix(self._crm.prefix).strip("/"))

    def _routed(self, ask: Ask, path: str) -> Reply:
        for pattern, route in self._routes:
            if found := pattern.fullmatch(path):
                if route.step is not None and route.step == self._roster.knobs["forbidden"]:
                    return self._crm.refusal(403)
                return route.reply(replace(ask, captured=found.groupdict()))
        return self._crm.refusal(404)

    def _exceeds(self) -> bool:
        if self._crm.limit is None:
            return False
        most, seconds = self._crm.limit
        now = time.monotonic()
        if now - self._window >= seconds:
            self._window, self._in_window = now, 0
        self._in_window += 1
        return self._in_window > most

    def _page(self, path: str) -> Reply:
        web = self._crm.web
        title = path.removeprefix(web) if web and path.startswith(web) else None
        status, shown = (404, "Page not found") if title is None else (200, title or "Welcome")
        return Reply.of(status, "text/html", f"<!DOCTYPE html><title>{escape(shown)}</title><h1>{escape(shown)}</h1>")


def _pattern(path: str) -> re.Pattern[str]:
    """What is in braces captures a segment."""
    texts = re.split(r"\{(\w+)\}", path.strip("/"))
    parts = [f"(?P<{text}>[^/]+)" if place % 2 else re.escape(text) for place, text in enumerate(texts)]
    return re.compile("".join(parts))


def waiting(reply: Reply) -> Reply:
    """An answer that asks to wait for a second."""
    return replace(reply, headers=(*reply.headers, ("retry-after", "1")))

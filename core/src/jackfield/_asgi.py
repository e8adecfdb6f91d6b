"""The little of ASGI that simulators need: an answer that is itself an application, and how to catch one."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, replace
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP answer; call it as an ASGI application to give it. Header names are lower-case."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, status: int, media_type: str, body: str, **headers: str) -> Reply:
        """An answer with a text as its body; ``retry_after="1"`` stands for the header ``retry-after: 1``."""
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return cls(status, body.encode(), (("content-type", f"{media_type}; charset=utf-8"), *named))

    def header(self, name: str) -> str:
        """A header's value, empty where it is missing."""
        return dict(self.headers).get(name, "")

    def data(self) -> Any:
        """The JSON of a good answer; None where it is no good answer or no JSON."""
        if self.status != 200 or "json" not in self.header("content-type"):  # noqa: PLR2004 - HTTP's "OK"
            return None
        return json.loads(self.body)

    def with_data(self, data: object) -> Reply:
        """The same answer with other JSON in it."""
        return replace(self, body=json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode())

    def start(self, *, chunked: bool = False) -> Message:
        """The message that begins the answer; ``chunked`` announces no length."""
        kept = [(name.encode(), value.encode("latin-1")) for name, value in self.headers if name != "content-length"]
        length = [] if chunked else [(b"content-length", str(len(self.body)).encode())]
        return {"type": "http.response.start", "status": self.status, "headers": kept + length}

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send(self.start())
        await send({"type": "http.response.body", "body": self.body})


async def caught(app: ASGIApp, scope: Scope, receive: Receive) -> Reply:
    """What an application answers, whole and not compressed."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    await app({**scope, "headers": plain}, receive, keep)
    start, *parts = messages
    headers = tuple((name.decode().lower(), value.decode("latin-1")) for name, value in start.get("headers", ()))
    return Reply(start["status"], b"".join(part.get("body", b"") for part in parts), headers)

"""A receiver of webhooks on loopback: it keeps what it is told, and answers as a test wants."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Receiver", "Told"]


@dataclass(frozen=True, kw_only=True)
class Told:
    """One request as it arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The event in it."""
        return dict(json.loads(self.body))


@dataclass
class Receiver:
    """An ASGI application; ``answers`` are the statuses it gives in turn, the last one ever after."""

    answers: list[int] = field(default_factory=lambda: [204])
    told: list[Told] = field(default_factory=list)
    url: str = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Take one request."""
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.told.append(Told(headers=headers, body=body))
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        location = [(b"location", b"http://127.0.0.1:1/")] if 300 <= status < 400 else []
        await send({"type": "http.response.start", "status": status, "headers": location})
        await send({"type": "http.response.body", "body": b""})

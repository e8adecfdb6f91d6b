"""A server that says when it serves; a module of its own, because its import brings the whole server along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable


class AnnouncingServer(uvicorn.Server):
    """Calls ``ready`` once it accepts connections and takes signals: whoever waits for that may end it at once."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as any server does, then announce it."""
        await super().startup(sockets=sockets)
        self._ready()

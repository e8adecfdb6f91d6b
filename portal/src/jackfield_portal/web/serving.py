"""The portal's server, which ends in order: no longer ready, then no new visitors, then none."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import uvicorn

from jackfield._announcing import AnnouncingServer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from types import FrameType

    from jackfield_portal.web.health import Health

__all__ = ["serve"]

#: Seconds for requests under way where somebody ends it by hand.
_BY_HAND = 2
#: Seconds more until the process ends whatever is still at work in it.
_LAST = 15.0


def serve(portal: Health, listener: socket.socket, *, ready: Callable[[], None], drain: float, grace: int) -> None:
    """Serve until SIGINT or SIGTERM; with ``ready`` called once connections are accepted.

    SIGTERM: not ready at once, ``drain`` seconds later no new connections, ``grace`` seconds at most for requests under
    way. SIGINT, or a second SIGTERM, leaves out the draining. The process ends some seconds after that at the latest.
    """
    config = uvicorn.Config(
        portal, log_level="warning", lifespan="off", timeout_graceful_shutdown=grace, server_header=False
    )
    with suppress(KeyboardInterrupt):
        _Server(config, ready, portal, drain).run(sockets=[listener])


class _Server(AnnouncingServer):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], portal: Health, drain: float) -> None:
        super().__init__(config, ready)
        self._portal = portal
        self._drain = drain
        self._draining = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets=sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._portal.end()
        if sig == signal.SIGTERM and self._drain and not self._draining and self._loop is not None:
            self._draining = True
            later = partial(self._loop.call_later, self._drain, self._end, sig)
            self._loop.call_soon_threadsafe(later)
            return
        if sig == signal.SIGINT:
            self.config.timeout_graceful_shutdown = _BY_HAND
        self._end(sig, frame)

    def _end(self, sig: int, frame: FrameType | None = None) -> None:
        if not self.should_exit:
            _at_the_latest((self.config.timeout_graceful_shutdown or 0) + _LAST)
        super().handle_exit(sig, frame)


def _at_the_latest(seconds: float) -> None:
    """A request that hangs in its thread would keep the process for ever; jobs that it leaves are done by others."""
    timer = threading.Timer(seconds, os._exit, (0,))
    timer.daemon = True
    timer.start()

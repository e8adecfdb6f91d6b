"""Serving a simulator over real HTTP, quietly."""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import uvicorn

    from jackfield._asgi import ASGIApp

_LOOPBACK = "127.0.0.1"
_BACKLOG = 2_048
_START_AND_STOP = 10.0


def serve(
    app: ASGIApp, host: str = _LOOPBACK, port: int = 0, *, ready: Callable[[str], None] = lambda _url: None
) -> None:
    """Serve an application from this thread until it is interrupted (Ctrl-C returns).

    Port 0 takes a free one. ``ready`` is called with the base URL, without a final slash, once connections are
    accepted. A port in use is an OSError.
    """
    with _listening(host, port) as sock:
        server = _server(app, lambda: ready(_url(sock)))
        with _quiet(), suppress(KeyboardInterrupt):
            server.run(sockets=[sock])


@contextmanager
def serving(app: ASGIApp, host: str = _LOOPBACK, port: int = 0) -> Iterator[str]:
    """Serve an application from a thread of its own for as long as the context lasts; gives the base URL."""
    with _listening(host, port) as sock, _running(app, [sock]):
        yield _url(sock)


@contextmanager
def serving_at_many(app: ASGIApp, count: int) -> Iterator[list[str]]:
    """The same with one server at so many ports of loopback; the application tells them by ``scope["server"]``."""
    with ExitStack() as socks:
        found = [socks.enter_context(_listening(_LOOPBACK, 0)) for _ in range(count)]
        with _running(app, found):
            yield list(map(_url, found))


@contextmanager
def _running(app: ASGIApp, socks: list[socket.socket]) -> Iterator[None]:
    server = _server(app)
    thread = threading.Thread(target=_run, args=(server, socks), name="simulator", daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield
    finally:
        server.should_exit = True
        thread.join(_START_AND_STOP)


def _run(server: uvicorn.Server, socks: list[socket.socket]) -> None:
    with _quiet():
        server.run(sockets=socks)


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_AND_STOP
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.005)


def _server(app: ASGIApp, ready: Callable[[], None] = lambda: None) -> uvicorn.Server:
    import uvicorn

    from jackfield._announcing import AnnouncingServer

    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=1,
    )
    return AnnouncingServer(config, ready)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    # What it accepts inherits this. Without it every answer of two parts waits 40 ms for the client's acknowledgement.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _url(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _quiet() -> Iterator[None]:
    # A fault that breaks an answer off is logged as an error of the application; only this thread's server is hushed.
    me = threading.get_ident()

    def of_others(record: logging.LogRecord) -> bool:
        return record.thread != me

    logger = logging.getLogger("uvicorn.error")
    logger.addFilter(of_others)
    try:
        yield
    finally:
        logger.removeFilter(of_others)

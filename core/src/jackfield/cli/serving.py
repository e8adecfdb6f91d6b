"""Serving an application on this machine until somebody ends it."""

from __future__ import annotations

import errno
import os
import signal
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from jackfield.cli.errors import CommandError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["ended_by_signal", "explained", "listening", "serve", "url_of"]

_GRACE = 2
_LAST_PORT = 65_535


def listening(host: str, port: int, *, option: str = "--port") -> socket.socket:
    """A socket that listens there (port 0: any free one); CommandError where that cannot be, naming the option."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with explained(host, port, option=option):
        return socket.create_server((host, port), family=family)


@contextmanager
def explained(host: str, port: int, *, option: str = "--port") -> Iterator[None]:
    """Turns the failure to listen on a host and port into a CommandError, a port that none has into a UsageError."""
    if not 0 <= port <= _LAST_PORT:
        raise UsageError(f"There is no port {port}.", f"Choose one from 1024 to {_LAST_PORT}.")
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as failure:
        raise _not_listening(host, port, option, failure) from None


def url_of(listener: socket.socket) -> str:
    """The address at which a browser on this machine finds what listens there, without a slash at its end."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - read
    return f"http://{shown}:{port}"


def serve(application: Any, listener: socket.socket, *, ready: Callable[[], None]) -> None:
    """Serve an ASGI application until the user interrupts the program or the system ends it, then return.

    ``ready`` is called once connections are accepted.
    """
    import uvicorn

    from jackfield._announcing import AnnouncingServer

    config = uvicorn.Config(
        application, log_level="warning", lifespan="off", timeout_graceful_shutdown=_GRACE, server_header=False
    )
    with suppress(KeyboardInterrupt):
        AnnouncingServer(config, ready).run(sockets=[listener])


def ended_by_signal() -> None:
    """Let SIGTERM end this process as Ctrl-C does, in order and with the same exit status."""
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _not_listening(host: str, port: int, option: str, failure: OSError) -> CommandError:
    if failure.errno == errno.EADDRINUSE:
        remedy = f"End the program that uses it, or choose another port with {option}."
        return CommandError(f"Port {port} of this machine is in use.", remedy, code="port_in_use")
    reason = os.strerror(failure.errno) if failure.errno and failure.errno > 0 else str(failure.strerror)
    return CommandError(f"Cannot listen on {host}, port {port}: {reason}.", "Choose another host or port.")

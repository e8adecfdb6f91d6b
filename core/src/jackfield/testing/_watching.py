"""What a connector must not touch while it is tested: the network beyond loopback, the clock's sleep, the environment.

The network is watched by an audit hook: it sees every way to it, whatever library is used. The hook stays in the
process, as Python knows no way to take one out, and looks at nothing while no test asks it to.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCAL_NAMES: Final = {"localhost", "", None}
#: Names of which RFC 6761 says that nobody has them: asked for on purpose, and answered here.
_NOBODYS: Final = ".invalid"
#: Seconds between two beats of a heart.
_BEAT: Final = 0.005


@dataclass
class Watch:
    """What was tried meanwhile, each once, in words; and the ports of loopback that were connected to."""

    strict: bool = False
    beyond: list[str] = field(default_factory=list)
    ports: set[int] = field(default_factory=set)
    slept: list[str] = field(default_factory=list)
    environment: list[str] = field(default_factory=list)

    def refuse(self, what: str) -> None:
        """Note it, and keep it from happening."""
        if what not in self.beyond:
            self.beyond.append(what)
        raise OSError(f"contract tests keep the network closed: {what}")


_watches: list[Watch] = []
_hooked = False


@contextmanager
def network_closed(*, strict: bool = False) -> Iterator[Watch]:
    """Refuse connections and look-ups beyond loopback, with ``strict`` those on loopback too; note what is tried."""
    global _hooked  # noqa: PLW0603 - an audit hook is the process's own
    if not _hooked:
        sys.addaudithook(_audit)
        _hooked = True
    watch = Watch(strict=strict)
    _watches.append(watch)
    try:
        yield watch
    finally:
        _watches.remove(watch)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watches or not event.startswith("socket."):
        return
    if event == "socket.connect":
        _connecting(arguments[0], arguments[1])
    elif event in {"socket.sendto", "socket.sendmsg"}:
        _connecting(arguments[0], arguments[-1])
    elif event == "socket.getaddrinfo":
        _looking_up(arguments[0])
    elif event in {"socket.gethostbyname", "socket.gethostbyaddr"}:
        _looking_up(arguments[-1])


def _connecting(sock: Any, address: Any) -> None:
    if not isinstance(address, tuple) or sock.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    host, port = str(address[0]), int(address[1])
    watch = _watches[-1]
    if watch.strict or not _is_loopback(host):
        watch.refuse(f"a connection to {host} port {port}")
    watch.ports.add(port)


def _looking_up(host: Any) -> None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    watch = _watches[-1]
    if isinstance(name, str) and name.lower().rstrip(".").endswith(_NOBODYS):
        raise socket.gaierror(socket.EAI_NONAME, "contract tests know no such name")
    if name in _LOCAL_NAMES and not watch.strict:
        return
    if watch.strict or not _is_loopback(str(name)):
        watch.refuse(f"a look-up of the name {name}")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@contextmanager
def sleep_watched(watch: Watch) -> Iterator[None]:
    """Note every blocking sleep in a thread that runs an event loop."""
    sleep = time.sleep

    def noting(seconds: Any) -> None:
        if asyncio._get_running_loop() is not None:  # noqa: SLF001 - the only question without an exception
            watch.slept.append(f"time.sleep({seconds:g}) while the event loop was running")
            return
        sleep(seconds)

    time.sleep = noting
    try:
        yield
    finally:
        time.sleep = sleep


@contextmanager
def environment_watched(watch: Watch, package: str) -> Iterator[None]:
    """Note every variable of the environment that the package's own code reads, by whatever name it has it."""
    kind: Any = type(os.environ)
    read = kind.__getitem__

    def noting(environ: Any, name: str) -> Any:
        if _asked_by(package):
            watch.environment.append(name)
        return read(environ, name)

    kind.__getitem__ = noting
    try:
        yield
    finally:
        kind.__getitem__ = read


def _asked_by(package: str) -> bool:
    """Whether the nearest frame outside the standard library's own helpers belongs to the package."""
    frame = sys._getframe(2)  # noqa: SLF001 - there is no other way to ask who calls
    while frame.f_back is not None and frame.f_globals.get("__name__") in {"os", "_collections_abc", "collections.abc"}:
        frame = frame.f_back
    name = str(frame.f_globals.get("__name__"))
    return name == package or name.startswith(f"{package}.")


class Heartbeat:
    """Beats in the loop while it is entered; ``longest`` is the longest time in which the loop let nothing else run.

    What held the loop last counts as well, although the work may end before the next beat.
    """

    def __init__(self) -> None:
        self.longest = 0.0

    async def __aenter__(self) -> None:
        self._before = time.monotonic()
        self._beating = asyncio.create_task(self._beat())

    async def __aexit__(self, *_: object) -> None:
        self._beating.cancel()
        self._count()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_BEAT)
            self._count()

    def _count(self) -> None:
        now = time.monotonic()
        self.longest = max(self.longest, now - self._before - _BEAT)
        self._before = now

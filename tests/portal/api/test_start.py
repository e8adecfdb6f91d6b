"""What the API costs those who don't use it: nothing."""

from __future__ import annotations

import subprocess
import sys


def test_commands_load_no_ninja() -> None:
    """Neither setting Django up, nor the commands and the services that they use, nor the jobs, import it."""
    code = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "jackfield_portal.settings"
import django
django.setup()
import jackfield_portal.commands.imports, jackfield_portal.commands.connections, jackfield_portal.commands.worker
from jackfield_portal.imports import services
from jackfield_portal.events import delivering
from jackfield_portal.jobs.services import tasks
print(sorted(name for name in ("ninja", "httpx") if name in sys.modules), "events.deliver" in tasks())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[] True"

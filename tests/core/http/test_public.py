"""What the package shows, and what it costs to import."""

from __future__ import annotations

import subprocess
import sys

import jackfield.http


def test_all_is_true() -> None:
    """Every public name is there, in order, and nothing else without an underscore but the modules themselves."""
    public = {name for name, value in vars(jackfield.http).items() if name[0] not in "_@"}  # pytest adds names with @
    modules = {"answer", "auth", "bounds", "budget", "client", "events", "guard", "links", "pool"}
    modules |= {"posting", "redact", "retry"}
    assert sorted(jackfield.http.__all__) == jackfield.http.__all__
    assert set(jackfield.http.__all__) == public - modules - {"verdict"}


def test_import_is_cheap() -> None:
    """To declare credentials and limits does not load the library that speaks HTTP."""
    code = "import sys, jackfield.http; print([m for m in ('httpx', 'httpcore', 'anyio') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"

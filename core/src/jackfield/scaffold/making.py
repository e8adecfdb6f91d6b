"""Writes a connector's files, and has its tapes recorded from its own simulator."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from jackfield.discovery import GROUP
from jackfield.scaffold._kinds import AUTHS, PAGINGS, imported
from jackfield.scaffold.plan import ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield.scaffold.plan import Plan

__all__ = ["made", "recorded"]

_SUFFIX: Final = ".jinja"


def made(plan: Plan, into: Path) -> Path:
    """Write the distribution into a new folder of ``into``, and give that folder; raises ScaffoldError.

    The folder is there whole or not at all.
    """
    folder = into / plan.distribution
    if folder.exists() or folder.is_symlink():
        message = f"{folder} is there already, and nothing in it was touched."
        raise ScaffoldError(message, "Choose another name, another folder with --into, or move it away.")
    try:
        into.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=into, prefix=f".{plan.distribution}-") as work:
            whole = Path(work) / plan.distribution
            for path, text in _files(plan):
                file = whole / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, "utf-8")
            whole.rename(folder)
    except OSError as failure:
        message = f"The connector cannot be written to {into}: {failure.strerror}."
        raise ScaffoldError(message, "Choose a folder that you may write to with --into.") from None
    return folder


def recorded(plan: Plan, folder: Path) -> str | None:
    """Record the connector's tapes in a process of its own; None, or why there are none, in the command's own words."""
    with TemporaryDirectory() as work:
        info = Path(work) / f"{plan.package}-0.1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {plan.distribution}\nVersion: 0.1.0\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{plan.name} = {plan.package}\n", "utf-8")
        paths = [str(folder.resolve() / "src"), work, *filter(None, [os.environ.get("PYTHONPATH")])]
        done = subprocess.run(  # noqa: S603 - our own interpreter and command
            [sys.executable, "-B", "-m", "jackfield.cli", "record", plan.name, "--into", str(_cassettes(folder))],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "JACKFIELD_CACHE_DIR": work},
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
        )
    return done.stderr.strip() if done.returncode else None


def _cassettes(folder: Path) -> Path:
    return folder.resolve() / "tests" / "cassettes"


def _files(plan: Plan) -> Iterator[tuple[str, str]]:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(  # noqa: S701 - what comes out is Python, not markup
        loader=PackageLoader("jackfield.scaffold"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = _words(plan)
    for name in environment.list_templates(extensions=[_SUFFIX.lstrip(".")]):
        path = name.removesuffix(_SUFFIX).replace("src/package/", f"src/{plan.package}/")
        yield path, environment.get_template(name).render(words)


def _words(plan: Plan) -> dict[str, object]:
    auth, paging = AUTHS[plan.auth], PAGINGS[plan.paging]
    return {
        "name": plan.name,
        "title": plan.title,
        "package": plan.package,
        "distribution": plan.distribution,
        "prefix": plan.prefix,
        "auth": auth,
        "paging": paging,
        "imported": {
            "http": imported("Auth", auth.signature, "Limit"),
            "simkit": imported(
                "Ask", "Caller", "Contacts", "Get", "Person", "SimulatedCrm", "Users", auth.signing, paging.simulated
            ),
        },
        "jackfield": version("jackfield"),
    }

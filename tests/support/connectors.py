"""Connectors of no real CRM, as packages that are installed for a run of tests only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PORTAL = Path(__file__).parent.parent / "portal"


def install(folder: Path) -> None:
    """Acme, Acme for partners, and one that can't be imported, into a folder that is to be on ``sys.path``."""
    for name, module in _modules():
        (folder / f"{name}_connector.py").write_text(module, encoding="utf-8")
        info = folder / f"{name}_connector-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-connector\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[jackfield.connectors]\n{name} = {name}_connector\n")


def _modules() -> Iterator[tuple[str, str]]:
    for name in ("acme", "partner"):
        yield name, (_PORTAL / f"{name}.py").read_text(encoding="utf-8")
    yield "wreck", "raise RuntimeError('it fell apart')\n"

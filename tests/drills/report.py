"""What was seen, kept by drill, and the page that tells it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from tests.drills.seen import Seen

_ROOT = Path(__file__).parents[2]
_KEPT = Path(__file__).with_name("results")
_PAGE = _ROOT / "docs" / "bad-weather.md"
_INTRODUCTION = Path(__file__).with_name("introduction.md")


def keep(name: str, seen: Seen, seconds: float, when: datetime) -> None:
    """Keep what was seen, in place of what was seen before."""
    _KEPT.mkdir(exist_ok=True)
    row = {
        "date": f"{when:%Y-%m-%d}",
        "seconds": round(seconds),
        "did": seen.did,
        "saw": seen.saw,
        "good": seen.good,
        "detail": seen.detail,
    }
    (_KEPT / f"{name}.json").write_text(json.dumps(row, indent=1) + "\n")


def write() -> None:
    """Write the page anew."""
    rows = {path.stem: json.loads(path.read_text()) for path in sorted(_KEPT.glob("*.json"))}
    head = "| drill | date | what was done | what was seen | took | as it must be |\n" + "| --- " * 6 + "|\n"
    _PAGE.write_text(_INTRODUCTION.read_text() + "\n" + head + "".join(line(name, row) for name, row in rows.items()))


def line(name: str, row: dict[str, Any]) -> str:
    """A drill's row of the table."""
    good = "yes" if row["good"] else "**no**"
    return f"| {name} | {row['date']} | {row['did']} | {row['saw']} | {row['seconds']} s | {good} |\n"

"""The drills themselves, made small: they still run. What they are for takes far longer; see docs/bad-weather.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.drills import kills, report
from tests.drills.seen import Seen

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_kills_are_survived(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two kills among the portal and a worker on SQLite: every import ends whole and once."""
    monkeypatch.setattr(kills, "KILLS", 2)
    monkeypatch.setattr(kills, "ORGANIZATIONS", 21)
    seen = kills.on_sqlite(tmp_path, None)
    assert seen.good, seen


def test_what_was_seen_is_on_the_page() -> None:
    """The page says of each drill whether all was as it must be."""
    kept = Seen(did="a thing", saw="another", good=False)
    row = {"date": "2026-11-28", "seconds": 3, "did": kept.did, "saw": kept.saw, "good": kept.good}
    assert report.line("one", row) == "| one | 2026-11-28 | a thing | another | 3 s | **no** |\n"

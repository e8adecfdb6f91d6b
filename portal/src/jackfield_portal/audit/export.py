"""The audit log as a file."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from jackfield_portal.audit.words import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jackfield_portal.audit.models import Entry

__all__ = ["COLUMNS", "MOST", "as_csv", "as_json", "guarded"]

#: So many entries, the newest, are in one file.
MOST = 100_000
COLUMNS = (
    "id", "at", "actor_kind", "actor_id", "actor_name", "origin", "action", "label", "target_kind", "target_id",
    "target_name", "connection_id", "detail",
)  # fmt: skip
#: What makes a spreadsheet take a text for a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(entries: Iterable[Entry]) -> str:
    """Lines of commas with a headline; no cell is a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in _rows(entries):
        detail = json.dumps(row["detail"], ensure_ascii=False)
        writer.writerow([guarded(str(value or "")) for value in {**row, "detail": detail}.values()])
    return file.getvalue()


def as_json(entries: Iterable[Entry]) -> str:
    """A list of objects."""
    return json.dumps(list(_rows(entries)), ensure_ascii=False, indent=1)


def guarded(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULAS) else text


def _rows(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        known = {name: getattr(entry, name, None) for name in COLUMNS}
        connection = str(entry.connection_id) if entry.connection_id else None
        yield {**known, "at": entry.at.isoformat(), "label": label(entry.action), "connection_id": connection}

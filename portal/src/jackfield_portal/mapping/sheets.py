"""Tables of texts as spreadsheets write and read them: CSV out that computes nothing, and in, whatever wrote it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from jackfield_portal.errors import PortalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["LARGEST", "line", "rows"]

#: Bytes and lines of a file that is read at all.
LARGEST: Final = 5_000_000
_MOST_LINES: Final = 50_000
#: What a spreadsheet would take for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def line(cells: Iterable[str]) -> str:
    """A line of a file; no cell of it begins a formula."""
    out = io.StringIO()
    csv.writer(out).writerow([_guarded(cell) for cell in cells])
    return out.getvalue()


def rows(content: bytes, needed: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines that say anything, each with its number and its cells by the names of the columns.

    Raises PortalError for what is no such file, or names none of the columns that are needed.
    """
    if len(content) > LARGEST:
        raise _no_file(_("The file is larger than 5 MB."))
    text = _text(content)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if not needed & set(names):
            raise _no_file(_("The first line of the file does not name the columns."))
        for place, cells in enumerate(reader):
            if place >= _MOST_LINES:
                raise _no_file(_("The file has more than 50,000 lines."))
            row = {name: _plain(cell) for name, cell in zip(names, cells, strict=False)}
            if any(row.values()):
                yield reader.line_num, row
    except csv.Error:
        raise _no_file(_("The file can't be read as CSV, near line %(n)d.") % {"n": reader.line_num}) from None


def _no_file(said: str) -> PortalError:
    return PortalError(said, remedy=_("Download the file here, change it, and upload it again."))


def _text(content: bytes) -> str:
    """As spreadsheets write it: UTF-8, UTF-16 with its mark, or what Windows has of old."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _plain(cell: str) -> str:
    """A cell without the guard that was put before it."""
    text = cell.replace("\0", "").strip()
    return text[1:] if text.startswith(("'=", "'+", "'-", "'@", "''")) else text

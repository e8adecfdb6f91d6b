"""Who is as he was last time: told some at a time as users come in, so that of him is staged only that he is there.

On most days that is nearly everybody. What is known cannot change meanwhile: one import of a connection runs at a time.
"""

from __future__ import annotations

from array import array
from contextlib import ExitStack
from itertools import compress
from typing import TYPE_CHECKING, Any, Final, cast

from django.db import connection as database
from msgspec import json

from jackfield_portal.imports import session
from jackfield_portal.imports.models import USABLE_STATES, CrmUser, ImportRun
from jackfield_portal.imports.rows import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    #: The columns of some users, or the keys of some known ones.
    Columns = Sequence[Sequence[str | int | None]]

__all__ = ["Recognizer"]

_KNOWN: Final = CrmUser._meta.db_table  # noqa: SLF001 - Django documents _meta; the underscore is its own oddity
_THERE: Final = "WHERE connection_id = %s AND gone_at IS NULL"
_MOMENTS: Final = frozenset({"created_at", "updated_at"})
_STATE: Final = COLUMNS.index("state")
_USABLE: Final = frozenset(map(str, USABLE_STATES))
#: Stands in no text that :mod:`rows` makes: one text of all columns, which costs half of what many do, is another one
#: where any column is. A moment that is not known counts as an empty text.
_BETWEEN: Final = "\x1f"
_FORMAT: Final = _BETWEEN.join(["%%s"] * len(COLUMNS))
#: After so many users it shows whether it is worth the while.
_TRIAL: Final = 2_000


class Recognizer:
    """Looks for the users of one run among those who are known of its connection: first asked for, then told.

    Between the two PostgreSQL looks for them while this process reads on.
    ``keys`` are the known users who were recognized so far, ``inactive`` so many of them who cannot be called;
    ``useful`` as long as most are recognized.
    """

    def __init__(self, run: ImportRun) -> None:
        self._connection = session.key(run.connection_id)
        self._postgresql = database.vendor == "postgresql"
        self._pipeline = ExitStack()
        self._cursor: Any = None
        self._made: Columns = ()
        self._answer: list[Any] = []
        self._tried = 0
        self.keys = array("q")
        self.inactive = 0
        self.useful = bool(session.asked(f"SELECT 1 FROM {_KNOWN} WHERE connection_id = %s LIMIT 1", self._connection))  # noqa: S608

    def ask(self, made: Columns) -> None:
        """Ask the database for those in these columns; nothing else may be asked of it before :meth:`rest`."""
        self._made = made
        ids = made[0]
        columns = ", ".join(map(self._as_text, COLUMNS))
        whole = f"{'format' if self._postgresql else 'printf'}('{_FORMAT}', {columns})"
        if not self._postgresql:
            question = f"SELECT {whole}, id FROM {_KNOWN} {_THERE} AND crm_id IN (SELECT value FROM json_each(%s))"  # noqa: S608
            self._answer = session.asked(question, self._connection, json.encode(ids).decode())
            return
        # Each looked up by itself, which LIMIT makes sure of: where the last ANALYZE has not seen this connection's
        # users, the planner takes them for few, and would read all of them for each page.
        one = f"SELECT {whole}, id FROM {_KNOWN} {_THERE} AND crm_id = wanted LIMIT 1"  # noqa: S608
        question = f"SELECT k.* FROM unnest(%s::text[]) AS wanted CROSS JOIN LATERAL ({one}) k"  # noqa: S608
        with database.wrap_database_errors:  # Django's cursors do so for all else
            raw: Any = database.connection
            self._pipeline.enter_context(raw.pipeline())
            self._cursor = self._pipeline.enter_context(raw.cursor())
            self._cursor.execute(question, (list(ids), self._connection), prepare=False)

    def rest(self) -> Columns:
        """Note who of those asked for is just as he is known; the columns of the rest."""
        if self._postgresql:
            with database.wrap_database_errors:
                self._answer = self._cursor.fetchall()
            self.end()
        known, made = dict(self._answer), self._made
        keys = list(map(known.get, map(_BETWEEN.join, zip(*map(_texts, made), strict=True))))
        found = [key for key in keys if key is not None]
        others = [key is None for key in keys]
        rest = made if not found else [list(compress(column, others)) for column in made]
        self.inactive += _inactive(made) - _inactive(rest)
        self.keys.extend(found)
        self._tried += len(keys)
        self.useful = self._tried < _TRIAL or 2 * len(self.keys) > self._tried
        return rest

    def end(self) -> None:
        """Want no answer any more."""
        with database.wrap_database_errors:
            self._pipeline.close()

    def _as_text(self, column: str) -> str:
        """A moment as :mod:`rows` writes it, where it tells no parts of a second; others count as another moment."""
        if column in _MOMENTS and self._postgresql:
            return f"({column} AT TIME ZONE 'UTC')::text || '+00:00'"
        return column


def _texts(column: Sequence[str | int | None]) -> Sequence[str]:
    texts = cast("Sequence[str | None]", column)
    return [text or "" for text in texts] if None in texts else cast("Sequence[str]", texts)


def _inactive(made: Columns) -> int:
    states = made[_STATE]
    return len(states) - sum(states.count(state) for state in _USABLE)

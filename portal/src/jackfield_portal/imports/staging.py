"""Staging: what runs have read, in a table of this database session alone, until it is compared.

Nobody else sees it, it takes neither a log nor a lock of the database, and it is gone with its process: a run whose
process was killed begins anew anyway. What waits for somebody's word is kept in StagedUser.
"""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager, suppress
from operator import ne
from typing import TYPE_CHECKING, Any, Final, Self, cast

from django.db import Error, IntegrityError, OperationalError
from django.db import connection as database

from jackfield_portal.imports import session
from jackfield_portal.imports.models import CrmUser as KnownUser
from jackfield_portal.imports.models import ImportRun, StagedUser
from jackfield_portal.imports.recognizing import Recognizer
from jackfield_portal.imports.rows import COLUMNS, columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from jackfield.users import CrmUser
    from jackfield_portal.imports.recognizing import Columns

# Django documents _meta; the underscore is its own oddity.
_STORED: Final = StagedUser._meta.db_table  # noqa: SLF001
#: Staged users, each with the place of its run.
USERS: Final = "import_staging"
#: The runs, each with its place, a small number, its connection and its attempt.
PLACES: Final = "import_places"
#: The known users who were recognized in the one run that is staged, by their keys.
SEEN: Final = "import_seen"

_NAMES: Final = ", ".join(COLUMNS)
_OF_RUNS: Final = "connection_id, id AS run_id, attempt"
_RUNS: Final = ImportRun._meta.db_table  # noqa: SLF001
_KNOWN: Final = KnownUser._meta.db_table  # noqa: SLF001
_MAKE: Final = (
    f"CREATE TEMPORARY TABLE IF NOT EXISTS {USERS} AS SELECT 0 AS place, {_NAMES} FROM {_STORED} LIMIT 0",  # noqa: S608
    f"CREATE TEMPORARY TABLE IF NOT EXISTS {PLACES} AS SELECT 0 AS place, {_OF_RUNS} FROM {_RUNS} LIMIT 0",  # noqa: S608
    f"CREATE TEMPORARY TABLE IF NOT EXISTS {SEEN} AS SELECT id AS known FROM {_KNOWN} LIMIT 0",  # noqa: S608
)


#: Users that are worth a statement, and keys that are.
_ENOUGH, _MANY = 500, 10_000
_DROP_INDEXES: Final = (f"DROP INDEX IF EXISTS {USERS}_once", f"DROP INDEX IF EXISTS {SEEN}_once")
_CLEAR: Final = (*_DROP_INDEXES, f"TRUNCATE TABLE {USERS}, {SEEN}, {PLACES}")
_NOT_ON_DISK: Final = "SET LOCAL synchronous_commit = off"
_LEFT_BEHIND: Final = " UNION ALL ".join(f"SELECT 1 FROM {table}" for table in (USERS, PLACES, SEEN)) + " LIMIT 1"  # noqa: S608
_SEEN_AND_STAGED: Final = (
    f"SELECT 1 FROM {SEEN} JOIN {_KNOWN} k ON k.id = {SEEN}.known "  # noqa: S608 - names of our own
    f"JOIN {USERS} s ON s.crm_id = k.crm_id LIMIT 1"
)
_SPECIAL = re.compile(r"[\\\t\n\r]").search
_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Staging:
    """The staged users of some runs; one at a time in a database session, empty again at its end.

    After :meth:`write` the session may be in the middle of a COPY or a question: the server works while more is read.
    Whatever else is asked of the database waits for its end; only a transaction cannot begin before :meth:`flush`.
    """

    def __init__(self) -> None:
        self._watch = ExitStack()
        self._open = ExitStack()
        self._copy: Any = None
        self._forget()
        self._postgresql = database.vendor == "postgresql"

    def _forget(self) -> None:
        self.runs: list[ImportRun] = []
        #: The places of the runs that are to be compared and applied.
        self.places: list[int] = []
        self._added: list[tuple[int, str, str, int]] = []
        self._users: list[CrmUser] = []
        self._places: list[int] = []
        self._written: list[int] = []
        #: The places of those whom the recognizer was asked for.
        self._asked: list[int] = []
        self._cleaned = False
        self.recognizer: Recognizer | None = None
        self._seen_noted = False

    def __enter__(self) -> Self:
        with ExitStack() as watch:
            watch.enter_context(database.execute_wrapper(self._afterwards))
            for statement in _MAKE:
                session.done(statement)
            if session.asked(_LEFT_BEHIND):
                self._clear()
            self._watch = watch.pop_all()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # After a failure the session may be good for nothing; whoever stages next clears.
        with self._watch, suppress(Error):
            self._asked = []  # nobody wants the answer any more
            if self.recognizer is not None:
                self.recognizer.end()
            self._clear()

    def add_alone(self, run: ImportRun) -> int:
        """Make room for the one run that is staged here; users who are known as they are will be recognized."""
        self.recognizer = Recognizer(run)
        return self.add(run)

    def add(self, run: ImportRun) -> int:
        """Make room for a run; its place."""
        place = len(self.runs)
        self.runs.append(run)
        self.places.append(place)
        self._written.append(0)
        self._added.append((place, run.connection_id.hex, run.pk.hex, run.attempt))
        return place

    def write(self, place: int, users: Sequence[CrmUser]) -> int:
        """Stage some users of the run at this place; how many. Few wait for others."""
        self._users += users
        self._places += [place] * len(users)
        self._written[place] += len(users)
        if len(self._users) >= _ENOUGH:
            self._stage()
        return len(users)

    def flush(self) -> None:
        """Give the database what still waits, and wait until it has taken it."""
        self._stage()
        self._catch_up()
        if self._added:
            added, self._added = self._added, []
            self._give(PLACES, list(zip(*added, strict=True)))
            self._end_copy()

    def _stage(self) -> None:
        if not self._users:
            return
        made: Columns = columns(self._users, zoned=self._postgresql)
        cleaned = any(map(ne, made[0], [user.id for user in self._users]))
        self._cleaned = self._cleaned or cleaned
        places, self._users, self._places = self._places, [], []
        self._recognized()
        if self.recognizer is not None and self.recognizer.useful and not cleaned:
            self._end_copy()
            self.recognizer.ask(made)
            self._asked = places
        else:
            self._give(USERS, [places, *made])

    def _recognized(self) -> None:
        """Stage those last asked for who are not known as they are; where some are left out, all are of one run."""
        places, self._asked = self._asked, []
        if places and self.recognizer is not None:
            rest = self.recognizer.rest()
            if rest[0]:
                self._give(USERS, [places[: len(rest[0])], *rest])

    def _give(self, table: str, made: Columns) -> None:
        if not self._postgresql:
            _insert(table, made)
            return
        with database.wrap_database_errors:  # Django's cursors do so for all else
            if self._copy is None:
                cursor = self._open.enter_context(database.cursor())
                self._copy = self._open.enter_context(cursor.copy(f"COPY {table} FROM STDIN"))
            self._copy.write(_lines(made))

    def _catch_up(self) -> None:
        self._recognized()
        self._end_copy()

    def _afterwards(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self._catch_up()
        return execute(*statement)

    def _end_copy(self) -> None:
        """Wait until the server has taken all of it."""
        self._copy = None
        with database.wrap_database_errors:
            self._open.close()

    def _note_seen(self) -> None:
        """Tell the database who was recognized; most imports end without its needing to know."""
        keys = self.recognizer.keys if self.recognizer is not None and not self._seen_noted else ()
        self._seen_noted = True
        for first in range(0, len(keys), _MANY):
            self._give(SEEN, [list(keys[first : first + _MANY])])

    def expect(self, place: int, found: int) -> None:
        """Raise OperationalError where the database has lost some of a run's users."""
        if found != self._written[place]:
            raise OperationalError("staged users are missing")

    def index(self) -> None:
        """Let users be found by their ids; raises IntegrityError where two have the same."""
        session.done(f"CREATE UNIQUE INDEX IF NOT EXISTS {USERS}_once ON {USERS} (place, crm_id)")
        self._note_seen()
        session.done(f"CREATE UNIQUE INDEX IF NOT EXISTS {SEEN}_once ON {SEEN} (known)")

    def refuse_twins(self) -> None:
        """Raise IntegrityError where two users have become one: ids differ, unless something had to be cleaned away."""
        if self._cleaned:
            self.index()
            if session.asked(_SEEN_AND_STAGED):
                raise IntegrityError("a user has become another one")

    def keep(self, place: int) -> None:
        """Keep the users of a run for somebody's word, in StagedUser, and leave the run out of what comes."""
        self._note_seen()
        run = session.key(self.runs[place].pk)
        into = f"INSERT INTO {_STORED} (run_id, {_NAMES}) SELECT %s, {_NAMES}"
        session.done(f"{into} FROM {USERS} WHERE place = %s", run, place)
        session.done(f"{into} FROM {_KNOWN} JOIN {SEEN} ON known = id", run)
        self.leave_out(place)

    def take_back(self, run: ImportRun) -> int:
        """Stage what was kept of a run; its place."""
        place = self.add(run)
        self.flush()
        self._written[place] = session.done(
            f"INSERT INTO {USERS} (place, {_NAMES}) SELECT %s, {_NAMES} FROM {_STORED} WHERE run_id = %s",  # noqa: S608
            place,
            session.key(run.pk),
        )
        return place

    def leave_out(self, place: int) -> None:
        """Neither compare nor apply this run."""
        self.flush()
        session.done(f"DELETE FROM {PLACES} WHERE place = %s", place)  # noqa: S608
        self.places.remove(place)

    def _clear(self) -> None:
        self._forget()
        if self._postgresql:  # as one transaction, which need not be on disk, unless it is part of another
            session.done("; ".join(_CLEAR if database.in_atomic_block else (_NOT_ON_DISK, *_CLEAR)))
            return
        for statement in (*_DROP_INDEXES, *(f"DELETE FROM {table}" for table in (USERS, SEEN, PLACES))):  # noqa: S608
            session.done(statement)


def _insert(table: str, made: Columns) -> None:
    values = ", ".join(["%s"] * len(made))
    with _one_transaction(), database.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} VALUES ({values})", list(zip(*made, strict=True)))  # noqa: S608


@contextmanager
def _one_transaction() -> Iterator[None]:
    """For a table of this session alone: unlike Django's, it takes no lock that anybody else waits for."""
    if database.in_atomic_block:
        yield
        return
    session.done("BEGIN")
    try:
        yield
    except BaseException:
        session.done("ROLLBACK")
        raise
    session.done("COMMIT")


def _lines(made: Columns) -> str:
    """Rows in the text format of COPY: one text for all costs a tenth of what the driver takes for each value."""
    lines = map("\t".join, zip(map(str, made[0]), *map(_escaped, made[1:]), strict=True))
    return "\n".join(lines) + "\n"


def _escaped(column: Sequence[Any]) -> Sequence[str]:
    """The values of a column as COPY reads them; nearly always they are texts that stay as they are."""
    if column and isinstance(column[0], int):
        return list(map(str, column))
    if None not in column:
        texts = cast("Sequence[str]", column)
        if _SPECIAL("".join(texts)) is None:
            return texts
    return [r"\N" if text is None else text.translate(_ESCAPES) for text in column]

"""DBOS, which hands jobs out to the workers and remembers what it has handed out. No other module knows it.

One workflow is one try of one job: its id is the job's, from the second try on with the number of tries behind it, and
all that it carries is that id and number. SQLite has it in a file beside the portal's, PostgreSQL in a schema there.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

__all__ = ["SCHEMA", "Engine"]

SCHEMA = "dbos"
#: Of the way in which jobs are handed out, not of the product: workers of neighbouring versions share the work.
VERSION = "jobs-1"
_NAME = "jackfield"
_QUEUE = "jobs"
_WORKFLOW = "job"
#: Seconds between two looks for work.
_POLL = 0.15
_UNIXEPOCH_SINCE = (3, 42)
_BATCH = 500
#: Seconds that workflows whose jobs have ended are given to end, too.
_MOMENT = 2.0
#: Seconds in which DBOS says the same thing once only.
_QUIET = 30.0
_OPEN = ["ENQUEUED", "DELAYED", "PENDING"]
_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

_do: Callable[[str, int], None] | None = None


@DBOS.workflow(name=_WORKFLOW)
def _workflow(job: str, attempt: int) -> None:
    if _do is not None:
        _do(job, attempt)


class Engine:
    """DBOS in this process. There is one at a time; ``do`` is called in a thread for each job, ``room`` bounds them."""

    def __init__(self, executor: str, do: Callable[[str, int], None], room: Callable[[], int]) -> None:
        global _do  # noqa: PLW0603 - DBOS is one a process, too
        _do = do
        self._executor = executor
        self._queue = _Queue(room)
        self._tables = _connected()
        serializer = DBOSPortableJSONSerializer()
        running = DBOS(
            config={
                "name": _NAME,
                "system_database_engine": self._tables,
                "dbos_system_schema": SCHEMA,
                "serializer": serializer,
                "executor_id": executor,
                "application_version": VERSION,
                "use_listen_notify": False,
                "enable_otlp": False,
                "log_level": "CRITICAL",  # until it runs: a failed start is told by whoever started it
                "notification_listener_polling_interval_sec": 1.0,
            }
        )
        log = logging.getLogger("dbos")
        log.propagate = True
        log.handlers.clear()  # into the portal's log, not beside it
        log.addFilter(_calm)
        try:
            DBOS.listen_queues([_QUEUE])
            DBOS.launch()
            self._queue.bind(running)
            DBOS.register_queue(_QUEUE, worker_concurrency=1, polling_interval_sec=_POLL, on_conflict="always_update")
        except BaseException:
            DBOS.destroy()
            self._tables.dispose()
            raise
        log.setLevel(logging.WARNING)
        self._client = DBOSClient(
            system_database_engine=self._tables,
            dbos_system_schema=SCHEMA,
            serializer=serializer,
            application_name=_NAME,
        )

    def put(self, tries: Iterable[tuple[str, int]]) -> None:
        """Hand out tries of jobs; one that was handed out before is not again."""
        with self._tables.begin() as transaction:
            for job, attempt in tries:
                self._client.enqueue_in_transaction(
                    transaction,
                    {
                        "workflow_name": _WORKFLOW,
                        "queue_name": _QUEUE,
                        "workflow_id": _id(job, attempt),
                        "app_version": VERSION,
                    },
                    job,
                    attempt,
                )

    def alive(self, tries: Collection[tuple[str, int]], workers: Collection[str]) -> set[tuple[str, int]]:
        """Those of the tries that wait for a worker, or that one of these workers has taken."""
        ids = {_id(job, attempt): (job, attempt) for job, attempt in tries}
        found = self._client.list_workflows(workflow_ids=list(ids), status=_OPEN, load_input=False, load_output=False)
        return {ids[one.workflow_id] for one in found if one.status != "PENDING" or one.executor_id in workers}

    def taken_by(self, workers: Collection[str]) -> list[tuple[str, int]]:
        """The tries that these workers have taken and not ended; they are struck off."""
        found = self._client.list_workflows(status="PENDING", executor_id=list(workers), name=_WORKFLOW)
        if found:
            self._client.cancel_workflows([one.workflow_id for one in found])
        return [(str(one.input["args"][0]), int(one.input["args"][1])) for one in found if one.input]

    def purge(self, before: datetime) -> int:
        """Forget what ended before this moment; how many."""
        count = 0
        while found := self._client.list_workflows(
            status=_OVER, completed_before=before.isoformat(), limit=_BATCH, load_input=False, load_output=False
        ):
            self._client.delete_workflows([one.workflow_id for one in found])
            count += len(found)
        return count

    def drain(self) -> None:
        """Take nothing more; returns when nothing is at work here any more, after some seconds at the latest."""
        self._queue.close()
        end = time.monotonic() + _MOMENT
        while time.monotonic() < end and self._client.list_workflows(
            status="PENDING", executor_id=self._executor, limit=1, load_input=False, load_output=False
        ):
            time.sleep(0.05)

    def stop(self) -> None:
        """End DBOS in this process. It would complain of each workflow that was struck off while it was at work."""
        logging.getLogger("dbos").setLevel(logging.CRITICAL)
        DBOS.destroy()
        self._tables.dispose()


class _Calm(logging.Filter):
    """One line a message, and the same one only now and then: a database that is gone is told of ten times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        line = next(iter(record.getMessage().splitlines()), "")
        now = time.monotonic()
        if now - self._told.get(line[:60], float("-inf")) < _QUIET:
            return False
        self._told = {known: at for known, at in self._told.items() if now - at < _QUIET} | {line[:60]: now}
        record.msg, record.args, record.exc_info = line, (), None
        return True


_calm = _Calm()


def _id(job: str, attempt: int) -> str:
    return f"{job}~{attempt + 1}" if attempt else job


class _Queue:
    """Lets this process decide how much it takes: DBOS keeps one number for all, and machines differ.

    The one place that reaches into DBOS: its queue's thread asks for the queue anew before each look for work.
    """

    def __init__(self, room: Callable[[], int]) -> None:
        self._room = room
        self._closed = False
        self._empty = threading.Event()

    def bind(self, running: Any) -> None:
        ask = running._sys_db.get_queue  # noqa: SLF001

        def asked(name: str, **options: Any) -> Any:
            closed = self._closed
            if closed and name == _QUEUE and not options:
                self._empty.set()  # whatever the last look took has been begun, and the next ones take nothing
            queue = ask(name, **options)
            if queue is not None and name == _QUEUE and not options:
                queue._worker_concurrency = 0 if closed else self._room()  # noqa: SLF001
            return queue

        running._sys_db.get_queue = asked  # noqa: SLF001

    def close(self) -> None:
        """DBOS ends its threads without waiting for its look for work: what that takes then would be left lying."""
        self._closed = True
        self._empty.wait(1.0)


def _connected() -> sqlalchemy.Engine:
    """The database that lies with the portal's."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"]).with_name("jobs.sqlite3")
        path.touch(mode=0o600)
        engine = sqlalchemy.create_engine(f"sqlite:///{path}")
        sqlalchemy.event.listen(engine, "connect", _prepare_sqlite)
        return engine
    values = connection.get_connection_params()
    url = sqlalchemy.URL.create("postgresql+psycopg", database=values["dbname"])
    known = {name: value for name, value in values.items() if isinstance(value, str | int) and not name.startswith("_")}
    known = {name: value for name, value in known.items() if name not in {"prepare_threshold", "server_side_binding"}}
    return sqlalchemy.create_engine(url, connect_args=known, pool_size=6, max_overflow=4, pool_pre_ping=True)


def _prepare_sqlite(raw: Any, _record: Any) -> None:
    if sqlite3.sqlite_version_info < _UNIXEPOCH_SINCE:  # DBOS asks for it by Python's version, not by SQLite's
        raw.create_function("unixepoch", 1, lambda how: time.time() if how == "subsec" else int(time.time()))
    raw.isolation_level = "IMMEDIATE"
    raw.execute("PRAGMA busy_timeout=30000")
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=NORMAL")

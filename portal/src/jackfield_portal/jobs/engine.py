"""DBOS, which hands jobs out to the workers and remembers what it has handed out. No other module knows it.

One workflow is an order: one try of one job, or a batch of them. All that it carries is ids and how often each has
been tried. There are two queues, so that a job by itself never waits behind batches. SQLite has it in a file beside the
portal's, PostgreSQL in a schema there.
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

from jackfield_portal.jobs.orders import ALONE, BATCHES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from jackfield_portal.jobs.hands import Hands
    from jackfield_portal.jobs.orders import Order

__all__ = ["SCHEMA", "Engine"]

SCHEMA = "dbos"
#: Of the way in which jobs are handed out, not of the product: workers of neighbouring versions share the work.
VERSION = "jobs-2"
_NAME = "jackfield"
_WORKFLOW = "order"
#: Seconds between two looks for work; nobody waits for a batch.
_POLL = {ALONE: 0.15, BATCHES: 0.5}
_UNIXEPOCH_SINCE = (3, 42)
_BATCH = 500
#: Seconds that workflows whose jobs have ended are given to end, too.
_MOMENT = 2.0
#: Seconds in which DBOS says the same thing once only.
_QUIET = 30.0
_OPEN = ["ENQUEUED", "DELAYED", "PENDING"]
_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

_hands: Mapping[str, Hands] = {}


@DBOS.workflow(name=_WORKFLOW)
def _workflow(queue: str, tries: list[tuple[str, int]]) -> None:
    if queue in _hands:
        _hands[queue].do([(job, attempt) for job, attempt in tries])


class Engine:
    """DBOS in this process. There is one at a time; the ``hands`` of a queue do what is taken from there."""

    def __init__(self, executor: str, hands: Mapping[str, Hands]) -> None:
        global _hands  # noqa: PLW0603 - DBOS is one a process, too
        _hands = hands
        self._executor = executor
        self._queues = _Queues(hands)
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
            DBOS.listen_queues(list(hands))
            DBOS.launch()
            self._queues.bind(running)
            for name in hands:
                DBOS.register_queue(
                    name, worker_concurrency=1, polling_interval_sec=_POLL[name], on_conflict="always_update"
                )
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

    def put(self, orders: Iterable[Order]) -> None:
        """Hand out orders; one whose name was handed out before is not again."""
        with self._tables.begin() as transaction:
            for order in orders:
                self._client.enqueue_in_transaction(
                    transaction,
                    {
                        "workflow_name": _WORKFLOW,
                        "queue_name": order.queue,
                        "workflow_id": order.name,
                        "app_version": VERSION,
                    },
                    order.queue,
                    [list(one) for one in order.tries],
                )

    def alive(self, names: Collection[str], workers: Collection[str]) -> set[str]:
        """Those of the orders that wait for a worker of this version, or that one of these workers has taken."""
        found = self._client.list_workflows(workflow_ids=list(names), status=_OPEN, load_input=False, load_output=False)
        return {
            one.workflow_id
            for one in found
            if (one.executor_id in workers if one.status == "PENDING" else one.app_version == VERSION)
        }

    def taken_by(self, workers: Collection[str]) -> list[tuple[str, int]]:
        """The tries that these workers have taken and not ended; they are struck off."""
        found = self._client.list_workflows(status="PENDING", executor_id=list(workers), name=_WORKFLOW)
        if found:
            self._client.cancel_workflows([one.workflow_id for one in found])
        return [(str(job), int(attempt)) for one in found if one.input for job, attempt in one.input["args"][1]]

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
        self._queues.close()
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


class _Queues:
    """Lets this process decide how much it takes: DBOS keeps one number for all, and machines differ.

    The one place that reaches into DBOS: the thread of a queue asks for it anew before each look for work.
    """

    def __init__(self, hands: Mapping[str, Hands]) -> None:
        self._hands = hands
        self._closed = False
        self._empty = {name: threading.Event() for name in hands}

    def bind(self, running: Any) -> None:
        ask = running._sys_db.get_queue  # noqa: SLF001

        def asked(name: str, **options: Any) -> Any:
            closed = self._closed
            mine = name in self._hands and not options
            if closed and mine:
                self._empty[name].set()  # whatever the last look took has been begun, and the next ones take nothing
            queue = ask(name, **options)
            if queue is not None and mine:
                queue._worker_concurrency = 0 if closed else self._hands[name].room  # noqa: SLF001
            return queue

        running._sys_db.get_queue = asked  # noqa: SLF001

    def close(self) -> None:
        """DBOS ends its threads without waiting for its look for work: what that takes then would be left lying."""
        self._closed = True
        end = time.monotonic() + 1.0
        for empty in self._empty.values():
            empty.wait(max(0.0, end - time.monotonic()))


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

"""Imports many at a time: begun for a set of connections, and carried out by one worker side by side."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DataError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from jackfield_portal.imports import services
from jackfield_portal.imports.many import Work, carry_out
from jackfield_portal.imports.models import ACTIVE_STATES, ImportRun, RunState, StagedUser
from jackfield_portal.jobs import services as jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from uuid import UUID

    from jackfield_portal.imports.many import Account

__all__ = ["run_together", "start_together"]

logger = logging.getLogger(__name__)


def start_together(wanted: Sequence[ImportRun]) -> list[ImportRun]:
    """As :func:`services.start` for each of these runs, which are not in the database yet; those that are begun.

    Left out are connections that cannot be imported from, or are being.
    """
    with transaction.atomic():
        connections = [run.connection for run in wanted]
        known = ImportRun.objects.filter(connection__in=connections, state__in=(*ACTIVE_STATES, RunState.HELD))
        busy = set(known.values_list("connection_id", flat=True))
        runs = [
            run
            for run in wanted
            if services.ready(run.connection) and (run.connection_id not in busy or services.make_room(run.connection))
        ]
        ImportRun.objects.bulk_create(runs, ignore_conflicts=True)
        made = set(ImportRun.objects.filter(pk__in=[run.pk for run in runs]).values_list("pk", flat=True))
        begun = [run for run in runs if run.pk in made]  # where somebody else was quicker by a moment, his run counts
        jobs.enqueue_many(services.JOB, {services.job_id(run): {"run": str(run.pk)} for run in begun})
    return begun


def run_together(
    run_ids: Sequence[UUID],
    stir: Callable[[], None] = lambda: None,
    held: Callable[[], Collection[UUID]] | None = None,
) -> Mapping[UUID, ImportRun]:
    """Read, compare and apply each of these runs, from its start, as :func:`services.run` does; the runs by their ids.

    Those still running at the end are to be run by themselves: they are large, or disturb others. ``stir`` is called
    as the work goes on; ``held`` tells, in the transaction that takes them, whose jobs are still this worker's. Raises
    OperationalError, and then whatever has not ended may be run again.
    """
    carry_out(_Given(run_ids, stir, held))
    return ImportRun.objects.in_bulk(run_ids)


class _Given(Work):
    """Runs that were begun by somebody else, and whose jobs this process has been given."""

    def __init__(
        self, run_ids: Sequence[UUID], stir: Callable[[], None], held: Callable[[], Collection[UUID]] | None
    ) -> None:
        super().__init__(run_ids)
        self._stir = stir
        self._held = held

    def begin(self, chunk: Sequence[UUID]) -> list[ImportRun]:
        """Take them over, whatever an earlier attempt has left behind; those that have ended are left out."""
        now = timezone.now()
        with transaction.atomic():
            held = set(self._held() if self._held else chunk)
            mine = [run for run in chunk if run in held]
            runs = ImportRun.objects.filter(pk__in=mine, state__in=ACTIVE_STATES)
            runs.update(state=RunState.RUNNING, attempt=F("attempt") + 1, done=0, total=None, started=now, beat=now)
            StagedUser.objects.filter(run_id__in=mine).delete()
            return list(runs.select_related("connection"))

    def settle(self, read: Sequence[Account], *, all_of_them: bool = False) -> None:
        """Say that it goes on, too."""
        self._stir()
        super().settle(read, all_of_them=all_of_them)

    def settled(self, accounts: Sequence[Account]) -> Iterator[str]:
        """Where one of them cannot be applied, nobody can say which: each is to be run by itself."""
        try:
            yield from list(super().settled(accounts))
        except (IntegrityError, DataError) as failure:
            logger.warning("imports are run one by one after %s", type(failure).__name__)

    def alone(self, account: Account) -> str:
        """Leave a large account running: it is run by itself."""
        return str(account.run.state)

    def give_up(self) -> None:
        """Leave them as they are: their jobs are done again."""

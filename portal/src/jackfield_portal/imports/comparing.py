"""Comparing: what is staged against what is known, whether that looks right, and how it becomes what is known.

All of it is work of the database on whole sets: a row of Python for each user is made nowhere here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection as database
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from jackfield_portal.imports.models import USABLE_STATES, CrmUser, ImportRun, StagedUser, UserColumns

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

#: Of the users known before, the share that may be missing from a listing before somebody is asked.
SHRINK_LIMIT_PERCENT = 20

# Django documents _meta; the underscore is its own oddity.
_COLUMNS = tuple(field.name for field in UserColumns._meta.local_fields)  # noqa: SLF001
_KNOWN, _STAGED, _RUN = CrmUser._meta, StagedUser._meta, ImportRun._meta  # noqa: SLF001
#: When a user was last touched in the CRM is kept, and is no change of the user.
_COMPARED = tuple(name for name in _COLUMNS if name not in {"crm_id", "created_at", "updated_at"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """How a listing differs from what is known. ``inactive`` counts among the staged, whatever else they are."""

    known: int
    staged: int
    new: int
    changed: int
    unchanged: int
    inactive: int
    gone: int

    @property
    def counts(self) -> dict[str, int]:
        """What an import reports."""
        return {name: getattr(self, name) for name in ("new", "changed", "unchanged", "inactive", "gone")}

    @property
    def doubt(self) -> str:
        """Why this listing waits for somebody's word, in a sentence; empty where it looks right."""
        if self.staged == 0:
            return _("The CRM listed no user at all.")
        if self.gone * 100 > self.known * SHRINK_LIMIT_PERCENT:
            return _(
                "%(gone)d of the %(known)d users known so far are missing from the CRM's list, more than %(limit)d%%."
            ) % {"gone": self.gone, "known": self.known, "limit": SHRINK_LIMIT_PERCENT}
        return ""


def compare(run: ImportRun) -> Comparison:
    """Compare what a run has staged with what is known of its connection."""
    staged = StagedUser.objects.filter(run=run)
    known = CrmUser.objects.filter(connection_id=run.connection_id, crm_id=OuterRef("crm_id"))
    same = known.filter(gone_at=None, **{name: OuterRef(name) for name in _COMPARED})
    total, new = staged.count(), staged.filter(~Exists(known)).count()
    unchanged = staged.filter(Exists(same)).count()
    return Comparison(
        known=CrmUser.objects.filter(connection_id=run.connection_id, gone_at=None).count(),
        staged=total,
        new=new,
        changed=total - new - unchanged,
        unchanged=unchanged,
        inactive=staged.exclude(state__in=USABLE_STATES).count(),
        gone=missing(run).count(),
    )


def missing(run: ImportRun) -> QuerySet[CrmUser]:
    """The known users whom the run's listing does not hold."""
    staged = StagedUser.objects.filter(run=run, crm_id=OuterRef("crm_id"))
    return CrmUser.objects.filter(~Exists(staged), connection_id=run.connection_id, gone_at=None)


def apply(run: ImportRun, now: datetime) -> None:
    """Make what is staged what is known; the caller holds the transaction. Users come back as themselves."""
    missing(run).update(gone_at=now)
    seen = database.ops.adapt_datetimefield_value(now)
    keys = [_RUN.pk.get_db_prep_value(key, database) for key in (run.connection_id, run.pk)]
    with database.cursor() as cursor:
        cursor.execute(_upsert(), [keys[0], seen, seen, keys[1]])
    clear_staging(run)


def clear_staging(run: ImportRun) -> None:
    """Forget what a run has staged."""
    StagedUser.objects.filter(run=run).delete()


def _upsert() -> str:
    known, staged = _KNOWN.db_table, _STAGED.db_table
    columns = _listed(_COLUMNS)
    renewed = ", ".join(
        f"{name} = excluded.{name}" for name in map(database.ops.quote_name, (*_COLUMNS[1:], "last_seen"))
    )
    return (
        f"INSERT INTO {known} ({columns}, connection_id, first_seen, last_seen) "  # noqa: S608 - names of our own columns
        f"SELECT {columns}, %s, %s, %s FROM {staged} WHERE run_id = %s "
        f"ON CONFLICT (connection_id, crm_id) DO UPDATE SET {renewed}, gone_at = NULL"
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(database.ops.quote_name, names))

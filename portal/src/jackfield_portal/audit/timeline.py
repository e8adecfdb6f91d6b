"""All that has happened to a connection, newest first: from what the apps keep anyway, else from the audit log."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jackfield_portal.audit import words
from jackfield_portal.audit.models import Entry
from jackfield_portal.checks.models import CheckRun, RunState
from jackfield_portal.connections.models import SettingsVersion
from jackfield_portal.imports import words as import_words
from jackfield_portal.imports.models import ImportRun
from jackfield_portal.mapping.models import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jackfield_portal.connections.models import Connection

__all__ = ["Moment", "Page", "timeline"]

#: Moments on one page.
SIZE = 30
#: What other rows tell better.
_TOLD_OTHERWISE = (
    "settings.saved", "check.started", "import.started", "import.finished", "import.held", "import.decided",
    "import.cancelled", "mapping.saved",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """Something that happened: when, of which kind, in words, by whom. ``key`` tells apart what happened at once."""

    at: datetime
    key: str
    kind: str
    title: str
    told: str = ""
    who: str = ""
    good: bool | None = None

    @property
    def place(self) -> tuple[datetime, str]:
        """Where it stands in time."""
        return self.at, self.key

    @property
    def cursor(self) -> str:
        """Its place, as the address of the next page names it."""
        return f"{self.at.isoformat()}~{self.key}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some moments; ``older`` is the cursor of the next page, empty on the last."""

    moments: tuple[Moment, ...]
    older: str = ""


def timeline(connection: Connection, before: str = "", size: int = SIZE) -> Page:
    """A page of the connection's moments, those before the cursor; one that makes no sense gives the first page."""
    place = _place(before)
    until = Q(at__lte=place[0]) if place else Q()
    sources = (source(connection, until) for source in _SOURCES)
    merged = heapq.merge(*sources, key=lambda moment: moment.place, reverse=True)
    rest = (moment for moment in merged if place is None or moment.place < place)
    found = tuple(islice(rest, size + 1))
    return Page(moments=found[:size], older=found[size - 1].cursor if len(found) > size else "")


def _place(cursor: str) -> tuple[datetime, str] | None:
    when, _mark, key = cursor.partition("~")
    try:
        at = datetime.fromisoformat(when)
    except ValueError:
        return None
    return (at, key) if at.tzinfo else None


def _settings(connection: Connection, until: Q) -> Iterator[Moment]:
    versions = SettingsVersion.objects.filter(connection=connection).annotate(at=F("saved"))
    rows = versions.filter(until).order_by("saved", "id").select_related("saved_by")
    then: dict[str, str] = {}
    moments = []
    for version in rows:  # as many as somebody has saved
        moments.append(_saved(version, then))
        then = version.values
    yield from reversed(moments)


def _saved(version: SettingsVersion, then: dict[str, str]) -> Moment:
    now = version.values
    other = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
    return Moment(
        at=version.saved,
        key=f"settings-{version.pk}",
        kind="settings",
        title=_("Settings saved"),
        told=_("changed: %(fields)s") % {"fields": ", ".join(other)} if other and then else "",
        who=str(version.saved_by or ""),
    )


def _checks(connection: Connection, until: Q) -> Iterator[Moment]:
    done = CheckRun.objects.filter(connection=connection, finished__isnull=False).annotate(at=F("finished"))
    for run in done.filter(until).order_by("-finished", "-id").iterator(SIZE):
        passed = run.state == RunState.PASSED
        yield Moment(
            at=run.finished or run.created,
            key=f"check-{run.pk}",
            kind="check",
            title=_("Systems Check passed") if passed else _("Systems Check not passed"),
            told="" if passed else _why(run),
            good=passed,
        )


def _why(run: CheckRun) -> str:
    if run.problem:
        return str(run.problem)
    failed = run.steps.filter(state=RunState.FAILED).first()
    return f"{failed.title}: {failed.message}" if failed else ""


def _upgrades(connection: Connection, until: Q) -> Iterator[Moment]:
    runs = CheckRun.objects.filter(connection=connection).exclude(connector_version="")
    previous = Window(Lag("connector_version"), order_by=("created", "id"))
    seen = runs.annotate(previous=previous, at=F("created")).exclude(previous=F("connector_version"))
    for run in seen.filter(until, previous__isnull=False).order_by("-created", "-id"):
        versions = {"before": run.previous, "after": run.connector_version}
        yield Moment(
            at=run.created,
            key=f"connector-{run.pk}",
            kind="connector",
            title=_("Another version of the connector"),
            told=_("%(before)s before, %(after)s now") % versions,
        )


def _imports(connection: Connection, until: Q) -> Iterator[Moment]:
    runs = ImportRun.objects.filter(connection=connection).annotate(at=F("created")).filter(until)
    for run in runs.order_by("-created", "-id").select_related("started_by", "decided_by").iterator(SIZE):
        yield Moment(
            at=run.created,
            key=f"import-{run.pk}",
            kind="import",
            title=_("User import"),
            told=import_words.outcome(run),
            who=str(run.decided_by or run.started_by or ""),
            good={"applied": True, "failed": False}.get(run.state),
        )


def _mappings(connection: Connection, until: Q) -> Iterator[Moment]:
    batches = Batch.objects.filter(changes__connection=connection).annotate(at=F("made_at"), agents=Count("changes"))
    for batch in batches.filter(until).order_by("-made_at", "-id").select_related("made_by").iterator(SIZE):
        told = ngettext("%(n)d agent", "%(n)d agents", batch.agents) % {"n": batch.agents}
        yield Moment(
            at=batch.made_at,
            key=f"mapping-{batch.pk}",
            kind="mapping",
            title=_("Mappings saved"),
            told=f"{told}, {_('undone since')}" if batch.undone_at else told,
            who=str(batch.made_by or ""),
        )


def _recorded(connection: Connection, until: Q) -> Iterator[Moment]:
    rows = Entry.objects.filter(connection_id=connection.pk, organization_id=connection.organization_id)
    for entry in rows.exclude(action__in=_TOLD_OTHERWISE).filter(until).order_by("-at", "-id").iterator(SIZE):
        yield Moment(
            at=entry.at,
            key=f"entry-{entry.pk:020}",
            kind="connection",
            title=words.label(entry.action),
            told=words.details(entry.detail),
            who="" if entry.actor_kind == "job" else words.who(entry),
            good={"connection.broken": False, "connection.recovered": True}.get(entry.action),
        )


_SOURCES: tuple[Callable[[Connection, Q], Iterator[Moment]], ...] = (
    _settings,
    _checks,
    _upgrades,
    _imports,
    _mappings,
    _recorded,
)

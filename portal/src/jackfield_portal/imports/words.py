"""Imports in words, for cards, dialogs and commands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jackfield_portal.imports.models import COUNTED, PREVIEW_KEPT, ImportRun, Origin, RunState
from jackfield_portal.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["STATES", "age", "beginner", "consequence", "counts", "duration", "outcome", "remaining", "state"]

_MINUTE, _HOUR = 60, 3_600
#: Seconds of reading after which its pace tells something.
_TELLING = 2.0
_FRESH = timedelta(days=1)


def counts(run: ImportRun) -> Mapping[str, int]:
    """What a run reports, in the order in which it is told."""
    return {name: getattr(run, name) for name in COUNTED}


def outcome(run: ImportRun) -> str:
    """How a run stands or ended, in a sentence."""
    return _SENTENCES[RunState(run.state)](run)


def state(run: ImportRun) -> str:
    """How a run stands, in a word or two."""
    if run.preview and run.state == RunState.HELD:
        return _("preview")
    return str(STATES[RunState(run.state)])


def beginner(run: ImportRun) -> str:
    """Who or what has started a run."""
    if run.origin == Origin.RETRY:
        return _("another try after a failure")
    if run.started_by is not None:
        return str(run.started_by)
    named = {Origin.COMMAND: _("the command line"), Origin.SCHEDULE: _("the schedule")}
    return named.get(Origin(run.origin), "") if run.origin in Origin.values else _("the portal")


def consequence(run: ImportRun, mapped: int) -> str:
    """What applying a list that waits for a word would mean, of whose missing users so many are mapped."""
    if not run.gone:
        return ""
    if not mapped:
        return _("None of the missing is mapped to an agent.")
    return ngettext(
        "%(mapped)d of the missing is mapped to an agent: until the user is back, that agent has no CRM user. "
        "The mapping is kept.",
        "%(mapped)d of the missing are mapped to agents: until they are back, those agents have no CRM user. "
        "The mappings are kept.",
        mapped,
    ) % {"mapped": mapped}


def age(run: ImportRun, now: datetime) -> str:
    """A word of caution where a list has waited so long that the CRM may well list others by now; else empty."""
    if run.state != RunState.HELD or now - (run.beat or run.created) < _FRESH:
        return ""
    return _("This list was read more than a day ago. Discard it and import anew where the CRM has changed since.")


def duration(run: ImportRun) -> str:
    """How long the reading and applying took; empty where that has not ended."""
    read = {RunState.HELD, RunState.APPLIED, RunState.DISCARDED}  # whoever gave his word took his own time
    end = run.beat if run.state in read else run.finished
    return _span((end - run.started).total_seconds()) if run.started and end else ""


def remaining(run: ImportRun, now: datetime) -> str:
    """How long a run still reads at its pace so far; empty where the CRM tells no total, or it is too early to tell."""
    if run.state != RunState.RUNNING or not run.total or not run.done or run.started is None:
        return ""
    seconds = (now - run.started).total_seconds()
    if seconds < _TELLING or run.done >= run.total:
        return ""
    return _("about %(time)s left") % {"time": _span(seconds / run.done * (run.total - run.done))}


def _span(seconds: float) -> str:
    if seconds < _MINUTE:
        whole = max(1, round(seconds))
        return ngettext("%(n)d second", "%(n)d seconds", whole) % {"n": whole}
    if seconds < _HOUR:
        whole = round(seconds / _MINUTE)
        return ngettext("%(n)d minute", "%(n)d minutes", whole) % {"n": whole}
    return _("%(n)s hours") % {"n": number_format(round(seconds / _HOUR, 1), 1)}


def _queued(_run: ImportRun) -> str:
    return _("The import waits for its turn.")


def _running(run: ImportRun) -> str:
    if run.total:
        return _("%(done)d of %(total)d users read.") % {"done": run.done, "total": run.total}
    return ngettext("%(done)d user read.", "%(done)d users read.", run.done) % {"done": run.done}


def _held(run: ImportRun) -> str:
    if run.preview and not run.hold_reason:
        return _("The preview is ready: %(counts)s Nothing was changed yet.") % {"counts": _applied(run)}
    return _("The import waits for your decision: %(reason)s") % {"reason": run.hold_reason}


def _applied(run: ImportRun) -> str:
    return _(
        "%(new)d new, %(changed)d changed, %(unchanged)d unchanged, %(inactive)d inactive, %(gone)d gone."
    ) % counts(run)


def _failed(run: ImportRun) -> str:
    return _("The import failed: %(message)s") % {"message": spoken(run.error_message)}


def _cancelled(_run: ImportRun) -> str:
    return _("The import was cancelled. Nothing was changed.")


def _discarded(run: ImportRun) -> str:
    if run.preview and run.beat and run.finished and run.finished - run.beat >= PREVIEW_KEPT:
        return _(
            "The preview waited %(days)d days for a decision and was let go. Nothing was changed: import the users to "
            "read the list anew."
        ) % {"days": PREVIEW_KEPT.days}
    return _("The list was discarded. Everything stays as it was.")


#: How a run stands, in a word or two.
STATES = {
    RunState.QUEUED: gettext_lazy("waiting"),
    RunState.RUNNING: gettext_lazy("under way"),
    RunState.HELD: gettext_lazy("waits for a decision"),
    RunState.APPLIED: gettext_lazy("done"),
    RunState.FAILED: gettext_lazy("failed"),
    RunState.CANCELLED: gettext_lazy("cancelled"),
    RunState.DISCARDED: gettext_lazy("discarded"),
}
_SENTENCES = {
    RunState.QUEUED: _queued,
    RunState.RUNNING: _running,
    RunState.HELD: _held,
    RunState.APPLIED: _applied,
    RunState.FAILED: _failed,
    RunState.CANCELLED: _cancelled,
    RunState.DISCARDED: _discarded,
}

"""Imports in words, for cards, dialogs and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jackfield_portal.imports.models import ImportRun, RunState

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["counts", "outcome"]


def counts(run: ImportRun) -> Mapping[str, int]:
    """What a run reports, in the order in which it is told."""
    return {name: getattr(run, name) for name in ("new", "changed", "unchanged", "inactive", "gone")}


def outcome(run: ImportRun) -> str:
    """How a run stands or ended, in a sentence."""
    return _SENTENCES[RunState(run.state)](run)


def _queued(_run: ImportRun) -> str:
    return _("The import waits for its turn.")


def _running(run: ImportRun) -> str:
    if run.total:
        return _("%(done)d of %(total)d users read.") % {"done": run.done, "total": run.total}
    return ngettext("%(done)d user read.", "%(done)d users read.", run.done) % {"done": run.done}


def _held(run: ImportRun) -> str:
    return _("The import waits for your decision: %(reason)s") % {"reason": run.hold_reason}


def _applied(run: ImportRun) -> str:
    return _(
        "%(new)d new, %(changed)d changed, %(unchanged)d unchanged, %(inactive)d inactive, %(gone)d gone."
    ) % counts(run)


def _failed(run: ImportRun) -> str:
    return _("The import failed: %(message)s") % {"message": run.error_message}


def _cancelled(_run: ImportRun) -> str:
    return _("The import was cancelled. Nothing was changed.")


def _discarded(_run: ImportRun) -> str:
    return _("The list was discarded. Everything stays as it was.")


_SENTENCES = {
    RunState.QUEUED: _queued,
    RunState.RUNNING: _running,
    RunState.HELD: _held,
    RunState.APPLIED: _applied,
    RunState.FAILED: _failed,
    RunState.CANCELLED: _cancelled,
    RunState.DISCARDED: _discarded,
}

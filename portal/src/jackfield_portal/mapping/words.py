"""What was done with mappings, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jackfield_portal.mapping.bulk import Action

if TYPE_CHECKING:
    from jackfield_portal.mapping.bulk import Done
    from jackfield_portal.mapping.models import Batch
    from jackfield_portal.mapping.writing import Saved

__all__ = ["done", "saved", "settled", "undo"]


def saved(outcome: Saved) -> str:
    """What a save has done."""
    if outcome.batch is None:
        return _("Nothing was different, so nothing was saved.")
    told = ngettext("%(n)d agent mapped.", "%(n)d agents mapped.", outcome.mapped) % {"n": outcome.mapped}
    if outcome.cleared:
        told += " " + ngettext("%(n)d cleared.", "%(n)d cleared.", outcome.cleared) % {"n": outcome.cleared}
    return told


def settled(outcome: Saved) -> str:
    """What was done with leavers."""
    count = outcome.mapped + outcome.cleared
    if not count:
        return _("Nothing was different, so nothing was saved.")
    return ngettext("%(n)d mapping settled.", "%(n)d mappings settled.", count) % {"n": count}


def done(action: Action, outcome: Done) -> str:
    """What was done with rows, and why not with all of them."""
    parts = [_CHANGED[action](outcome.changed) % {"n": outcome.changed}]
    if outcome.pinned:
        said = ngettext("%(n)d is pinned and stays.", "%(n)d are pinned and stay.", outcome.pinned)
        parts.append(said % {"n": outcome.pinned})
    if outcome.rest:
        parts.append(_REST[action](outcome.rest) % {"n": outcome.rest})
    return " ".join(parts)


def undo(batch: Batch) -> str:
    """What undoing a batch would do."""
    count = batch.changes.count()
    return ngettext(
        "Puts back the CRM user of %(n)d agent, as it was before %(name)s saved.",
        "Puts back the CRM users of %(n)d agents, as they were before %(name)s saved.",
        count,
    ) % {"n": count, "name": batch.made_by or _("somebody")}


_CHANGED = {
    Action.CLEAR: lambda n: ngettext("%(n)d agent cleared.", "%(n)d agents cleared.", n),
    Action.PIN: lambda n: ngettext("%(n)d agent pinned.", "%(n)d agents pinned.", n),
    Action.UNPIN: lambda n: ngettext("%(n)d agent unpinned.", "%(n)d agents unpinned.", n),
    Action.TAKE: lambda n: ngettext("%(n)d agent mapped.", "%(n)d agents mapped.", n),
}
_REST = {
    Action.CLEAR: lambda n: ngettext("%(n)d had no CRM user.", "%(n)d had no CRM user.", n),
    Action.PIN: lambda n: ngettext(
        "%(n)d has no CRM user or was pinned already.", "%(n)d have no CRM user or were pinned already.", n
    ),
    Action.UNPIN: lambda n: ngettext("%(n)d was not pinned.", "%(n)d were not pinned.", n),
    Action.TAKE: lambda n: ngettext(
        "%(n)d has no suggestion that can be taken so.", "%(n)d have no suggestion that can be taken so.", n
    ),
}

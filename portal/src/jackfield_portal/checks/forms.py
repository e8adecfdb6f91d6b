"""How often a connection is checked by itself, as a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jackfield_portal.connections.services import RHYTHMS

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection

__all__ = ["RhythmForm", "rhythm_of"]

_USUAL = "usual"


class RhythmForm(forms.Form):
    """Off, hourly, daily, or as the operator has it."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["hours"] = forms.ChoiceField(
            label=gettext_lazy("Check by itself"), choices=[(_key(hours), _word(hours)) for hours in RHYTHMS]
        )

    def hours_chosen(self) -> int | None:
        """The hours, None for the usual ones."""
        chosen = str(self.cleaned_data["hours"])
        return None if chosen == _USUAL else int(chosen)

    def word(self) -> str:
        """What was chosen, in words."""
        return _word(self.hours_chosen())


def rhythm_of(connection: Connection) -> str:
    """What the form shows as chosen."""
    return _key(connection.check_every)


def _key(hours: int | None) -> str:
    return _USUAL if hours is None else str(hours)


def _word(hours: int | None) -> str:
    if hours is None:
        usual: int = settings.JACKFIELD_CHECK_EVERY
        return _("as usual here (%(rhythm)s)") % {"rhythm": _word(usual)}
    known = {0: _("not by itself"), 1: _("each hour"), 24: _("each day")}
    return known.get(hours) or ngettext("each %(hours)d hour", "each %(hours)d hours", hours) % {"hours": hours}

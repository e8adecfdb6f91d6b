"""Finding entries: by who, what and when."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jackfield_portal.audit.models import Entry
from jackfield_portal.audit.words import ACTIONS

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from jackfield_portal.organizations.models import Organization

__all__ = ["FilterForm", "entries_of"]


class DayInput(forms.DateInput):
    """A day, as browsers ask for it."""

    input_type = "date"

    def format_value(self, value: Any) -> Any:
        """The one spelling that browsers take."""
        return value.isoformat() if hasattr(value, "isoformat") else value


class FilterForm(forms.Form):
    """Which entries to show; each field that is filled in narrows them."""

    who = forms.CharField(label=_("Who or where"), required=False, max_length=200)
    action = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(((code, str(name)) for code, name in ACTIONS.items()), key=lambda choice: choice[1].casefold())
        self.fields["action"] = forms.ChoiceField(
            label=_("What"), required=False, choices=[("", _("everything")), *known]
        )


def entries_of(organization: Organization, given: dict[str, Any]) -> QuerySet[Entry]:
    """The entries of an organization, the newest first, narrowed by what a :class:`FilterForm` has read."""
    found: QuerySet[Entry] = Entry.objects.filter(organization=organization)
    if words := (given.get("who") or "").replace("\0", "").strip():
        found = found.filter(Q(actor_name__icontains=words) | Q(origin__icontains=words))
    if action := given.get("action"):
        found = found.filter(action=action)
    if since := given.get("since"):
        found = found.filter(at__gte=_midnight(since))
    if until := given.get("until"):
        found = found.filter(at__lt=_midnight(until) + timedelta(days=1))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

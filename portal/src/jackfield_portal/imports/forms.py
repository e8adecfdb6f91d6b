"""The small form of import settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jackfield_portal.imports import rhythms, thresholds
from jackfield_portal.imports.models import Rhythm

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection

__all__ = ["ImportSettingsForm"]


class ImportSettingsForm(forms.Form):
    """A connection's rhythm, and the organization's share of missing users that holds an import."""

    rhythm = forms.ChoiceField(
        label=gettext_lazy("Import by itself"),
        required=False,
        help_text=gettext_lazy("Of this connection. A failure that passes is tried again by itself."),
    )
    percent = forms.IntegerField(
        label=gettext_lazy("Hold an import when more than this share of the users is missing (%)"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy(
            "For every connection of the organization. A held import changes nothing until you decide. "
            "An empty list is always held."
        ),
        error_messages={
            "required": gettext_lazy("Enter a number from 0 to 100."),
            "invalid": gettext_lazy("Enter a whole number from 0 to 100."),
            "min_value": gettext_lazy("Enter a number from 0 to 100."),
            "max_value": gettext_lazy("Enter a number from 0 to 100."),
        },
    )

    def __init__(self, *args: Any, connection: Connection, **kwargs: Any) -> None:
        chosen = rhythms.own(connection)
        kwargs["initial"] = {"rhythm": chosen or "", "percent": thresholds.limit(connection.organization)}
        super().__init__(*args, **kwargs)
        self.connection = connection
        field = self.fields["rhythm"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("As usual here: %(rhythm)s") % {"rhythm": rhythms.usual()}), *Rhythm.choices]

    def save(self) -> None:
        """Keep both."""
        with transaction.atomic():
            rhythms.choose(self.connection, self.cleaned_data["rhythm"])
            thresholds.set_limit(self.connection.organization, self.cleaned_data["percent"])

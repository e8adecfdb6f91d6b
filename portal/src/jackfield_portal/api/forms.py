"""The form of a token."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from jackfield_portal.api.models import Scope
from jackfield_portal.web.choices import Choices

__all__ = ["TokenForm"]

_LASTS = {"30": _("30 days"), "90": _("90 days"), "365": _("one year"), "": _("until it is revoked")}


class TokenForm(forms.Form):
    """What a token is for, what it may do, and how long."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Which program is to use it."))
    scopes = Choices(
        label=_("What it may do"),
        choices=Scope.choices,
        initial=[Scope.READ],
        required=False,
        help_text=_("Every token may read."),
        widget=forms.CheckboxSelectMultiple,
        template_name="api/scopes.html",
    )
    lasts = forms.ChoiceField(label=_("It lasts"), choices=list(_LASTS.items()), initial="365", required=False)

    def wanted(self) -> timedelta | None:
        """How long the token is to last; None for no end."""
        days = self.cleaned_data["lasts"]
        return timedelta(days=int(days)) if days else None

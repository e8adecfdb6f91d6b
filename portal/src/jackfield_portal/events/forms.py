"""The form of a webhook."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from jackfield_portal.events.models import EventType
from jackfield_portal.web.choices import Choices

__all__ = ["SubscriptionForm"]


class SubscriptionForm(forms.Form):
    """Where events are sent, and which."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("For you alone, such as: ticket system."))
    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        help_text=_("Where the events are sent, such as https://hooks.example.com/jackfield"),
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false", "autocapitalize": "off"}),
    )
    types = Choices(
        label=_("Events"),
        choices=EventType.choices,
        widget=forms.CheckboxSelectMultiple,
        template_name="events/types.html",
    )

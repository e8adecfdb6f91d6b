"""Forms of people, organizations and agents."""

from __future__ import annotations

from math import ceil
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from jackfield.users import email_or_none
from jackfield_portal.organizations import brake
from jackfield_portal.organizations.models import Agent, User


class SignInForm(AuthenticationForm):
    """E-mail address and password."""

    username = forms.CharField(
        label=_("E-mail"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    error_messages = {  # noqa: RUF012 - Django's own spelling
        "invalid_login": _("E-mail address and password do not belong together. Check both, then try again."),
        "inactive": _("This user may no longer sign in. Ask an administrator of your organization."),
    }

    def clean(self) -> dict[str, Any]:
        """Who signs in; after too many tries, only when the next is heard."""
        given = self.cleaned_data
        if not (given.get("username") and given.get("password")):
            return given
        whose = email_or_none(given["username"]) or "", self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        if seconds := brake.begun(*whose):
            minutes = ceil(seconds / 60)
            said = ngettext(
                "Too many tries to sign in. Try again in %(n)d minute.",
                "Too many tries to sign in. Try again in %(n)d minutes.",
                minutes,
            )
            raise forms.ValidationError(said % {"n": minutes}, code="too_many")
        cleaned: dict[str, Any] = super().clean()
        brake.passed(*whose)
        return cleaned


class SetUpForm(forms.Form):
    """The first organization and its administrator."""

    organization = forms.CharField(label=_("Organization"), max_length=200)
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("E-mail"), max_length=320, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_password(self) -> str:
        """A password that Django's validators take: long, uncommon, and not like the name or the e-mail address."""
        password: str = self.cleaned_data["password"]
        given = self.cleaned_data
        validate_password(password, User(name=given.get("name", ""), email=given.get("email", "")))
        return password


class AgentForm(forms.ModelForm):  # type: ignore[type-arg]
    """An agent of the organization."""

    class Meta:
        model = Agent
        fields = ("name", "email", "extension", "role")

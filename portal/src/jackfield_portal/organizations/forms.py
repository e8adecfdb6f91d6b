"""Forms of people, organizations and agents."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from jackfield_portal.organizations.models import Agent


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
        """A password that Django's validators take."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class AgentForm(forms.ModelForm):  # type: ignore[type-arg]
    """An agent of the organization."""

    class Meta:
        model = Agent
        fields = ("name", "email", "extension", "role")

"""Forms of people, organizations and agents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from jackfield.users import email_or_none
from jackfield_portal.organizations import brake, passwords, second_factor
from jackfield_portal.organizations.models import Agent, Role, User
from jackfield_portal.organizations.plans import known_plans


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
        if refused := brake.refusal(*whose):
            raise forms.ValidationError(refused, code="too_many")
        cleaned: dict[str, Any] = super().clean()
        brake.passed(*whose)
        return cleaned


class SetUpForm(forms.Form):
    """The first organization and its administrator, who has a password where there are passwords."""

    organization = forms.CharField(label=_("Organization"), max_length=200)
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("E-mail"), max_length=320, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not passwords.on():
            del self.fields["password"]

    def clean_password(self) -> str:
        """A password that Django's validators take: long, uncommon, and not like the name or the e-mail address."""
        password: str = self.cleaned_data["password"]
        given = self.cleaned_data
        validate_password(password, User(name=given.get("name", ""), email=given.get("email", "")))
        return password


class JoinForm(forms.Form):
    """Whoever accepts an invitation and has not signed in before."""

    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class InviteForm(forms.Form):
    """Somebody who is to become a member."""

    email = forms.EmailField(label=_("E-mail"), max_length=320, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.READ_ONLY,
        help_text=_("Administrators change everything; read-only members look at everything."),
    )


class RoleForm(forms.Form):
    """A member's role."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class AddressForm(forms.Form):
    """Whose password was forgotten."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )


class CodeForm(forms.Form):
    """A code of an authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "one-time-code", "spellcheck": "false"}),
    )


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A password, typed twice, in the place of a forgotten one."""

    error_messages = {"password_mismatch": _("The two are not the same. Type the new password again.")}  # noqa: RUF012 - Django's own spelling

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = ""
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password2"].help_text = ""


class ConfirmForm(forms.Form):
    """That it is really the user who sits there: his password, or a code where he has none.

    For a ``new_app`` a code of it is asked for, too, which only the service can judge.
    """

    def __init__(self, user: User, address: str, *args: Any, new_app: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user, self._address, self._new_app = user, address, new_app
        if passwords.of(user):
            attributes = {"autocomplete": "current-password"}
            self.fields["password"] = forms.CharField(
                label=_("Your password"), strip=False, widget=forms.PasswordInput(attrs=attributes)
            )
        if new_app or not passwords.of(user):
            self.fields["code"] = CodeForm().fields["code"]

    def clean_password(self) -> str:
        """The user's own; too many wrong ones are not heard for a while."""
        password: str = self.cleaned_data["password"]
        whose = str(self._user.pk), self._address
        if refused := brake.refusal(*whose, door="confirm"):
            raise forms.ValidationError(refused)
        if not self._user.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        brake.passed(*whose, door="confirm")
        return password

    def clean_code(self) -> str:
        """The user's own, which is used up by it; too many wrong ones are not heard for a while."""
        code: str = self.cleaned_data["code"]
        if self._new_app:
            return code
        whose = str(self._user.pk), self._address
        if refused := brake.refusal(*whose, door="second-step"):
            raise forms.ValidationError(refused)
        if not second_factor.fits(self._user, code):
            raise forms.ValidationError(_("The code does not fit."))
        brake.passed(*whose, door="second-step")
        return code


class PasswordForm(ConfirmForm):
    """Another password, after the present one."""

    new = forms.CharField(
        label=_("New password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    field_order = ("password", "new")

    def clean_new(self) -> str:
        """A password that the validators take."""
        password: str = self.cleaned_data["new"]
        validate_password(password, self._user)
        return password


class OrganizationForm(forms.Form):
    """An organization as the operator sees it; its administrator is invited when it is made."""

    name = forms.CharField(label=_("Name"), max_length=200)
    plan = forms.CharField(
        label=_("Plan"), max_length=50, required=False, help_text=_("As your plan table names it; may be left blank.")
    )

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if plans := known_plans():
            choices = [(plan, plan or _("no plan")) for plan in ("", *plans)]
            self.fields["plan"] = forms.ChoiceField(label=_("Plan"), choices=choices, required=False)
        if new:
            self.fields["email"] = forms.EmailField(
                label=_("Administrator's e-mail"), help_text=_("Gets an invitation, whose link is shown to you.")
            )


class AgentForm(forms.ModelForm):  # type: ignore[type-arg]
    """An agent of the organization."""

    class Meta:
        model = Agent
        fields = ("name", "email", "extension", "role")


class AgentFileForm(forms.Form):
    """A CSV file of agents, or what was read of it before."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_("The first line names the columns: name, email, extension, role, active. Only name is needed."),
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

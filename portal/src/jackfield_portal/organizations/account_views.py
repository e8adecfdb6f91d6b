"""The page Your account, and its dialogs; it belongs to the person, whatever his organizations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language

from jackfield_portal.errors import PortalError
from jackfield_portal.languages import known
from jackfield_portal.organizations import access, accounts, arrivals, passwords, second_factor, totp
from jackfield_portal.organizations.forms import ConfirmForm, PasswordForm
from jackfield_portal.organizations.models import SecondFactor
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jackfield_portal.organizations.models import User

__all__ = ["account", "change_password", "language", "recovery_codes", "sign_out_elsewhere", "turn_off", "turn_on"]

_SECRET: Final = "second_factor_to_be"  # noqa: S105 - the name of a place in the session


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Who one is here, and how one signs in; asked for by the page itself, only that part."""
    user = _user(request)
    context = {
        "memberships": access.memberships_of(request),
        "factor": SecondFactor.objects.filter(user=user).first(),
        "codes_left": second_factor.recovery_codes_left(user),
        "identity": user.identities.first(),
        "has_password": passwords.of(user),
        "passwords": passwords.on(),
    }
    template = "organizations/account_parts.html" if dialogs.inside(request) else "organizations/account.html"
    return render(request, template, context)


@passwords.needed
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Another password; the sessions elsewhere end with the old one."""
    user = _user(request)
    form = PasswordForm(user, _address(request), request.POST or None)
    if not user.has_usable_password():
        failure = PortalError(
            _("You have no password here."), remedy=_("Sign out and choose “Forgotten your password?” to set one.")
        )
        return dialogs.trouble(request, failure, title=_("Change password"))
    if request.method == "POST" and form.is_valid():
        accounts.set_password(user, form.cleaned_data["new"])
        update_session_auth_hash(request, user)
        return _done(request, _("Your password is changed. Other browsers have been signed out."))
    return _form(request, form, _("Change password"), _("Change password"))


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def turn_on(request: HttpRequest) -> HttpResponse:
    """Show the secret of a new authenticator app, and take it once a code of the app has shown that it is there."""
    user = _user(request)
    form = ConfirmForm(user, _address(request), request.POST or None, new_app=True)
    secret = request.session.get(_SECRET) if request.method == "POST" else None
    if secret and form.is_valid():
        try:
            codes = second_factor.turn_on(user, secret, form.cleaned_data["code"])
        except PortalError as refused:
            form.add_error("code", f"{refused.message} {refused.remedy}")
        else:
            del request.session[_SECRET]
            return _codes(request, codes, _("The second factor is on"))
    if not secret:
        secret = request.session[_SECRET] = totp.new_secret()
    context = {
        "form": form,
        "title": _("Turn on the second factor"),
        "picture": second_factor.picture(user, secret),
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
    }
    return dialogs.render(request, "organizations/turn_on.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def turn_off(request: HttpRequest) -> HttpResponse:
    """Do without the second factor."""
    form = _confirmation(request)
    if request.method == "POST" and form.is_valid():
        second_factor.drop(_user(request))
        alone = _("Your password alone signs you in.") if passwords.on() else _("Single sign-on alone signs you in.")
        return _done(request, f"{_('The second factor is off.')} {alone}")
    return _form(request, form, _("Turn off the second factor"), _("Turn off"))


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes in the place of the old ones."""
    form = _confirmation(request)
    if not second_factor.has(_user(request)):
        failure = PortalError(_("The second factor is off."), remedy=_("Turn it on: recovery codes come with it."))
        return dialogs.trouble(request, failure, title=_("New recovery codes"))
    if request.method == "POST" and form.is_valid():
        codes = second_factor.new_recovery_codes(_user(request))
        return _codes(request, codes, _("New recovery codes"))
    return _form(request, form, _("New recovery codes"), _("Make new codes"))


@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End the user's sessions in all other browsers."""
    user = _user(request)
    accounts.end_sessions(user)
    update_session_auth_hash(request, user)
    return _done(request, _("You are signed out everywhere but here."))


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language, or with an empty one none, and go back.

    The person keeps it, in whatever browser he signs in: mails to him need it, too. The browser keeps it in a cookie
    for the pages before that.
    """
    chosen = request.POST.get("language", "")
    answer = set_language(request)
    if not chosen:
        answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    elif not known(chosen):
        return answer
    if request.user.is_authenticated:
        accounts.choose_language(_user(request), chosen)
    else:
        request.session[arrivals.LANGUAGE] = chosen
    return answer


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _confirmation(request: HttpRequest) -> ConfirmForm:
    return ConfirmForm(_user(request), _address(request), request.POST or None)


def _form(request: HttpRequest, form: ConfirmForm, title: str, button: str) -> HttpResponse:
    context = {"form": form, "title": title, "button": button}
    return dialogs.render(request, "organizations/confirm.html", context, status=422 if form.errors else 200)


def _codes(request: HttpRequest, codes: list[str], title: str) -> HttpResponse:
    context: dict[str, Any] = {"codes": codes, "title": title}
    return dialogs.trigger(dialogs.render(request, "organizations/recovery_codes.html", context), "account-changed")


def _done(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return dialogs.close(request, "account-changed") if dialogs.inside(request) else redirect("organizations:account")

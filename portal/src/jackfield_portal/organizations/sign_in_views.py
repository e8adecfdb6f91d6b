"""The ways in besides the password: second step, single sign-on, and the way for whoever has forgotten it."""

from __future__ import annotations

import hmac
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from jackfield_portal import mail
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import accounts, arrivals, brake, passwords, second_factor
from jackfield_portal.organizations.forms import AddressForm, CodeForm, NewPasswordForm
from jackfield_portal.organizations.links import base_of, link
from jackfield_portal.organizations.sso import people as sso_people
from jackfield_portal.organizations.sso import protocol

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jackfield_portal.organizations.models import User
    from jackfield_portal.organizations.sso.settings import SsoSettings

__all__ = ["NewPassword", "by_link", "forgotten", "second_step", "sso", "sso_back"]

_ATTEMPTS: Final = "sso_attempts"
#: Sign-ins under way in several windows, and seconds that each may take.
_MOST_ATTEMPTS, _LASTS = 5, 900


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the second factor; too many wrong ones are not heard for a while."""
    found = arrivals.waiting(request)
    if found is None:
        return redirect("organizations:sign-in")
    user, to = found
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refused = _refused(request, user, form.cleaned_data["code"])
        if not refused:
            return arrivals.come_in(request, user, to)
        form.add_error("code", refused)
    return render(request, "organizations/second_step.html", {"form": form}, status=422 if form.errors else 200)


def _refused(request: HttpRequest, user: User, code: str) -> str:
    whose = str(user.pk), request.META.get("REMOTE_ADDR", "")
    try:
        if too_many := brake.refusal(*whose, door="second-step"):
            return too_many
        if not second_factor.fits(user, code):
            return _("The code does not fit. Enter the one that your app shows now, or a recovery code.")
    except PortalError as failure:
        return f"{failure.message} {_('A recovery code works all the same.')}"
    brake.passed(*whose, door="second-step")
    return ""


@login_not_required
@require_GET
def sso(request: HttpRequest) -> HttpResponse:
    """Go to the provider."""
    try:
        address, attempt = protocol.begin(_provider(), _back(request))
    except PortalError as failure:
        return _not_signed_in(request, failure)
    kept = [one for one in request.session.get(_ATTEMPTS, []) if one["until"] > time.time()]
    to = request.GET.get("next", "")
    kept.append({**asdict(attempt), "to": to, "until": time.time() + _LASTS})
    request.session[_ATTEMPTS] = kept[-_MOST_ATTEMPTS:]
    return redirect(address)


@login_not_required
@never_cache
@require_GET
def sso_back(request: HttpRequest) -> HttpResponse:
    """Come back from the provider with a code, once for each attempt."""
    provider = _provider()
    kept = _taken(request, request.GET.get("state", ""))
    if kept is None:
        return _not_signed_in(request, PortalError(_("This sign-in has expired."), remedy=_("Try again.")))
    to = kept.pop("to")
    kept.pop("until")
    try:
        user = sso_people.user_for(provider, _person(request, provider, protocol.Attempt(**kept)))
    except PortalError as failure:
        return _not_signed_in(request, failure)
    return arrivals.arrive(request, user, arrivals.onward(request, to))


def _person(request: HttpRequest, provider: SsoSettings, attempt: protocol.Attempt) -> protocol.Person:
    """Who has come back; an answer that another provider has sent (RFC 9207), or without a code, is none."""
    if request.GET.get("iss", provider.issuer) != provider.issuer or not request.GET.get("code"):
        raise PortalError(
            _("Your provider has not signed you in."), remedy=_("Try again, or ask the provider's administrator.")
        )
    return protocol.finish(provider, attempt, request.GET["code"], _back(request))


def _provider() -> SsoSettings:
    found: SsoSettings | None = settings.JACKFIELD_SSO
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest) -> str:
    return link(base_of(request), "organizations:sso-back")


def _taken(request: HttpRequest, state: str) -> dict[str, Any] | None:
    """The attempt of this state, which is over with that."""
    kept = request.session.get(_ATTEMPTS, [])
    found = next((one for one in kept if hmac.compare_digest(one["state"].encode(), state.encode())), None)
    if found is not None:
        request.session[_ATTEMPTS] = [one for one in kept if one is not found]
    return dict(found) if found is not None and found["until"] > time.time() else None


def _not_signed_in(request: HttpRequest, failure: PortalError) -> HttpResponse:
    messages.error(request, f"{failure.message} {failure.remedy}")
    return redirect("organizations:sign-in")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """Sign in by a link that the operator has made; opening it alone, as a mail program may, does not use it up."""
    user = accounts.whose_link(uidb64, token)
    if user is None:
        return render(request, "organizations/sign_in_link.html", {"whose": None}, status=404)
    if request.method == "POST":
        return arrivals.arrive(request, user, "web:home")
    return render(request, "organizations/sign_in_link.html", {"whose": user})


@login_not_required
@passwords.needed
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link for a new password; the answer is the same whether anybody has the address or not."""
    form = AddressForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "mails": mail.configured(), "asked": False}
    if request.method == "POST" and context["mails"] and form.is_valid():
        email = form.cleaned_data["email"].lower()
        if refused := brake.refusal(email, request.META.get("REMOTE_ADDR", ""), door="forgotten"):
            form.add_error(None, refused)
        else:
            accounts.ask_for_link(email, base_of(request))
            context["asked"] = True
    return render(request, "organizations/forgotten.html", context, status=422 if form.errors else 200)


@method_decorator([login_not_required, passwords.needed, sensitive_post_parameters(), never_cache], name="dispatch")
class NewPassword(auth_views.PasswordResetConfirmView):
    """Set the new password: Django's own page, which takes the link's token out of the address first."""

    template_name = "organizations/new_password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("organizations:sign-in")
    reset_url_token = "set"  # noqa: S105 - what stands in the address in the place of the token

    def form_valid(self, form: Any) -> Any:
        """The link came by mail, so the address is proven; the sessions before end with the password."""
        answer = super().form_valid(form)
        accounts.prove_email(form.user, password=True)
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where to ask for another link."""
        return super().get_context_data(forgotten=reverse("organizations:forgotten"), **kwargs)

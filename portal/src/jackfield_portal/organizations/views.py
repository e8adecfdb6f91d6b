"""Sign-in, set-up, and the page Manage Organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import arrivals, passwords, services
from jackfield_portal.organizations.forms import SetUpForm, SignInForm
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from django.contrib.auth.forms import AuthenticationForm
    from django.http import HttpRequest

__all__ = ["SignIn", "set_up"]


@method_decorator(login_not_required, name="dispatch")
class SignIn(auth_views.LoginView):
    """Sign in with e-mail address and password, where there are passwords; before anybody can, how to begin."""

    template_name = "organizations/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A part of a page that finds the session ended has the whole page sign in."""
        if dialogs.inside(request):
            here = request.headers.get("HX-Current-URL", "")
            path = here.split("://", 1)[-1].partition("/")[2]
            address = f"{reverse('organizations:sign-in')}?{urlencode({'next': '/' + path})}"
            return HttpResponse(headers={"HX-Redirect": address})
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Judge what was entered; nothing is where passwords are switched off."""
        return cast("HttpResponse", passwords.needed(super().post)(request, *args, **kwargs))

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The password fits: now the session begins, or the second step."""
        return arrivals.arrive(self.request, form.get_user(), self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether anybody can sign in yet, and by what else than a password."""
        ways = {"sso": settings.JACKFIELD_SSO, "passwords": passwords.on()}
        return super().get_context_data(set_up_needed=services.set_up_needed(), **ways, **kwargs)


@login_not_required
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """The first organization, made by whoever holds the address that the server printed."""
    if not services.token_fits(token):
        return render(request, "organizations/set_up_closed.html", status=403)
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            membership = services.set_up(
                token,
                organization=given["organization"],
                person=given["name"],
                email=given["email"],
                password=given.get("password"),
            )
        except PortalError:
            return render(request, "organizations/set_up_closed.html", status=403)
        login(request, membership.user)
        return redirect("web:manage")
    return render(request, "organizations/set_up.html", {"form": form}, status=422 if form.errors else 200)

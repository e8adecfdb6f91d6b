"""Whether passwords open this installation; where the operator has switched them off, single sign-on alone does."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jackfield_portal.errors import PortalError
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    from jackfield_portal.organizations.models import User

__all__ = ["needed", "of", "on"]


def on() -> bool:
    """Whether somebody can sign in with a password."""
    return bool(settings.JACKFIELD_PASSWORDS)


def of(user: User) -> bool:
    """Whether the user has a password that opens anything."""
    return on() and user.has_usable_password()


def needed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that is about passwords: without them it leads to the sign-in, and says why."""

    @wraps(view)
    def led(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if on():
            return view(request, *args, **kwargs)
        refusal = PortalError(_("Passwords are switched off here."), remedy=_("Sign in by single sign-on."))
        if dialogs.inside(request):
            return dialogs.trouble(request, refusal, title=_("Password"))
        messages.error(request, f"{refusal.message} {refusal.remedy}")
        return redirect("organizations:sign-in")

    return led

"""The end of every sign-in: the session begins, once a second factor that the user has was shown, too."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from django.contrib.auth import login
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from jackfield_portal.organizations import accounts, second_factor
from jackfield_portal.organizations.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["LANGUAGE", "arrive", "come_in", "onward", "waiting"]

#: Where the session keeps the language that somebody has chosen before he signs in.
LANGUAGE: Final = "language"
_KEY: Final = "second_step"
#: Seconds for which the first step counts.
_LASTS: Final = 600


def arrive(request: HttpRequest, user: User, to: str) -> HttpResponse:
    """Begin the user's session and lead on, or ask him for his code first."""
    if not second_factor.has(user):
        return come_in(request, user, to)
    request.session[_KEY] = {
        "user": str(user.pk),
        "hash": user.get_session_auth_hash(),
        "to": to,
        "until": time.time() + _LASTS,
    }
    return redirect("organizations:second-step")


def waiting(request: HttpRequest) -> tuple[User, str] | None:
    """Who has taken the first step and where he is to go; None where nobody has, or too long ago."""
    kept = request.session.get(_KEY)
    if not kept or kept["until"] < time.time():
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), kept["hash"]):
        return None
    return user, kept["to"]


def come_in(request: HttpRequest, user: User, to: str) -> HttpResponse:
    """Begin the user's session, under a new key, and lead on; a language that was chosen just before is his own now."""
    request.session.pop(_KEY, None)
    chosen = request.session.pop(LANGUAGE, "")
    login(request, user)
    if chosen:
        accounts.choose_language(user, chosen)
    return redirect(to)


def onward(request: HttpRequest, to: str) -> str:
    """Where somebody is to go, if that is within the portal; else its start."""
    inside = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return to if inside else "web:home"

"""Links for those who hold a secret and have no account here: made by an administrator, used by whoever has them."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jackfield import JackfieldError, SettingsError
from jackfield_portal.connections import guesses, links, platforms, saving, services
from jackfield_portal.connections.forms import SecretsForm
from jackfield_portal.connections.instructions import as_html
from jackfield_portal.connections.views import found, settings_dialog, settings_form
from jackfield_portal.errors import PortalError
from jackfield_portal.notices import services as notices
from jackfield_portal.notices.models import Kind
from jackfield_portal.organizations.models import User
from jackfield_portal.said import said
from jackfield_portal.spoken import spoken
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jackfield_portal.connections.models import SecretLink

__all__ = ["enter", "make"]


@require_POST
def make(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Make a link for the secrets that go with the other settings as they stand in the form."""
    connection = found(request, connection_id)
    title = _("Let somebody else enter it")
    try:
        form = settings_form(connection, services.connector_of(connection), request.POST)
        by = request.user if isinstance(request.user, User) else None
        made = links.make(connection, form.given(), by)
    except SettingsError as refused:
        form.show(refused.problems)
        saving.remember(connection, form.given(), refused.problems)
        return settings_dialog(request, connection, form=form, refused=refused)
    except (JackfieldError, PortalError) as failure:
        return dialogs.trouble(request, failure, title=title)
    path = reverse("connections:enter", args=[made.link.pk, made.token])
    context = {
        "title": title,
        "connection": connection,
        "address": request.build_absolute_uri(path),
        "fields": links.secrets_of(connection),
        "expires": made.link.expires,
        "minutes": int(links.LASTS.total_seconds() // 60),
    }
    answer = dialogs.render(request, "connections/link.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _secluded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """In no cache, in no search engine; the address, which opens it, is told to nobody."""

    @wraps(view)
    def secluded(request: HttpRequest, **given: Any) -> HttpResponse:
        answer = view(request, **given)
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        answer["Referrer-Policy"] = "no-referrer"
        return answer

    return secluded


# No mark against forms from elsewhere: the word in the address is what entitles, no session does. A browser that tells
# nobody where it comes from could not show that the form is ours, either.
@csrf_exempt
@login_not_required
@sensitive_post_parameters()
@_secluded
def enter(request: HttpRequest, link_id: UUID, token: str) -> HttpResponse:
    """The page behind a link: the secret fields, the platform's instructions, and nothing else."""
    visitor = request.META.get("REMOTE_ADDR", "")
    if guesses.too_many(visitor):
        return _closed(request, _("Too many tries. Wait five minutes, then open the link again."), 429)
    link = links.opened(link_id, token)
    if link is None:
        guesses.count(visitor)
        said = _(
            "This link is not valid any more: it was used, its half hour is over, or another was sent since. Ask "
            "whoever sent it to you for a new one."
        )
        return _closed(request, said, 403)
    return _entered(request, link)


@require_http_methods(["GET", "HEAD", "POST"])
def _entered(request: HttpRequest, link: SecretLink) -> HttpResponse:
    try:
        form = SecretsForm(links.secrets_of(link.connection), request.POST if request.method == "POST" else None)
        if request.method != "POST":
            return _page(request, link, form)
        links.enter(link, form.given())
    except SettingsError as refused:
        other = not form.show(refused.problems)
        return _page(request, link, form, other=other, status=422)
    except (JackfieldError, PortalError) as failure:
        return _closed(request, f"{spoken(failure.message)} {spoken(failure.remedy)}", 422)
    _tell(link)
    said = _("Thank you. What you entered is stored, encrypted, and can be read by nobody. You can close this page.")
    return _closed(request, said, 200, title=_("Done"))


def _page(
    request: HttpRequest, link: SecretLink, form: SecretsForm, *, other: bool = False, status: int = 200
) -> HttpResponse:
    platform = platforms.connector(link.connection.platform).platform
    context = {
        "link": link,
        "form": form,
        "other": other,
        "platform": platform.title,
        "host": links.host_of(link),
        "instructions": as_html(spoken(platform.instructions)),
        "docs_url": platform.docs_url,
    }
    return render(request, "connections/enter.html", context, status=status)


def _closed(request: HttpRequest, said: str, status: int, title: str = "") -> HttpResponse:
    context = {"title": title or _("This link does not open"), "said": said}
    return render(request, "connections/entered.html", context, status=status)


def _tell(link: SecretLink) -> None:
    with override("en"):  # what is kept is English
        fields = ", ".join(field.title for field in links.secrets_of(link.connection))
    title = said("%(fields)s of %(name)s was entered", fields=fields, name=link.connection.name)
    text = said(
        "Somebody has used the link that you sent. Run the Systems Check: it is put to use once that has passed."
    )
    notices.tell(link.connection.organization, Kind.TOLD, title, text, reverse("web:manage"))

"""The pages of the webhooks, for administrators."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jackfield_portal.errors import PortalError
from jackfield_portal.events import services
from jackfield_portal.events.forms import SubscriptionForm
from jackfield_portal.events.models import DeliveryState, EventType, Subscription
from jackfield_portal.organizations import access
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from jackfield_portal.organizations.models import Organization

__all__ = ["add", "change", "delete", "log", "redeliver", "rotate", "show", "switch", "test", "webhooks"]

_CHANGED = "webhooks-changed"
#: Deliveries on one page.
ROWS = 25
#: The log looks again by itself while a try is to come so soon.
_SOON = timedelta(seconds=15)


@require_GET
def webhooks(request: HttpRequest) -> HttpResponse:
    """All webhooks; asked for by the page itself, only their table."""
    organization = access.administrator(request).organization
    template = "events/table.html" if dialogs.inside(request) else "events/webhooks.html"
    return render(request, template, {"subscriptions": services.of(organization)})


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new webhook; its secret is shown once."""
    membership = access.administrator(request)
    form = SubscriptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = services.add(membership.organization, **form.cleaned_data, by=membership.user)
        except PortalError as refusal:
            form.add_error("url", f"{refusal.message} {refusal.remedy}")
        else:
            return _secret(request, made, secret, _("Webhook added"))
    return _form(request, form, _("Add webhook"))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Change a webhook."""
    found = _subscription(request, subscription_id)
    form = SubscriptionForm(request.POST or None, initial={"name": found.name, "url": found.url, "types": found.types})
    if request.method == "POST" and form.is_valid():
        try:
            services.change(found, **form.cleaned_data)
        except PortalError as refusal:
            form.add_error("url", f"{refusal.message} {refusal.remedy}")
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": found.name})
            return _back(request, found)
    return _form(request, form, _("Edit webhook"))


@require_GET
def show(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """One webhook with the log of what it was told."""
    found = _subscription(request, subscription_id)
    return render(request, "events/webhook.html", _context(request, found))


@require_GET
def log(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """The log alone, for a page that waits for the end of a try."""
    return render(request, "events/log.html", _context(request, _subscription(request, subscription_id)))


@require_POST
def switch(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Switch a webhook off, or on again."""
    found = _subscription(request, subscription_id)
    services.switch(found, active=not found.active)
    said = _("%(name)s is told of events again.") if found.active else _("%(name)s is told of nothing now.")
    messages.success(request, said % {"name": found.name})
    return redirect("events:show", found.pk)


@require_http_methods(["GET", "POST"])
def rotate(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """A new signing secret, once it was said what becomes of the old one."""
    found = _subscription(request, subscription_id)
    if request.method == "POST":
        try:
            return _secret(request, found, services.rotate(found), _("New signing secret"))
        except PortalError as failure:
            return dialogs.trouble(request, failure, title=_("New signing secret"))
    return dialogs.render(request, "events/rotate.html", {"title": _("New signing secret"), "subscription": found})


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Delete a webhook, once it was said what goes with it."""
    found = _subscription(request, subscription_id)
    if request.method == "POST":
        services.delete(found)
        messages.success(request, _("The webhook %(name)s is deleted.") % {"name": found.name})
        return redirect("events:webhooks")
    return dialogs.render(request, "events/delete.html", {"title": _("Delete webhook"), "subscription": found})


@require_POST
def test(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Have a test event told."""
    found = _subscription(request, subscription_id)
    try:
        services.test(found)
    except PortalError as refusal:
        messages.error(request, f"{refusal.message} {refusal.remedy}")
    else:
        messages.success(request, _("A test event is on its way. The log says what became of it."))
    return redirect("events:show", found.pk)


@require_POST
def redeliver(request: HttpRequest, subscription_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Have an event told once more."""
    found = _subscription(request, subscription_id)
    delivery = get_object_or_404(services.deliveries_of(found).select_related("subscription"), pk=delivery_id)
    try:
        services.redeliver(delivery)
    except PortalError as refusal:
        messages.error(request, f"{refusal.message} {refusal.remedy}")
    else:
        messages.success(request, _("The event is told once more. The log says what became of it."))
    return redirect("events:show", found.pk)


def _subscription(request: HttpRequest, subscription_id: UUID) -> Subscription:
    organization: Organization = access.administrator(request).organization
    try:
        return services.get(organization, subscription_id)
    except Subscription.DoesNotExist:
        raise Http404 from None


def _context(request: HttpRequest, found: Subscription) -> dict[str, Any]:
    page = Paginator(services.deliveries_of(found), ROWS).get_page(request.GET.get("page"))
    soon = timezone.now() + _SOON
    waiting = any(one.state == DeliveryState.WAITING and (one.next_try is None or one.next_try < soon) for one in page)
    names = dict(EventType.choices)
    return {
        "subscription": found,
        "page": page,
        "following": waiting and found.active,
        "types": [(kind, names[kind]) for kind in EventType.values if kind in found.types],
    }


def _form(request: HttpRequest, form: SubscriptionForm, title: str) -> HttpResponse:
    status = 422 if form.errors else 200
    return dialogs.render(request, "events/form.html", {"form": form, "title": title}, status=status)


def _secret(request: HttpRequest, found: Subscription, secret: str, title: str) -> HttpResponse:
    context = {"title": title, "subscription": found, "secret": secret}
    answer = dialogs.trigger(dialogs.render(request, "events/secret.html", context), _CHANGED)
    answer["Cache-Control"] = "no-store"
    return answer


def _back(request: HttpRequest, found: Subscription) -> HttpResponse:
    if dialogs.inside(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect("events:show", found.pk)

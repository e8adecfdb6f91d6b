"""The page People, its dialogs, the way through an invitation, and the way from one organization to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import access, arrivals, passwords
from jackfield_portal.organizations import people as services
from jackfield_portal.organizations.forms import InviteForm, JoinForm, RoleForm
from jackfield_portal.organizations.links import base_of, link
from jackfield_portal.organizations.models import User
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jackfield_portal.organizations.models import Invitation, Membership

__all__ = ["accept", "invitation", "invite", "link_to", "people", "remove", "role", "switch", "told", "withdraw"]


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """All members and, for administrators, open invitations; asked for by the page itself, only their tables."""
    membership = access.member(request)
    organization = membership.organization
    invited = services.invitations_of(organization) if membership.may_change else ()
    template = "organizations/people_tables.html" if dialogs.inside(request) else "organizations/people.html"
    context = {"members": services.members_of(organization), "invitations": invited, "organization": organization}
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the link is shown to be copied, and sent where there is a mail server."""
    membership = access.administrator(request)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.invite(membership.organization, **form.cleaned_data, by=membership.user)
        except PortalError as refused:
            form.add_error("email", f"{refused.message} {refused.remedy}")
        else:
            return dialogs.trigger(
                told(request, made, sent=services.sent(made, link_to(request, made))), "people-changed"
            )
    context = {"form": form, "title": _("Invite somebody"), "button": _("Invite")}
    return dialogs.render(request, "organizations/confirm.html", context, status=422 if form.errors else 200)


@require_GET
def invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """The link of an invitation once more."""
    organization = access.administrator(request).organization
    return told(request, get_object_or_404(services.invitations_of(organization), pk=invitation_id))


@require_POST
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Have an invitation's link open nothing any more."""
    organization = access.administrator(request).organization
    found = get_object_or_404(services.invitations_of(organization), pk=invitation_id)
    services.withdraw(found)
    return _done(request, _("The invitation of %(email)s is withdrawn.") % {"email": found.email})


@require_http_methods(["GET", "POST"])
def role(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Give a member another role."""
    found = _member(request, user_id)
    form = RoleForm(request.POST or None, initial={"role": found.role})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_role(found, form.cleaned_data["role"])
        except PortalError as refused:
            form.add_error("role", f"{refused.message} {refused.remedy}")
        else:
            return _done(request, _("The role of %(name)s is changed.") % {"name": found.user})
    title = _("Role of %(name)s") % {"name": found.user}
    context = {"form": form, "title": title, "button": _("Save")}
    return dialogs.render(request, "organizations/confirm.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """End a membership, once it was said what that means."""
    found = _member(request, user_id)
    title = _("Remove %(name)s") % {"name": found.user}
    if request.method == "GET":
        return dialogs.render(request, "organizations/remove.html", {"member": found, "title": title})
    try:
        services.remove(found)
    except PortalError as refused:
        return dialogs.trouble(request, refused, title=title)
    return _done(request, _("%(name)s is no longer a member.") % {"name": found.user})


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Look at another of one's organizations."""
    access.choose(request, request.POST.get("organization", ""))
    return redirect("web:manage")


@login_not_required
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """What the link of an invitation opens: join as oneself, sign in first, or begin with a name and a password."""
    found = services.invitation_for(token)
    if found is None:
        return render(request, "organizations/invitation_closed.html", status=404)
    user = request.user if isinstance(request.user, User) else None
    known = user is not None or User.objects.filter(email=found.email).exists()
    form = JoinForm(request.POST or None) if passwords.on() and not known else None
    if request.method == "POST":
        answer = _joined(request, found, user, form)
        if answer is not None:
            return answer
    other = user is not None and user.email != found.email
    context = {"invitation": found, "form": form, "known": known, "other": other}
    return render(request, "organizations/invitation.html", context, status=422 if form and form.errors else 200)


def _joined(request: HttpRequest, found: Invitation, user: User | None, form: JoinForm | None) -> HttpResponse | None:
    """The way in for who has joined; None where something is still to be said or done."""
    try:
        if user is not None:
            services.accept(found, user)
            request.session["organization"] = str(found.organization_id)
            return redirect("web:manage")
        if form is None or not form.is_valid():
            return None
        return arrivals.come_in(request, services.join(found, **form.cleaned_data), "web:manage")
    except ValidationError as weak:
        if form is not None:
            form.add_error("password", weak)
    except PortalError as refused:
        messages.error(request, f"{refused.message} {refused.remedy}")
    return None


def link_to(request: HttpRequest, found: Invitation) -> str:
    """An invitation's whole address."""
    return link(base_of(request), "organizations:accept", services.token_of(found))


def told(request: HttpRequest, found: Invitation, *, sent: bool = False) -> HttpResponse:
    """The dialog that shows an invitation's link."""
    context: dict[str, Any] = {"invitation": found, "link": link_to(request, found), "sent": sent}
    return dialogs.render(request, "organizations/invited.html", {**context, "title": _("Invitation")})


def _member(request: HttpRequest, user_id: UUID) -> Membership:
    organization = access.administrator(request).organization
    return get_object_or_404(services.members_of(organization), user_id=user_id)


def _done(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return dialogs.close(request, "people-changed") if dialogs.inside(request) else redirect("organizations:people")

"""Sign-ins, as Django tells of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import signals

from jackfield.users import email_or_none
from jackfield_portal.audit import services
from jackfield_portal.audit.actors import Actor, ActorKind, address_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jackfield_portal.organizations.models import User

__all__ = ["connect"]


def connect() -> None:
    """Listen."""
    signals.user_logged_in.connect(_signed_in, dispatch_uid="audit")
    signals.user_logged_out.connect(_signed_out, dispatch_uid="audit")
    signals.user_login_failed.connect(_refused, dispatch_uid="audit")


def _signed_in(request: HttpRequest, user: Any, **_more: Any) -> None:
    _note("person.signed_in", request, user)


def _signed_out(request: HttpRequest, user: Any, **_more: Any) -> None:
    if user is not None and user.pk:
        _note("person.signed_out", request, user)


def _refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    """At an e-mail address that somebody here has; others belong to no organization."""
    from jackfield_portal.organizations.models import User

    found = User.objects.filter(email=email_or_none(str(credentials.get("username") or "")) or "").first()
    if found is not None:
        _note("person.refused", request, found)


def _note(action: str, request: HttpRequest | None, user: User) -> None:
    known = action != "person.refused"  # of who was refused nobody knows who he is
    who = Actor(
        kind=ActorKind.PERSON,
        id=str(user.pk) if known else "",
        name=str(user) if known else "",
        origin=address_of(request) if request else "",
    )
    target = services.Target(kind="user", id=str(user.pk), name=str(user))
    services.record_many(
        services.Fact(organization=organization, actor=who, action=action, target=target)
        for organization in user.memberships.values_list("organization_id", flat=True)
    )

"""What can be done with notices: tell, list, count, read. Callable without HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from jackfield_portal.jobs import services as jobs
from jackfield_portal.notices.models import Kind, Notice, Reading
from jackfield_portal.organizations.models import Role, User
from jackfield_portal.said import Said
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from jackfield_portal.organizations.models import Membership, Organization

__all__ = ["MAIL", "addressees", "notices_of", "read", "read_until", "tell", "unread"]

#: The job that sends a notice by e-mail.
MAIL: Final = "notices.mail"
_SHOWN = 100


def tell(organization: Organization, kind: Kind, title: str, text: str = "", url: str = "") -> Notice:
    """Tell an organization something: everybody by the bell, its administrators by e-mail, too.

    ``url`` is a path of the portal. Within a transaction, it is told exactly when that is committed. No text may hold a
    secret; each is said (:func:`jackfield_portal.said.said`), as it is read in several languages.
    """
    with transaction.atomic():
        notice = Notice.objects.create(
            organization=organization, kind=kind, title=_fit(title, 200), text=_fit(text, lines=True), url=url
        )
        jobs.enqueue(MAIL, f"notice-{notice.pk}", notice=str(notice.pk))
    return notice


def _fit(text: str, longest: int | None = None, *, lines: bool = False) -> str:
    """What was said to be translated has fitting values already."""
    return text if isinstance(text, Said) else shown(text, longest, lines=lines)


def notices_of(organization: Organization) -> QuerySet[Notice]:
    """The last notices of an organization, the newest first."""
    return Notice.objects.filter(organization=organization)[:_SHOWN]


def unread(membership: Membership) -> int:
    """How many notices came since the member has read them."""
    return Notice.objects.filter(organization=membership.organization_id, pk__gt=read_until(membership)).count()


def read_until(membership: Membership) -> int:
    """The newest notice that the member has read; 0 for none."""
    mine = Reading.objects.filter(user=membership.user_id, organization=membership.organization_id)
    return mine.values_list("last", flat=True).first() or 0


def read(membership: Membership, last: int) -> None:
    """Note that the member has read up to this notice; never back, and no further than there are notices."""
    newest = Notice.objects.filter(organization=membership.organization_id, pk__lte=last).first()
    if newest is not None and newest.pk > read_until(membership):
        Reading.objects.update_or_create(
            user_id=membership.user_id, organization_id=membership.organization_id, defaults={"last": newest.pk}
        )


def addressees(organization: Organization) -> list[User]:
    """The organization's administrators who may sign in, by their e-mail addresses."""
    of_it = {"memberships__organization": organization, "memberships__role": Role.ADMINISTRATOR}
    return list(User.objects.filter(**of_it, is_active=True).order_by("email"))

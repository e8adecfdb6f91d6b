"""A notice as an e-mail, sent by Django's mail settings; without a mail server it stays in the portal."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone
from django.utils.translation import gettext as _

from jackfield_portal.errors import PortalError
from jackfield_portal.languages import speaking_to
from jackfield_portal.notices import services
from jackfield_portal.said import again

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jackfield_portal.notices.models import Notice
    from jackfield_portal.organizations.models import User

__all__ = ["send"]


def send(notice: Notice) -> None:
    """Send a notice to each administrator by a mail of his own; one that was sent is not sent again.

    Raises PortalError where the mail server does not take it.
    """
    if notice.mailed or not settings.EMAIL_HOST:
        return
    mails = [_mail(notice, reader) for reader in services.addressees(notice.organization)]
    if not mails:
        return
    _hand_over(mails)
    notice.mailed = timezone.now()
    notice.save(update_fields=["mailed"])


def _hand_over(mails: Sequence[EmailMessage]) -> None:
    """Give the mails to the server; an address that it refuses keeps no other from being told once."""
    taken = 0
    try:
        with get_connection() as server:
            for mail in mails:
                with suppress(smtplib.SMTPRecipientsRefused):
                    taken += server.send_messages([mail]) or 0
    except OSError as failure:  # what smtplib raises is one, too
        if not taken:
            raise PortalError(
                f"The mail server did not take an e-mail: {type(failure).__name__}.",
                remedy="Check JACKFIELD_SMTP_HOST and what belongs to it.",
            ) from None


def _mail(notice: Notice, reader: User) -> EmailMessage:
    with speaking_to(reader):
        lines = [again(notice.text)] if notice.text else []
        if notice.url:
            lines.append(_link(notice.url))
        lines.append(
            _("You get this as an administrator of %(organization)s.") % {"organization": notice.organization.name}
        )
        subject = f"{notice.organization.name}: {again(notice.title)}"
    return EmailMessage(subject=" ".join(subject.split()), body="\n\n".join(lines) + "\n", to=[reader.email])


def _link(path: str) -> str:
    if settings.JACKFIELD_URL:
        return f"{settings.JACKFIELD_URL.rstrip('/')}{path}"
    return _("Sign in to the portal to see more.")

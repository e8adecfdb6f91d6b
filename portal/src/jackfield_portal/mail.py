"""Mail to people, by Django's mail settings; a portal without a mail server says so instead of pretending."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import EmailMessage

__all__ = ["configured", "sent"]

log = logging.getLogger(__name__)

_SMTP = "django.core.mail.backends.smtp.EmailBackend"


def configured() -> bool:
    """Whether there is anything that would take a mail."""
    return settings.EMAIL_BACKEND != _SMTP or bool(settings.EMAIL_HOST)


def sent(subject: str, text: str, to: str) -> bool:
    """Send a mail; whether the mail server has taken it. What went wrong stands in the log, without the mail."""
    if not configured():
        return False
    try:
        return bool(EmailMessage(subject, text, to=[to]).send())
    except (OSError, ValueError) as failure:  # SMTP's errors are OSErrors; a line break in an address is a ValueError
        log.warning("A mail could not be sent: %s", type(failure).__name__)
        return False

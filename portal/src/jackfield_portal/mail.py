"""Mail to people, by Django's mail settings; a portal without a mail server says so instead of pretending."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from django.conf import settings

from jackfield_portal.environment import given, number
from jackfield_portal.errors import PortalError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["configured", "from_environment", "sent"]

log = logging.getLogger(__name__)

_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_SECURITY = ("starttls", "tls", "off")


def from_environment() -> Mapping[str, Any]:
    """Django's mail settings as JACKFIELD_MAIL_* say them; raises PortalError for what can't be meant."""
    security = os.environ.get("JACKFIELD_MAIL_SECURITY", "starttls").strip().lower()
    if security not in _SECURITY:
        raise PortalError(
            "JACKFIELD_MAIL_SECURITY is neither starttls nor tls nor off.", remedy="Correct it, or leave it out."
        )
    return {
        "EMAIL_HOST": os.environ.get("JACKFIELD_MAIL_HOST", "").strip(),
        "EMAIL_PORT": number("JACKFIELD_MAIL_PORT", 465 if security == "tls" else 587, most=65_535),
        "EMAIL_HOST_USER": os.environ.get("JACKFIELD_MAIL_USER", "").strip(),
        "EMAIL_HOST_PASSWORD": given("JACKFIELD_MAIL_PASSWORD") or "",
        "EMAIL_USE_TLS": security == "starttls",
        "EMAIL_USE_SSL": security == "tls",
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": os.environ.get("JACKFIELD_MAIL_FROM", "").strip() or "jackfield@localhost",
    }


def configured() -> bool:
    """Whether there is anything that would take a mail."""
    return settings.EMAIL_BACKEND != _SMTP or bool(settings.EMAIL_HOST)


def sent(subject: str, text: str, to: str) -> bool:
    """Send a mail; whether the mail server has taken it. What went wrong stands in the log, without the mail."""
    if not configured():
        return False
    from django.core.mail import EmailMessage  # the settings are read by programs that send none

    try:
        return bool(EmailMessage(subject, text, to=[to]).send())
    except (OSError, ValueError) as failure:  # SMTP's errors are OSErrors; a line break in an address is a ValueError
        log.warning("A mail could not be sent: %s", type(failure).__name__)
        return False

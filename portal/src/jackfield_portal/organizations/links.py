"""Links that leave the portal: in mails, and to be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["base_of", "link"]


def base_of(request: HttpRequest) -> str:
    """Where the portal is for its visitors: JACKFIELD_URL, else the host that this one has asked for."""
    configured: str = settings.JACKFIELD_URL
    return configured or request.build_absolute_uri("/")


def link(base: str, name: str, *parts: str) -> str:
    """The whole address of a page."""
    return urljoin(base, reverse(name, args=parts))

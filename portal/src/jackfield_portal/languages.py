"""The language of a page, and of what is sent to somebody who is not looking at one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from django.http import HttpRequest

    from jackfield_portal.organizations.models import User

__all__ = ["Languages", "known", "speaking_to"]


def known(language: str) -> bool:
    """Whether the portal speaks the language of this code."""
    return language in dict(settings.LANGUAGES)


def speaking_to(reader: User | None, otherwise: str = "") -> AbstractContextManager[None]:
    """Have texts made in the reader's own language; where he has chosen none, or is nobody yet, in another one.

    That is ``otherwise`` where the portal speaks it, else the deployment's.
    """
    wishes = (reader.language if reader else "", otherwise)
    return translation.override(next(filter(known, wishes), settings.LANGUAGE_CODE))


class Languages(LocaleMiddleware):
    """What the person who is signed in has chosen, else the browser's choice or wish, else the deployment's language.

    The person is read here, and once: whatever asks for him later finds him on the request. Having looked at the
    session, the answer varies by Cookie as well as by Accept-Language.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Begin with what the browser says, which also stands where the person cannot be read."""
        super().process_request(request)
        chosen = getattr(request.user, "language", "")
        if known(chosen):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen

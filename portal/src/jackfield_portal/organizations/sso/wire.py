"""Asks the provider over HTTP. It is the operator's own choice and may stand in a private network, unlike a CRM."""

from __future__ import annotations

import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from jackfield_portal.errors import PortalError
from jackfield_portal.organizations.sso.settings import permitted

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ask", "unusable"]

_SECONDS: Final = 10
_MOST: Final = 1_048_576
_OK: Final = 200


def ask(url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The JSON object at an address, by GET, or by POST with a form; redirects are not followed.

    Raises PortalError, which tells nothing of what was sent or answered, for anything else.
    """
    if not permitted(url):
        raise unusable(_("it names an address that is not https"))
    parts = urlsplit(url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    sent = {"Accept": "application/json", "User-Agent": "jackfield-portal", **(headers or {})}
    body = None
    if form is not None:
        body, sent["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    return _read(connection, "GET" if body is None else "POST", target, body, sent)


def unusable(why: str) -> PortalError:
    """That the provider did not do its part, and why, for the operator."""
    return PortalError(
        _("The single sign-on did not work: %(why)s.") % {"why": why},
        remedy=_("Try again. If it stays so, tell whoever runs this installation."),
    )


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(host, port, timeout=_SECONDS)
    return HTTPSConnection(host, port, timeout=_SECONDS, context=ssl.create_default_context())


def _read(
    connection: HTTPConnection, method: str, target: str, body: str | None, headers: Mapping[str, str]
) -> dict[str, Any]:
    try:
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        content = answer.read(_MOST + 1)
    except (OSError, HTTPException):
        raise unusable(_("the provider cannot be reached")) from None
    finally:
        connection.close()
    if answer.status != _OK or len(content) > _MOST:
        raise unusable(_("the provider answered with status %(status)d") % {"status": answer.status})
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise unusable(_("the provider's answer was not understood"))
    return found

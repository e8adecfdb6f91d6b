"""What the operator says about the provider, by JACKFIELD_SSO_* variables."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from jackfield_portal.environment import choice, given, switched_on
from jackfield_portal.errors import PortalError

__all__ = ["SsoSettings", "from_environment", "passwords_from_environment", "permitted"]

_ROLES: Final = ("read_only", "administrator")


@dataclass(frozen=True, kw_only=True)
class SsoSettings:
    """The provider, and what becomes of people whom it knows and the portal does not.

    They are refused unless an ``organization`` (its name or id) is set, which they then join with ``role``.
    ``emails_trusted``: every address that it tells is the person's own, though it does not say ``email_verified``.
    """

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    name: str = ""
    organization: str = ""
    role: str = "read_only"
    emails_trusted: bool = False


def from_environment() -> SsoSettings | None:
    """The settings, None where there is no single sign-on; raises PortalError for what can't be meant."""
    issuer = os.environ.get("JACKFIELD_SSO_ISSUER", "").strip()
    if not issuer:
        return None
    if not permitted(issuer):
        raise PortalError(
            "JACKFIELD_SSO_ISSUER is no https:// address.", remedy="Copy it from the provider's settings."
        )
    client_id = os.environ.get("JACKFIELD_SSO_CLIENT_ID", "").strip()
    if not client_id:
        raise PortalError("JACKFIELD_SSO_CLIENT_ID is not set.", remedy="Set the client id that your provider shows.")
    role = os.environ.get("JACKFIELD_SSO_ROLE", "").strip() or "read_only"
    if role not in _ROLES:
        raise PortalError("JACKFIELD_SSO_ROLE is no role.", remedy=f"Set one of: {', '.join(_ROLES)}.")
    return SsoSettings(
        issuer=issuer,
        client_id=client_id,
        client_secret=given("JACKFIELD_SSO_CLIENT_SECRET") or "",
        name=os.environ.get("JACKFIELD_SSO_NAME", "").strip(),
        organization=os.environ.get("JACKFIELD_SSO_ORGANIZATION", "").strip(),
        role=role,
        emails_trusted=switched_on("JACKFIELD_SSO_EMAILS_TRUSTED"),
    )


def passwords_from_environment(provider: SsoSettings | None) -> bool:
    """Whether passwords open the installation, too; raises PortalError where nobody could sign in at all."""
    wanted = choice("JACKFIELD_PASSWORDS", "on", "off") == "on"
    if not wanted and provider is None:
        raise PortalError(
            "JACKFIELD_PASSWORDS is off, and there is no single sign-on.",
            remedy="Set JACKFIELD_SSO_ISSUER and what belongs to it, or leave passwords on.",
        )
    return wanted


def permitted(url: object) -> bool:
    """Whether an address may be asked: https, or this machine itself, where a provider is tried out."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return (
        bool(host) and not parts.username and (parts.scheme == "https" or (parts.scheme == "http" and _loopback(host)))
    )


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

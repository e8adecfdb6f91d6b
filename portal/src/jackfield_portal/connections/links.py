"""Links by which somebody without an account enters a connection's secrets, such as the administrator of the CRM.

A link opens for whoever has its word, shows no setting but the address that the secrets go to, and takes secrets only.
It works once, for half an hour, and not any more once other settings are saved.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from jackfield_portal.audit.marking import audited
from jackfield_portal.connections import platforms
from jackfield_portal.connections.models import Connection, SecretLink
from jackfield_portal.connections.saving import Saved, preview, remember, save_settings
from jackfield_portal.connections.schemas import Field, fields_of
from jackfield_portal.errors import PortalError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from jackfield_portal.organizations.models import User

__all__ = ["LASTS", "Made", "enter", "host_of", "make", "opened", "secrets_of", "tidy"]

LASTS: Final = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A link just made. ``token`` is the word that opens it: told this once, kept nowhere."""

    link: SecretLink
    token: str


@audited("secret_link.made")
def make(connection: Connection, values: Mapping[str, str], by: User | None = None) -> Made:
    """A link for the secrets that go with these other settings; earlier links of the connection end.

    Raises SettingsError where the other settings have problems of their own, PortalError where there is no secret.
    """
    connector = platforms.connector(connection.platform)
    hidden = {field.name for field in secrets_of(connection)}
    if not hidden:
        raise PortalError(
            _("This platform needs no secret, so there is nothing for anybody else to enter."),
            remedy=_("Save the settings, then run the Systems Check."),
        )
    parsed = preview(connection, {name: text for name, text in values.items() if name not in hidden})
    plain = {name: text for name, text in connector.dump(parsed.settings).items() if name in _drawn(connection)}
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        remember(connection, plain, ())
        connection.secret_links.filter(used=None).delete()
        link = SecretLink.objects.create(
            connection=connection,
            token_hash=_hashed(token),
            values=plain,
            made_by=by,
            expires=timezone.now() + LASTS,
        )
    return Made(link=link, token=token)


def opened(link_id: UUID | str, token: str) -> SecretLink | None:
    """The link that this word opens, while it can be used; None for every other reason alike."""
    link = SecretLink.objects.select_related("connection__organization", "made_by").filter(pk=link_id).first()
    fits = constant_time_compare(link.token_hash if link else _hashed(""), _hashed(token))
    if link is None or not fits or link.used or link.expires <= timezone.now() or link.connection.deleted:
        return None
    return link


def secrets_of(connection: Connection) -> tuple[Field, ...]:
    """The fields that such a link asks for."""
    return tuple(field for field in fields_of(platforms.connector(connection.platform)) if field.secret)


def host_of(link: SecretLink) -> str:
    """Where the secrets will be sent to."""
    connector = platforms.connector(link.connection.platform)
    return connector.base_host(preview(link.connection, link.values).settings) or ""


@audited("secret_link.used")
def enter(link: SecretLink, given: Mapping[str, str]) -> Saved:
    """Keep the secrets with the settings of the link as what the next check looks at, and use the link up.

    Raises SettingsError with every problem by field, and PortalError where it was used meanwhile; nothing is kept then,
    and the link works on.
    """
    fields = secrets_of(link.connection)
    entered = {field.name: given.get(field.name, "") for field in fields}
    asked = [field.name for field in fields if field.required]  # the stored one would not be what somebody has entered
    with transaction.atomic():
        now = timezone.now()
        if not SecretLink.objects.filter(pk=link.pk, used=None, expires__gt=now).update(used=now):
            raise PortalError(_("This link was used already."), remedy=_("Ask whoever sent it to you for a new one."))
        return save_settings(link.connection, {**link.values, **entered}, clear=asked, by=link.made_by)


def tidy() -> None:
    """Delete links that open nothing any more."""
    SecretLink.objects.filter(expires__lt=timezone.now() - timedelta(days=1)).delete()


def _drawn(connection: Connection) -> set[str]:
    return {field.name for field in fields_of(platforms.connector(connection.platform)) if not field.secret}


def _hashed(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()

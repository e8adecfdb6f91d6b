"""Put secrets in, take them out, change the keys."""

from __future__ import annotations

import base64
import hmac
import os
from typing import TYPE_CHECKING, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from msgspec import Struct

from jackfield_portal.errors import PortalError
from jackfield_portal.said import joined, said
from jackfield_portal.vault.keys import lost
from jackfield_portal.vault.models import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from jackfield_portal.vault.keys import Key, KeyProvider

__all__ = ["Place", "copy", "fields", "fingerprint", "forget", "forget_connection", "opened", "put", "rotate"]

_FORMAT = "1"
_NONCE = 12


class Place(Struct, frozen=True, kw_only=True):
    """Where secrets belong: a version of the settings of a connection of an organization."""

    organization: UUID
    connection: UUID
    version: UUID


def put(place: Place, field: str, value: str) -> None:
    """Store a secret, in the place of one that may be there."""
    Secret.objects.update_or_create(
        version_id=place.version,
        field=field,
        defaults={
            "organization_id": place.organization,
            "connection_id": place.connection,
            "token": _sealed(_newest_key(), value, _bound_to(place, field)),
        },
    )


def opened(place: Place, names: Iterable[str] | None = None) -> dict[str, str]:
    """The secrets of a place by field (all, or those of ``names``); raises PortalError where no key opens them."""
    found = _rows(place)
    rows = list(found if names is None else found.filter(field__in=list(names)))
    if not rows:
        return {}
    unsealed = Unsealing(_keys())
    return {row.field: unsealed(row.token, _place_of(row), row.field) for row in rows}


def fields(place: Place) -> frozenset[str]:
    """Which fields have a secret stored; nothing is opened for it."""
    return frozenset(_rows(place).values_list("field", flat=True))


def copy(source: Place, target: Place, names: Iterable[str]) -> None:
    """Keep secrets for another version of the same connection; nothing is opened for it."""
    for row in _rows(source).filter(field__in=list(names)):
        Secret.objects.update_or_create(
            version_id=target.version,
            field=row.field,
            defaults={
                "organization_id": target.organization,
                "connection_id": target.connection,
                "token": row.token,
            },
        )


def forget(place: Place, names: Iterable[str] | None = None) -> None:
    """Delete secrets of a place: those of these fields, or all."""
    rows = _rows(place)
    (rows if names is None else rows.filter(field__in=list(names))).delete()


def forget_connection(connection: UUID) -> None:
    """Delete all secrets of a connection, those of retired versions too."""
    Secret.objects.filter(connection_id=connection).delete()


def rotate() -> int:
    """Make a new key and encrypt every secret with it; how many. Either all are, or none."""
    provider = _provider()
    if not provider.keys() and Secret.objects.exists():
        raise _no_key()
    keys = (provider.add(), *provider.keys())
    with transaction.atomic():
        rows, unsealed = list(Secret.objects.all()), Unsealing(keys)
        for row in rows:
            place = _place_of(row)
            row.token = _sealed(keys[0], unsealed(row.token, place, row.field), _bound_to(place, row.field))
        Secret.objects.bulk_update(rows, ["token"], batch_size=500)
    return len(rows)


def fingerprint(text: str) -> str:
    """Names a text without telling it: the same wherever the vault's keys are, also after a rotation."""
    keys = _provider().keys()
    return hmac.new(keys[-1].material if keys else b"", text.encode(), "sha256").hexdigest()


def _rows(place: Place) -> QuerySet[Secret]:
    return Secret.objects.filter(version_id=place.version, connection_id=place.connection)


def _bound_to(place: Place, field: str) -> bytes:
    return f"{place.organization}:{place.connection}:{field}".encode()


def _place_of(row: Secret) -> Place:
    return Place(organization=row.organization_id, connection=row.connection_id, version=row.version_id)


def _sealed(key: Key, value: str, place: bytes) -> str:
    nonce = os.urandom(_NONCE)
    cipher = AESGCM(key.material).encrypt(nonce, value.encode(), place)
    return "|".join((_FORMAT, key.id, base64.b64encode(nonce).decode(), base64.b64encode(cipher).decode()))


class Unsealing:
    """Opens what these keys have sealed; each is made ready once."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._ciphers = {key.id: AESGCM(key.material) for key in keys}

    def __call__(self, token: str, place: Place, field: str) -> str:
        """The secret of a field of a place; raises PortalError where none of the keys opens it."""
        version, key_id, nonce, sealed = token.split("|")
        cipher = self._ciphers.get(key_id)
        if version != _FORMAT or cipher is None:
            raise _wrong_key()
        try:
            value = cipher.decrypt(base64.b64decode(nonce), base64.b64decode(sealed), _bound_to(place, field))
        except InvalidTag:
            raise _wrong_key() from None
        return value.decode()


def _provider() -> KeyProvider:
    return cast("KeyProvider", import_string(settings.JACKFIELD_KEY_PROVIDER)())


def _keys() -> tuple[Key, ...]:
    keys = _provider().keys()
    if not keys:
        raise _no_key()
    return keys


def _newest_key() -> Key:
    """The key to encrypt with; the first is made with the first secret, never in the place of a lost one."""
    provider = _provider()
    keys = provider.keys()
    if keys:
        return keys[0]
    if Secret.objects.exists():
        raise _no_key()
    return provider.add()


def _no_key() -> PortalError:
    return PortalError(
        said("The key file of the stored secrets is missing, so they cannot be opened."),
        remedy=joined(" ", said("Put vault.key back into the data folder. Is it lost for good?"), lost()),
    )


def _wrong_key() -> PortalError:
    return PortalError(
        said("A stored secret cannot be opened with the keys at hand."),
        remedy=said("Put the right vault.key back into the data folder, or enter the secret again."),
    )

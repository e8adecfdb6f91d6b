"""The signing secrets of webhooks, in the vault: the one in use, and the one before it for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from jackfield_portal.events.signing import new_secret
from jackfield_portal.vault import services as vault

if TYPE_CHECKING:
    from jackfield_portal.events.models import Subscription

__all__ = ["OVERLAP", "forget", "make", "replace", "secrets_of"]

#: How long the old secret signs beside the new one.
OVERLAP = timedelta(hours=24)
_NOW, _BEFORE = "signing_secret", "signing_secret_before"


def make(subscription: Subscription) -> str:
    """The first secret, shown to whoever makes the webhook and to nobody after that."""
    secret = new_secret()
    vault.put(_place(subscription), _NOW, secret)
    return secret


def replace(subscription: Subscription) -> str:
    """A new secret; the old one goes on signing for OVERLAP, so that no receiver has to change in the same second."""
    kept = vault.opened(_place(subscription), [_NOW])
    if _NOW in kept:
        vault.put(_place(subscription), _BEFORE, kept[_NOW])
        subscription.old_secret_until = timezone.now() + OVERLAP
        subscription.save(update_fields=["old_secret_until"])
    return make(subscription)


def secrets_of(subscription: Subscription) -> tuple[str, ...]:
    """The secrets that sign, the one in use first; raises PortalError where no key opens them."""
    kept = vault.opened(_place(subscription))
    until = subscription.old_secret_until
    wanted = (_NOW, _BEFORE) if until and until > timezone.now() else (_NOW,)
    return tuple(kept[name] for name in wanted if name in kept)


def forget(subscription: Subscription) -> None:
    """Delete them."""
    vault.forget_connection(subscription.pk)


def _place(subscription: Subscription) -> vault.Place:
    """Where a connection has its own: no id is ever both."""
    return vault.Place(organization=subscription.organization_id, connection=subscription.pk, version=subscription.pk)

"""The second factor of a sign-in: an authenticator app, and recovery codes for the day that it is lost."""

from __future__ import annotations

import hmac
import secrets
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import totp
from jackfield_portal.organizations.models import RecoveryCode, SecondFactor
from jackfield_portal.vault import services as vault

if TYPE_CHECKING:
    from jackfield_portal.organizations.models import User

__all__ = ["CODES", "drop", "fits", "has", "new_recovery_codes", "picture", "recovery_codes_left", "turn_on"]

#: How many recovery codes there are at first.
CODES: Final = 10
_FIELD: Final = "second_factor"
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH: Final = 12


def has(user: User) -> bool:
    """Whether the user is asked for a code when he signs in."""
    return SecondFactor.objects.filter(user=user).exists()


def turn_on(user: User, secret: str, code: str) -> list[str]:
    """Have the user asked for codes from now on; the recovery codes, which are told this once.

    Raises PortalError, and changes nothing, where the code is not one that the app makes of the secret.
    """
    step = totp.step_of(secret, _plain(code), time.time())
    if step is None:
        raise PortalError(
            _("The code does not fit."),
            remedy=_("Enter the one that the app shows now, and see that the clock of its device is right."),
        )
    with transaction.atomic():
        drop(user)
        factor = SecondFactor.objects.create(user=user, last_step=step)
        vault.put(_place(factor), _FIELD, secret)
        return _made(factor)


def drop(user: User) -> bool:
    """Ask the user for no code any more; whether he was asked before."""
    with transaction.atomic():
        factor = SecondFactor.objects.filter(user=user).first()
        if factor is not None:
            vault.forget(_place(factor))
            factor.delete()
        return factor is not None


def fits(user: User, given: str) -> bool:
    """Whether a code is the user's; it is used up by that. A recovery code fits as well as one of the app.

    Raises PortalError where the app's secret can't be opened, which no recovery code needs.
    """
    code = _plain(given)
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user).first()
        if factor is None or not code:
            return False
        if len(code) == _LENGTH:
            return bool(factor.recovery_codes.filter(digest=_digest(factor, code)).delete()[0])
        step = totp.step_of(vault.opened(_place(factor))[_FIELD], code, time.time(), after=factor.last_step)
        if step is not None:
            factor.last_step = step
            factor.save(update_fields=["last_step"])
        return step is not None


def new_recovery_codes(user: User) -> list[str]:
    """New codes, told this once, in the place of those that are left."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().get(user=user)
        factor.recovery_codes.all().delete()
        return _made(factor)


def recovery_codes_left(user: User) -> int:
    """How many recovery codes have not been used."""
    return RecoveryCode.objects.filter(factor__user=user).count()


def picture(user: User, secret: str) -> str:
    """The QR code for the app, as the address of an image."""
    import segno

    return segno.make(totp.address(secret, issuer="Jackfield", account=user.email)).svg_data_uri(scale=5, light="#fff")


def _made(factor: SecondFactor) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=_digest(factor, code)) for code in codes)
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def _digest(factor: SecondFactor, code: str) -> str:
    """A code has 59 bits, which nobody tries through: a slow hash would add nothing."""
    return hmac.new(factor.pk.bytes, code.encode(), sha256).hexdigest()


def _plain(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isascii() and letter.isalnum())[:64]


def _place(factor: SecondFactor) -> vault.Place:
    """The vault binds it to the user, as it binds a connection's to its organization."""
    return vault.Place(organization=factor.user_id, connection=factor.pk, version=factor.pk)

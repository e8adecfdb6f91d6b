"""What belongs to a person, whatever his organizations: password, sessions, address. Callable without HTTP."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jackfield.users import email_or_none
from jackfield_portal import mail
from jackfield_portal.jobs import services as jobs
from jackfield_portal.languages import speaking_to
from jackfield_portal.organizations import second_factor
from jackfield_portal.organizations.links import link
from jackfield_portal.organizations.models import User
from jackfield_portal.organizations.tasks import LINK_JOB

if TYPE_CHECKING:
    from uuid import UUID

__all__ = [
    "ask_for_link",
    "choose_language",
    "end_sessions",
    "link_for",
    "prove_email",
    "send_link",
    "set_password",
    "sign_in_link",
    "whose_link",
]


class _SignInTokens(PasswordResetTokenGenerator):
    """Words that sign in: each opens once, for an hour, for it holds when the user has last signed in."""

    key_salt = "jackfield.sign-in-link"


_sign_in_tokens = _SignInTokens()


def set_password(user: User, password: str) -> None:
    """Give the user another password, which ends his sessions; raises ValidationError for a weak one."""
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])


def end_sessions(user: User) -> None:
    """Sign the user out everywhere."""
    user.sessions_mark = secrets.token_hex(16)
    user.save(update_fields=["sessions_mark"])


def choose_language(user: User, language: str) -> None:
    """Have pages and mails for the user in this language; with an empty one, as his browser asks."""
    user.language = language
    user.save(update_fields=["language"])


def prove_email(user: User, *, password: bool) -> None:
    """Note that the address is this person's own.

    Whoever had made the account before may have been another, who knew the address only: what he set ends with it, his
    sessions, his authenticator app and, unless it was set anew just now, his ``password``.
    """
    if user.email_proven:
        return
    with transaction.atomic():
        second_factor.drop(user)
        if not password:
            user.set_unusable_password()
        user.email_proven = True
        user.sessions_mark = secrets.token_hex(16)
        user.save(update_fields=["password", "email_proven", "sessions_mark"])


def ask_for_link(email: str, base: str) -> None:
    """Have a link for a new password sent, if somebody signs in with this address.

    The same is done for one that nobody has, so that not even the time that it takes tells them apart.
    """
    user = User.objects.filter(email=email_or_none(email) or "", is_active=True).first()
    whose = user.pk if user is not None else uuid.uuid4()
    name = f"password-link-{uuid.uuid4()}"
    jobs.enqueue(LINK_JOB, name, user=str(whose), base=base, language=get_language() or "en")


def send_link(user_id: UUID | str, base: str) -> bool:
    """Send the link for a new password; whether the mail server has taken it. Nothing for a user who is not there.

    It is in the language that he has chosen, else in that of now.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return False
    with speaking_to(user, otherwise=get_language() or ""):
        subject = _("A new password for Jackfield")
        text = _(
            "Somebody, probably you, has asked for a new password for %(email)s at Jackfield. Set it here, within an "
            "hour:\n\n%(link)s\n\nIf it was not you, do nothing: your password stays as it is."
        ) % {"email": user.email, "link": link_for(user, base)}
    return mail.sent(subject, text, user.email)


def link_for(user: User, base: str) -> str:
    """An address at which the user can set a password, for an hour and once."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return link(base, "organizations:new-password", key, default_token_generator.make_token(user))


def sign_in_link(user: User, base: str) -> str:
    """An address that signs the user in, once and within an hour: the operator's way back in for somebody."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return link(base, "organizations:sign-in-link", key, _sign_in_tokens.make_token(user))


def whose_link(key: str, token: str) -> User | None:
    """The user whom such an address signs in, None where it opens nothing."""
    try:
        user = User.objects.filter(pk=urlsafe_base64_decode(key).decode(), is_active=True).first()
    except (ValueError, ValidationError):
        return None
    return user if user is not None and _sign_in_tokens.check_token(user, token) else None

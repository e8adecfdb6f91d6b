"""What can be done with tokens: make one, find whose it is, revoke it. Callable without HTTP."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jackfield_portal.api.models import KeptAnswer, Scope, Token
from jackfield_portal.audit.marking import audited
from jackfield_portal.errors import PortalError
from jackfield_portal.jobs import services as jobs

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

    from jackfield_portal.organizations.models import Organization, User

__all__ = ["KEPT_FOR", "PREFIX", "authenticated", "get", "make", "of", "revoke", "tidy", "used"]

#: What every token begins with, so that scanners of repositories know one.
PREFIX = "jft_"
#: How long the answer to a write is given again.
KEPT_FOR = timedelta(hours=24)
#: The name of the job that lets kept answers go; it is scheduled with the first token.
TIDY = "api.tidy"
#: So many tokens that still open something may one organization have.
MOST = 50
_HINT = 8
#: A token's last use is written once in this time: it is to be told to the minute, not counted.
_USED_EVERY = timedelta(minutes=1)


def of(organization: Organization) -> QuerySet[Token]:
    """The tokens of an organization, the oldest first; revoked and expired ones, too."""
    return Token.objects.filter(organization=organization).select_related("created_by")


def get(organization: Organization, token_id: UUID) -> Token:
    """One token; raises Token.DoesNotExist for those of others as for none."""
    return of(organization).get(pk=token_id)


def make(
    organization: Organization,
    *,
    name: str,
    scopes: Collection[str] = (),
    lasts: timedelta | None = None,
    by: User | None = None,
) -> tuple[Token, str]:
    """A new token and the word itself, which is shown this once: only its hash is stored."""
    word = PREFIX + secrets.token_urlsafe(32)
    kept = [scope for scope in Scope.values if scope in {Scope.READ, *scopes}]
    with transaction.atomic():
        if of(organization).filter(revoked=None).exclude(expires__lte=timezone.now()).count() >= MOST:
            raise PortalError(
                _("There are %(n)d tokens already.") % {"n": MOST}, remedy=_("Revoke one that is not needed.")
            )
        token = Token(
            organization=organization,
            name=name.strip()[:100],
            hint=word[:_HINT],
            digest=_digest(word),
            scopes=kept,
            expires=timezone.now() + lasts if lasts else None,
            created_by=by,
        )
        return _made(token), word


@audited("token.made", lambda token, _given: {"scopes": token.scopes, "expires": _day(token)})
def _made(token: Token) -> Token:
    token.save()
    jobs.schedule(TIDY, "hourly", timedelta(hours=1))
    return token


@audited("token.revoked")
def revoke(token: Token) -> None:
    """Let a token open nothing any more, at once; one that was revoked before stays as it is."""
    Token.objects.filter(pk=token.pk, revoked=None).update(revoked=timezone.now())
    token.refresh_from_db()


def authenticated(word: str) -> Token | None:
    """The token that this word is, while it opens something."""
    found = Token.objects.select_related("organization").filter(digest=_digest(word)).first()
    return found if found is not None and found.valid else None


def used(token: Token) -> None:
    """Note that a token was used."""
    now = timezone.now()
    if token.last_used is None or now - token.last_used >= _USED_EVERY:
        long_ago = Q(last_used=None) | Q(last_used__lte=now - _USED_EVERY)
        Token.objects.filter(long_ago, pk=token.pk).update(last_used=now)


def tidy() -> int:
    """Let kept answers go whose time is over; how many."""
    return KeptAnswer.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _day(token: Token) -> str | None:
    return token.expires.date().isoformat() if token.expires else None


def _digest(word: str) -> str:
    """A plain hash is enough: the word has 256 random bits, so nobody guesses it from its hash."""
    return sha256(word.encode(errors="replace")).hexdigest()

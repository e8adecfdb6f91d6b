"""A write that is sent twice with the same Idempotency-Key is done once, and answered twice with the same words.

The answer is kept in the transaction of the change itself: either both are there or neither. Of two that come at once,
the second waits for the first at the key's row.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone

from jackfield_portal.api.models import KeptAnswer
from jackfield_portal.api.problems import Refused
from jackfield_portal.api.services import KEPT_FOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from jackfield_portal.api.models import Token

__all__ = ["HEADER", "carried_out", "told_once"]

HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
#: Who is refused before anything is looked at may come again with the same key.
_NOT_KEPT: Final = frozenset({401, 403, 429})
_FAILED: Final = 400
_OURS: Final = 500


def carried_out(request: HttpRequest, token: Token, do: Callable[[], HttpResponse]) -> HttpResponse:
    """Carry out a write, all or nothing; where its key was seen before, give the answer that there was."""
    key = request.headers.get(HEADER)
    if key is None:
        return _whole(do)
    if not _KEY.fullmatch(key):
        raise Refused("invalid_idempotency_key")
    told = _fingerprint(request)
    with transaction.atomic():
        KeptAnswer.objects.filter(token=token, key=key, at__lt=timezone.now() - KEPT_FOR).delete()
        kept = _claimed(token, key, told)
        if kept is None:
            return _again(KeptAnswer.objects.get(token=token, key=key), told)
        answer = _whole(do)
        if answer.status_code >= _OURS or answer.status_code in _NOT_KEPT:
            kept.delete()
        else:
            kept.status, kept.content_type = answer.status_code, answer.headers.get("Content-Type", "")
            kept.body = _without_secrets(request, answer.content.decode())
            kept.save(update_fields=["status", "content_type", "body"])
    return answer


def told_once(request: HttpRequest, secret: str) -> str:
    """The secret, which this answer tells and no repeated one: no secret is kept with an answer."""
    request.told_once = secret  # type: ignore[attr-defined]
    return secret


def _without_secrets(request: HttpRequest, body: str) -> str:
    secret = getattr(request, "told_once", "")
    return body.replace(secret, "") if secret else body


def _whole(do: Callable[[], HttpResponse]) -> HttpResponse:
    """Whatever is not answered with success leaves nothing behind."""
    with transaction.atomic():
        answer = do()
        if answer.status_code >= _FAILED:
            transaction.set_rollback(True)
    return answer


def _claimed(token: Token, key: str, told: str) -> KeptAnswer | None:
    """The key's row, None where somebody has it already."""
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(token=token, key=key, request=told)
    except IntegrityError:
        return None


def _again(kept: KeptAnswer, told: str) -> HttpResponse:
    if kept.request != told:
        raise Refused("idempotency_key_reused")
    headers = {"Idempotency-Replayed": "true"}
    if kept.content_type:
        return HttpResponse(kept.body, status=kept.status, content_type=kept.content_type, headers=headers)
    return HttpResponse(status=kept.status, headers=headers)


def _fingerprint(request: HttpRequest) -> str:
    parts = (request.method or "", request.get_full_path(), hashlib.sha256(request.body).hexdigest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()

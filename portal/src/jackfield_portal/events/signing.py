"""How an event is signed: Standard Webhooks, so that its libraries verify it. Pure.

The signature is HMAC-SHA256 over ``id.timestamp.body``, in base64 after ``v1,``; several stand side by side while a
secret is being replaced. A secret is ``whsec_`` and 32 random bytes in base64.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["headers", "new_secret", "signature"]

_PREFIX: Final = "whsec_"
_BYTES: Final = 32


def new_secret() -> str:
    """A secret that nobody can guess."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signature(secret: str, event: str, timestamp: int, body: bytes) -> str:
    """The signature of a body that is sent at this moment (seconds since 1970)."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = hmac.digest(key, f"{event}.{timestamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"


def headers(keys: Iterable[str], event: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that prove who has sent the body, and when; one signature for each of the secrets."""
    return {
        "webhook-id": event,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, event, timestamp, body) for key in keys),
    }

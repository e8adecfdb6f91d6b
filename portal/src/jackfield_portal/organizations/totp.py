"""Codes that change with the time (RFC 6238), as authenticator apps make them: SHA-1, six digits, thirty seconds."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import Final
from urllib.parse import quote, urlencode

__all__ = ["SECONDS", "address", "code", "new_secret", "step_of"]

#: How long a code lasts, and by how many codes a clock may be wrong.
SECONDS: Final = 30
_DRIFT: Final = 1
_BYTES: Final = 20


def new_secret() -> str:
    """A secret for an authenticator app, in base32 as it is typed."""
    return base64.b32encode(secrets.token_bytes(_BYTES)).decode()


def code(secret: str, step: int) -> str:
    """The code of a step, which is the time in seconds divided by thirty."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    place = digest[-1] & 0xF
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def step_of(secret: str, given: str, now: float, *, after: int = 0) -> int | None:
    """The step whose code was given, now or a moment ago or ahead, later than step ``after``; None for a wrong code."""
    here = int(now // SECONDS)
    steps = range(max(here - _DRIFT, after + 1), here + _DRIFT + 1)
    return next((step for step in steps if hmac.compare_digest(code(secret, step), given)), None)


def address(secret: str, *, issuer: str, account: str) -> str:
    """What the app reads from a QR code."""
    label = quote(f"{issuer}:{account}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"

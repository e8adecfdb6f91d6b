"""Whether metrics are told, and to whom."""

from __future__ import annotations

import hmac
import os
from pathlib import Path

from jackfield_portal.errors import PortalError

__all__ = ["metrics_on", "refused", "token"]

_TOKEN = "JACKFIELD_METRICS_TOKEN"  # noqa: S105 - the name of a variable


def token() -> str:
    """What a reader has to bring along: JACKFIELD_METRICS_TOKEN, or what the file that ..._TOKEN_FILE names holds.

    Empty where anybody may read. Raises PortalError where the file cannot be read.
    """
    if path := os.environ.get(f"{_TOKEN}_FILE", ""):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as failure:
            raise PortalError(
                f"The file that {_TOKEN}_FILE names cannot be read.", remedy="Correct its name or its rights."
            ) from failure
    return os.environ.get(_TOKEN, "").strip()


def metrics_on() -> bool:
    """Whether metrics are counted and told: JACKFIELD_METRICS is on, or there is a token."""
    asked = os.environ.get("JACKFIELD_METRICS", "").strip().lower()
    return asked == "on" or (asked != "off" and any(os.environ.get(name) for name in (_TOKEN, f"{_TOKEN}_FILE")))


def refused(authorization: str) -> bool:
    """Whether who sends this header may not read; a file that cannot be read lets nobody in."""
    try:
        wanted = token()
    except PortalError:
        return True
    return bool(wanted) and not hmac.compare_digest(authorization.encode(), f"Bearer {wanted}".encode())

"""Time zones in IANA names, whatever a CRM calls them."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["iana_zone"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*").fullmatch
#: What else lies where zones lie.
_NOT_IANA = ("posix", "right/", "localtime", "Factory")


@lru_cache(maxsize=1_024)
def iana_zone(name: str | None) -> str | None:
    """The IANA name for a Windows or IANA zone name; None where there is none.

    The names are those of Unicode's CLDR, as the tzlocal package carries them, and those that this machine knows.
    """
    from tzlocal.windows_tz import tz_win, win_tz

    text = (name or "").strip()
    return win_tz.get(text) or (text if text and (text in tz_win or _is_here(text)) else None)


def _is_here(name: str) -> bool:
    """Whether this machine knows the zone; one is looked for, since to list them all takes as long as 500 users."""
    if not _NAME(name) or name.startswith(_NOT_IANA):
        return False
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a name of many zones is that of a folder
        return False

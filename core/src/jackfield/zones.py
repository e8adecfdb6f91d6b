"""Time zones in IANA names, whatever a CRM calls them."""

from __future__ import annotations

from functools import cache, lru_cache
from zoneinfo import available_timezones

__all__ = ["iana_zone"]


@lru_cache(maxsize=1_024)
def iana_zone(name: str | None) -> str | None:
    """The IANA name for a Windows or IANA zone name; None where there is none.

    The names are those of Unicode's CLDR, as the tzlocal package carries them, and those that this machine knows.
    """
    from tzlocal.windows_tz import win_tz

    text = (name or "").strip()
    return win_tz.get(text) or (text if text in _iana_names() else None)


@cache
def _iana_names() -> frozenset[str]:
    from tzlocal.windows_tz import tz_win

    return (frozenset(tz_win) | available_timezones()) - {"", "localtime", "Factory"}

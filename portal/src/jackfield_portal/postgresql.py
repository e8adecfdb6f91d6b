"""What Django is told of a PostgreSQL database. Reads an address; connects to nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from jackfield_portal.environment import number
from jackfield_portal.errors import PortalError

__all__ = ["checked", "django_database"]

#: A connection that the network has swallowed is noticed in half a minute, and none is waited for longer than this.
_LINK = {
    "application_name": "jackfield",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
#: Seconds that a request or job waits for a free connection.
_WAIT = 10


def checked(url: str) -> str:
    """The address, where it is one of PostgreSQL; otherwise raises PortalError, which shows nothing of it."""
    parts = _split(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise _bad("does not begin with postgresql://")
    if not parts.path.strip("/") or "/" in parts.path.strip("/"):
        raise _bad("does not end with the name of a database")
    return url


def django_database(url: str) -> dict[str, Any]:
    """The entry of Django's DATABASES for an address; raises PortalError where it is none."""
    parts = _split(checked(url))
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        # The pool keeps them, and no thread.
        "CONN_MAX_AGE": 0,
        # The pool hands out connections that it has tried, so that a restarted server costs nobody a failed request.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_LINK, "pool": _pool(), **options},
    }


def _pool() -> dict[str, int]:
    return {"min_size": 1, "max_size": number("JACKFIELD_DATABASE_POOL", 10), "timeout": _WAIT}


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _bad("has no port that is a number, or a character that must be written as %XX") from None
    return parts


def _bad(reason: str) -> PortalError:
    return PortalError(
        f"The database address in JACKFIELD_DATABASE_URL {reason}.",
        remedy="Write it as postgresql://user:password@host:5432/name, with %XX for odd characters in the password.",
    )

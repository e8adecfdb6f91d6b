"""What went wrong with a PostgreSQL server, in a sentence that holds no secret."""

from __future__ import annotations

from typing import Final

from jackfield_portal.errors import PortalError

__all__ = ["in_short", "told"]

_CORRECT = "Correct JACKFIELD_DATABASE_URL."
_LATER = "Start again when it does."

# What the driver says (of the first that fits), what it means, what to do. Servers may speak other languages than
# English: then the last sentence stands.
_MEANINGS: Final = (
    (("password authentication failed", "no password supplied"), "refuses the user or the password", _CORRECT),
    (("role",), "does not know the user, or the user may not sign in", _CORRECT),
    (("pg_hba.conf",), "takes no connection from this machine, or none without TLS", "Allow it in its pg_hba.conf."),
    (("permission denied", "must be owner"), "does not let the user make tables", "Make the user its owner."),
    (("read-only",), "is a copy that cannot be written", "Name the primary server in JACKFIELD_DATABASE_URL."),
    (
        ("resolve host", "translate host name", "not known", "name resolution"),
        "is on a host that has no address",
        "Correct the host in JACKFIELD_DATABASE_URL, or the name service.",
    ),
    (("refused", "no such file"), "does not answer: no server listens there", f"Start it. {_CORRECT}"),
    (("timeout", "timed out", "unreachable"), "does not answer in time", "Look at the network between, and the host."),
    (
        ("too many", "connection slots"),
        "has no connection left",
        "Raise max_connections, or lower JACKFIELD_DATABASE_POOL.",
    ),
    (("starting up", "shutting down", "recovery"), "does not take connections yet", _LATER),
    (("ssl", "certificate"), "does not agree on TLS", "Look at sslmode and sslrootcert in JACKFIELD_DATABASE_URL."),
    (("database",), "does not exist", "Make it (CREATE DATABASE), or correct its name in JACKFIELD_DATABASE_URL."),
    (("option", "invalid"), "has an address with an option that the driver does not take", _CORRECT),
)


def told(failure: Exception, place: str) -> PortalError:
    """The failure, said so that somebody can act on it; without the driver's own text, which may quote the address."""
    meaning, remedy = _meaning(failure)
    return PortalError(f"The database {place} {meaning}.", remedy=remedy)


def in_short(failure: Exception) -> str:
    """The failure in one sentence that names neither server nor database."""
    return f"The database {_meaning(failure)[0]}."


def _meaning(failure: Exception) -> tuple[str, str]:
    said = str(failure).lower()
    if "does not exist" not in said:
        said = said.replace("role", "").replace("database", "")
    for signs, meaning, remedy in _MEANINGS:
        if any(sign in said for sign in signs):
            return meaning, remedy
    return f"cannot be used ({type(failure).__name__})", "Look at the server's own log, then start again."

"""Machines that share a database must share the keys, too: each leaves a mark of its keys, and compares."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from jackfield_portal.errors import PortalError

if TYPE_CHECKING:
    import psycopg

    from jackfield_portal.vault.keys import Key, KeyProvider

__all__ = ["agree"]


def agree(link: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Compare this machine's keys with the marks in the database; the first machine leaves them.

    Must be called by one process at a time. Raises PortalError where another machine uses other keys. A mark tells
    nothing of its key.
    """
    link.execute("CREATE TABLE IF NOT EXISTS portal_keys (name varchar(20) PRIMARY KEY, mark varchar(100) NOT NULL)")
    left = dict(link.execute("SELECT name, mark FROM portal_keys").fetchall())
    signing = _mark(str(settings.SECRET_KEY).encode())
    if left.get("signing", signing) != signing:
        raise _other("signs sessions", "JACKFIELD_SECRET_KEY_FILE", "signing")
    marks = _vault_marks(make="vault" not in left)
    if "vault" in left and left["vault"] not in marks:
        raise _other("opens stored secrets", "JACKFIELD_VAULT_KEYS_FILE", "vault")
    for name, mark in (("signing", signing), *(("vault", mark) for mark in marks[:1])):
        if left.get(name) != mark:
            put = "INSERT INTO portal_keys VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET mark = EXCLUDED.mark"
            link.execute(put, [name, mark])


def _vault_marks(*, make: bool) -> list[str]:
    """The marks of the vault's keys, the newest first; the first of all is made here, before others may make one."""
    from jackfield_portal.vault.models import Secret

    provider = cast("KeyProvider", import_string(settings.JACKFIELD_KEY_PROVIDER)())
    keys: tuple[Key, ...] = provider.keys()
    if not keys and make and not Secret.objects.exists():
        keys = (provider.add(),)
    return [f"{key.id}:{_mark(key.material)}" for key in keys]


def _mark(key: bytes) -> str:
    return hmac.new(key, b"the mark of a key of Jackfield's", "sha256").hexdigest()[:32]


def _other(does: str, variable: str, name: str) -> PortalError:
    return PortalError(
        f"The key that {does} is not the one that others use with this database.",
        remedy=f"Give every machine the same key by {variable}. Was it changed everywhere on purpose? Then remove its "
        f"row {name!r} from the table portal_keys first.",
    )

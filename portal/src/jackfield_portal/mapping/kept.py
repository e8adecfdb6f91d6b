"""What was found for a connection, kept in this process for as long as nothing that it rests on is different.

Nobody has to say that something has changed: the facts themselves are looked at each time, as one text that the
database joins, which costs a small part of finding out anew. So an import, a form, a file or a statement by hand are
all seen, by every process.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from django.db import connection as database

from jackfield_portal.imports.models import CrmUser
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.organizations.models import Agent

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.mapping.finding import Found

__all__ = ["found_once"]

#: Suggestions that are kept at most, over all connections; those looked at last stay. Each takes about 0.3 KB, and a
#: connection as much as some of them.
_MOST: Final = 50_000
_CONNECTION: Final = 10

# Django documents _meta; the underscore is its own oddity.
_AGENTS: Final = Agent._meta.db_table  # noqa: SLF001
_USERS: Final = CrmUser._meta.db_table  # noqa: SLF001
_MAPPINGS: Final = Mapping._meta.db_table  # noqa: SLF001
_FACTS: Final = (
    (_AGENTS, ("id", "name", "email"), "organization_id = %s AND active"),
    (_USERS, ("id", "name", "email", "other_emails", "state", "kind"), "connection_id = %s AND gone_at IS NULL"),
    (_MAPPINGS, ("agent_id", "crm_user_id", "pinned"), "connection_id = %s"),
)

_kept: OrderedDict[UUID, tuple[bytes, Found]] = OrderedDict()
_lock = Lock()


def found_once(connection: Connection, aliases: dict[str, str], find: Callable[[], Found]) -> Found:
    """What ``find`` finds, without asking it where it was asked before from the same facts."""
    mark = _mark(connection, aliases)
    with _lock:
        known = _kept.get(connection.pk)
        if known is not None:
            _kept.move_to_end(connection.pk)
    if known is not None and known[0] == mark:
        return known[1]
    found = find()
    with _lock:
        _kept[connection.pk] = (mark, found)
        _kept.move_to_end(connection.pk)
        while len(_kept) > 1 and sum(_CONNECTION + len(each.suggestions) for _mark, each in _kept.values()) > _MOST:
            _kept.popitem(last=False)
    return found


def _mark(connection: Connection, aliases: dict[str, str]) -> bytes:
    """A short text that is another one where any of the facts is."""
    whose, its = (_key(key) for key in (connection.organization_id, connection.pk))
    with database.cursor() as cursor:
        cursor.execute(_question(), (whose, its, its))
        facts = cursor.fetchone()
    mark = blake2b(repr(sorted(aliases.items())).encode(), digest_size=16)
    for text in facts:
        mark.update(f"|{text}".encode())
    return mark.digest()


def _question() -> str:
    parts = (f"({_joined(table, columns, condition)})" for table, columns, condition in _FACTS)
    return f"SELECT {', '.join(parts)}"


def _joined(table: str, columns: tuple[str, ...], condition: str) -> str:
    """One text of all rows, each as a JSON array, so that no two sets of rows make the same one."""
    row = f"({', '.join(columns)})"
    if database.vendor == "postgresql":
        text = f"md5(string_agg(json_build_array{row}::text, ',' ORDER BY id))"
    else:
        text = f"group_concat(json_array{row})"
    return f"SELECT {text} FROM {table} WHERE {condition}"  # noqa: S608


def _key(value: UUID) -> Any:
    """An id as the database keeps it."""
    return Agent._meta.pk.get_db_prep_value(value, database)  # noqa: SLF001

"""The person whose key a connection uses: whether he is still there among the users that were imported."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING

from jackfield.users import UserState, email_or_none
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.said import joined, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jackfield_portal.connections.models import Connection

__all__ = ["trouble"]


def trouble(connection: Connection) -> str:
    """What is wrong with the key's owner, in a sentence; blank where nothing is, or nobody knows him."""
    found = _found(connection)
    if not found or any(user.active for user in found):
        return ""
    user = found[0]
    words = {"name": user.name, "title": connection.name}
    if user.gone_at is not None or user.state == UserState.DELETED:
        told = said("The key of %(title)s is that of %(name)s, who is gone from the CRM.", **words)
    else:
        told = said("The key of %(title)s is that of %(name)s, who is not active in the CRM any more.", **words)
    return joined(" ", told, said("It may stop working at any time: use the key of somebody who stays."))


def _found(connection: Connection) -> Sequence[CrmUser]:
    """The imported users with the e-mail address of the key's owner; without one, those of his name."""
    name, address = parseaddr(connection.account_holder)
    users = CrmUser.objects.filter(connection=connection)
    if email := email_or_none(address if "@" in address else None):
        return list(users.filter(email=email)[:5])
    holder = (name or connection.account_holder).strip()
    return list(users.filter(name=holder)[:5]) if holder else []

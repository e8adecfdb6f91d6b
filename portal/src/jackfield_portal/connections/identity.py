"""Which account of the CRM a connection is: by the id that the CRM itself tells, whatever the address says.

Settings that lead to an account which another connection has, or away from the account that this connection has, pass
their check and are held all the same, until somebody says that this is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield_portal.connections.models import Connection, Hold, Phase, SettingsVersion, State
from jackfield_portal.said import said
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from jackfield.checks import Account

__all__ = ["examine", "held", "sentence", "twin"]


def examine(version: SettingsVersion, account: Account | None) -> Hold | None:
    """Note which account a check of this version has seen, and whether that holds the version back."""
    version.seen_id = shown((account.id if account else None) or "", 255)
    version.seen_name = shown((account.name if account else None) or "", 255)
    found = None if version.seen_id in {"", version.accepted} else _doubt(version)
    version.hold = found or ""
    version.save(update_fields=["seen_id", "seen_name", "hold"])
    return found


def held(connection: Connection) -> SettingsVersion | None:
    """The version that waits for somebody's word, the new settings before those in use."""
    waiting = connection.versions.filter(state__in=(Phase.CANDIDATE, Phase.LIVE)).exclude(hold="")
    return waiting.order_by("state").first()


def twin(version: SettingsVersion) -> Connection | None:
    """Another connection of the organization that is in use, or paused, with the account that this version leads to."""
    same = Connection.objects.filter(
        organization=version.connection.organization_id,
        platform=version.connection.platform,
        account_id__iexact=version.seen_id,
    )
    return same.exclude(pk=version.connection_id).exclude(state=State.DRAFT).first() if version.seen_id else None


def sentence(version: SettingsVersion) -> str:
    """Why a version is held, in plain words; blank where it is not."""
    account = version.seen_name or version.seen_id
    if version.hold == Hold.TWICE:
        other = twin(version)
        return said(
            "This leads to the account %(account)s, which the connection %(other)s has already. Its users would be "
            "imported twice.",
            account=account,
            other=other.name if other else said("of another name"),
        )
    if version.hold == Hold.ELSEWHERE:
        return said(
            "This leads to the account %(account)s; the connection was made for %(before)s, and its users and mappings "
            "are of there.",
            account=account,
            before=version.connection.account_name or version.connection.account_id,
        )
    return ""


def _doubt(version: SettingsVersion) -> Hold | None:
    connection = version.connection
    before = connection.account_id if connection.state != State.DRAFT else ""
    if before and before.casefold() != version.seen_id.casefold():
        return Hold.ELSEWHERE
    # Who has the account already keeps it: what is in use is not held for one that was added later.
    return Hold.TWICE if not before and twin(version) else None

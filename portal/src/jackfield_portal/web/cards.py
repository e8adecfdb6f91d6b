"""A connection as its card shows it: in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from jackfield_portal.checks import services as checks
from jackfield_portal.connections import platforms, services
from jackfield_portal.connections.lapses import lapsed
from jackfield_portal.connections.models import Connection, Phase, SettingsVersion, State

if TYPE_CHECKING:
    from jackfield.discovery import Description
    from jackfield_portal.checks.models import CheckRun
    from jackfield_portal.organizations.models import Organization

__all__ = ["Card", "cards_of"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What is shown of a connection."""

    connection: Connection
    platform: str
    usable: bool
    lapsed: str
    sentence: str
    account: str
    contract: str
    last_check: CheckRun | None
    checking: bool


def cards_of(organization: Organization) -> list[Card]:
    """The cards of an organization's connections."""
    described = {description.id: description for description in platforms.descriptions()}
    connections = services.of(organization).prefetch_related("versions")
    return [_card(connection, described.get(connection.platform)) for connection in connections]


def _card(connection: Connection, description: Description | None) -> Card:
    reason = lapsed(connection)
    return Card(
        connection=connection,
        platform=description.title if description else connection.platform,
        usable=description is not None and description.state == "ready" and not reason,
        lapsed=reason,
        sentence=_sentence(connection, description, reason),
        account=_account(connection),
        contract=_contract(description),
        last_check=checks.last(connection),
        checking=_checking(connection),
    )


def _checking(connection: Connection) -> bool:
    newest = connection.check_runs.first()
    if newest is None or newest.done:
        return False
    checks.settle([newest])
    return not newest.done


def _sentence(connection: Connection, description: Description | None, reason: str) -> str:
    if reason:
        return _("No longer in your plan. Everything stored is kept, to be looked at: %(reason)s") % {"reason": reason}
    if description is None:
        return _("Its connector is not installed. Everything stored is kept until it is installed again.")
    if description.state == "broken":
        return _("Its connector cannot be used: %(reason)s") % {"reason": description.reason}
    phases = {version.state for version in _versions(connection)}
    sentence = _PLAIN[State(connection.state)]()
    if connection.state == State.DRAFT and Phase.CANDIDATE not in phases:
        return _("Its settings are still to be filled in.")
    if connection.state != State.DRAFT and Phase.CANDIDATE in phases:
        sentence += " " + _("New settings wait for a passed Systems Check.")
    return sentence


_PLAIN = {
    State.DRAFT: lambda: _("Saved, and not in use until its Systems Check has passed."),
    State.LIVE: lambda: _("In use."),
    State.NEEDS_ATTENTION: lambda: _("Something must be corrected: run the Systems Check to see what."),
    State.PAUSED: lambda: _("Paused: nothing is sent to the CRM."),
}


def _versions(connection: Connection) -> list[SettingsVersion]:
    return list(connection.versions.all())


def _contract(description: Description | None) -> str:
    """What the connector's report card says; nothing of a connector that cannot be used."""
    if description is None or description.state != "ready":
        return ""
    if description.card is None:
        return _("not tested: the connector has no report card")
    if description.contract == "stale":
        return _("tested with another version of the connector: %(version)s") % {
            "version": description.card.get("connector", "")
        }
    passed, total = description.contract.split("/")
    clauses = _("%(passed)s of %(total)s clauses") % {"passed": passed, "total": total}
    return ", ".join(filter(None, (clauses, _recorded(description.card.get("recordings")))))


def _recorded(recordings: Any) -> str:
    oldest = recordings.get("oldest") if isinstance(recordings, dict) else None
    if not oldest:
        return ""
    origins = {"simulator": _("recorded %(date)s from its simulator"), "service": _("recorded %(date)s from the CRM")}
    return origins.get(recordings.get("source"), _("recorded %(date)s")) % {"date": oldest}


def _account(connection: Connection) -> str:
    if not connection.account_holder:
        return connection.account_name
    holder = connection.account_holder
    if connection.account_role:
        holder = f"{holder} ({connection.account_role})"
    if not connection.account_name:
        return _("key of %(holder)s") % {"holder": holder}
    return _("%(account)s, key of %(holder)s") % {"account": connection.account_name, "holder": holder}

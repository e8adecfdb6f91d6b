"""A connection as its card shows it: in plain sentences."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jackfield import JackfieldError
from jackfield_portal.checks import holders
from jackfield_portal.checks import services as checks
from jackfield_portal.checks.models import RunState
from jackfield_portal.connections import identity, platforms, removal, saving, services
from jackfield_portal.connections.lapses import lapsed
from jackfield_portal.connections.models import Connection, Phase, SettingsVersion, State
from jackfield_portal.errors import PortalError
from jackfield_portal.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime

    from jackfield.discovery import Description
    from jackfield_portal.checks.models import CheckRun
    from jackfield_portal.organizations.models import Organization

__all__ = ["Card", "Deleted", "cards_of", "deleted_of"]


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
    doubt: str
    warning: str
    next_step: str
    can_be_checked: bool
    can_go_back: bool
    waiting: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Deleted:
    """What is shown of a connection that can be taken back, until ``ends``."""

    connection: Connection
    platform: str
    ends: datetime | None


def deleted_of(organization: Organization) -> list[Deleted]:
    """The connections of an organization that were deleted and can be taken back."""
    return [
        Deleted(connection=found, platform=services.title(found), ends=removal.gone_for_good(found))
        for found in services.deleted_of(organization).select_related("deleted_by")
    ]


def cards_of(organization: Organization) -> list[Card]:
    """The cards of an organization's connections."""
    described = {description.id: description for description in platforms.descriptions()}
    connections = services.of(organization).prefetch_related("versions")
    return [_card(connection, described.get(connection.platform)) for connection in connections]


def _card(connection: Connection, description: Description | None) -> Card:
    reason = lapsed(connection)
    usable = description is not None and description.state == "ready" and not reason
    phases = {version.state for version in _versions(connection)}
    held = next((version for version in _versions(connection) if version.hold), None)
    next_step = _next_step(connection, phases) if usable else ""
    newest = connection.check_runs.first()
    checking = _is_under_way(newest)
    return Card(
        connection=connection,
        platform=description.title if description else connection.platform,
        usable=usable,
        lapsed=reason,
        sentence=_sentence(connection, description, reason),
        doubt=identity.sentence(held) if held else "",
        warning=holders.trouble(connection),
        next_step=next_step,
        can_be_checked=bool(phases) and connection.state != State.PAUSED and next_step != "check",
        can_go_back=usable and _was_changed(connection),
        waiting=phases >= {Phase.CANDIDATE, Phase.LIVE},
        account=_account(connection),
        contract=_contract(description),
        last_check=newest if newest is None or newest.finished else checks.last(connection),
        checking=checking,
    )


def _is_under_way(newest: CheckRun | None) -> bool:
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
        return _("Its connector cannot be used: %(reason)s") % {"reason": spoken(description.reason or "")}
    phases = {version.state for version in _versions(connection)}
    sentence = _PLAIN[State(connection.state)]()
    if connection.state == State.DRAFT and Phase.CANDIDATE not in phases:
        return _lacking(connection)
    if connection.state != State.DRAFT and Phase.CANDIDATE in phases:
        sentence += " " + _("New settings wait for a passed Systems Check.")
    return sentence


def _lacking(connection: Connection) -> str:
    """What a draft still needs; the connector is asked, so one that fails now says nothing."""
    with suppress(JackfieldError, PortalError):
        if fields := saving.lacking(connection):
            return _("Still to be filled in: %(fields)s.") % {"fields": ", ".join(fields)}
    return _("Its settings are still to be filled in.")


def _next_step(connection: Connection, phases: Container[str]) -> str:
    """What one click goes on with where the set-up is half done: ``settings`` or ``check``; blank where it is done."""
    if connection.state != State.DRAFT:
        return ""
    if Phase.CANDIDATE not in phases:
        return "settings"
    last = checks.last(connection)
    return "settings" if last is not None and last.state == RunState.FAILED else "check"


_PLAIN = {
    State.DRAFT: lambda: _("Saved, and not in use until its Systems Check has passed."),
    State.LIVE: lambda: _("In use."),
    State.NEEDS_ATTENTION: lambda: _("Something must be corrected: run the Systems Check to see what."),
    State.PAUSED: lambda: _("Paused: nothing is sent to the CRM until you resume it."),
}


def _was_changed(connection: Connection) -> bool:
    """Whether there are settings that were in use before those of now."""
    return any(version.state == Phase.RETIRED and version.used for version in _versions(connection))


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
    return origins.get(recordings.get("source"), _("recorded %(date)s")) % {"date": _day(oldest)}


def _day(written: str) -> str:
    """A day of a report card in the reader's way; anything else as it is."""
    try:
        return date_format(date.fromisoformat(written))
    except ValueError:
        return written


def _account(connection: Connection) -> str:
    if not connection.account_holder:
        return connection.account_name
    holder = connection.account_holder
    if connection.account_role:
        holder = f"{holder} ({connection.account_role})"
    if not connection.account_name:
        return _("key of %(holder)s") % {"holder": holder}
    return _("%(account)s, key of %(holder)s") % {"account": connection.account_name, "holder": holder}

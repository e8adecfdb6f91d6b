"""Entries of the audit log in words; an action that is not known here is shown by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jackfield_portal.audit.actors import ActorKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrPromise

    from jackfield_portal.audit.models import Entry

__all__ = ["ACTIONS", "details", "label", "origin", "who"]

ACTIONS: dict[str, StrPromise] = {
    "organization.created": gettext_lazy("Organization created"),
    "person.signed_in": gettext_lazy("Signed in"),
    "person.signed_out": gettext_lazy("Signed out"),
    "person.refused": gettext_lazy("Sign-in refused"),
    "agent.added": gettext_lazy("Agent added"),
    "agent.saved": gettext_lazy("Agent saved"),
    "agent.switched": gettext_lazy("Agent activated or deactivated"),
    "connection.added": gettext_lazy("Connection added"),
    "connection.renamed": gettext_lazy("Connection renamed"),
    "connection.paused": gettext_lazy("Connection paused"),
    "connection.resumed": gettext_lazy("Connection resumed"),
    "connection.deleted": gettext_lazy("Connection deleted"),
    "connection.restored": gettext_lazy("Connection restored"),
    "connection.broken": gettext_lazy("Connection needs attention"),
    "connection.recovered": gettext_lazy("Connection works again"),
    "settings.saved": gettext_lazy("Settings saved"),
    "settings.promoted": gettext_lazy("Settings put to use"),
    "secrets.cleared": gettext_lazy("Stored secrets deleted"),
    "check.started": gettext_lazy("Systems Check started"),
    "import.started": gettext_lazy("Import started"),
    "import.finished": gettext_lazy("Import ended"),
    "import.held": gettext_lazy("Import held"),
    "import.decided": gettext_lazy("Held import decided"),
    "import.cancelled": gettext_lazy("Import cancelled"),
    "mapping.saved": gettext_lazy("Mappings saved"),
    "mapping.undone": gettext_lazy("Mappings undone"),
    "token.made": gettext_lazy("API token made"),
    "token.revoked": gettext_lazy("API token revoked"),
    "subscription.added": gettext_lazy("Webhook added"),
    "subscription.saved": gettext_lazy("Webhook changed"),
    "subscription.deleted": gettext_lazy("Webhook deleted"),
    "subscription.rotated": gettext_lazy("Webhook secret replaced"),
    "subscription.disabled": gettext_lazy("Webhook switched off after failures"),
    "audit.exported": gettext_lazy("Audit log exported"),
}

_NAMES: dict[str, StrPromise] = {
    "fields": gettext_lazy("fields"),
    "secrets": gettext_lazy("secrets entered"),
    "cleared": gettext_lazy("cleared"),
    "platform": gettext_lazy("platform"),
    "name": gettext_lazy("new name"),
    "active": gettext_lazy("active"),
    "state": gettext_lazy("state"),
    "code": gettext_lazy("code"),
    "word": gettext_lazy("decision"),
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
    "inactive": gettext_lazy("inactive"),
    "gone": gettext_lazy("gone"),
    "mapped": gettext_lazy("mapped"),
    "agents": gettext_lazy("agents"),
    "scopes": gettext_lazy("scopes"),
    "expires": gettext_lazy("expires"),
    "types": gettext_lazy("events"),
    "host": gettext_lazy("host"),
    "entries": gettext_lazy("entries"),
    "format": gettext_lazy("format"),
}


def label(action: str) -> str:
    """What was done, in a few words."""
    return str(ACTIONS.get(action, action))


def who(entry: Entry) -> str:
    """Who did it."""
    if entry.actor_kind == ActorKind.PERSON:
        return entry.actor_name or _("somebody who had not signed in")
    if entry.actor_kind == ActorKind.TOKEN:
        return _("token %(name)s") % {"name": entry.actor_name}
    if entry.actor_kind == ActorKind.JOB:
        return _("job %(name)s") % {"name": entry.actor_name}
    return _("command of %(name)s") % {"name": entry.actor_name or "?"}


def origin(entry: Entry) -> str:
    """From where; empty for what is said by who it was."""
    return "" if entry.origin in {"job", "command"} else entry.origin


def details(detail: Mapping[str, Any]) -> str:
    """What else is known, in one line; ids are left to the export."""
    known = ((str(_NAMES[name]), _told(value)) for name, value in detail.items() if name in _NAMES)
    return "; ".join(f"{name}: {value}" for name, value in known if value)


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)

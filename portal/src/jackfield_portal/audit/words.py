"""Entries of the audit log in words; an action that is not known here is shown by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jackfield_portal.audit.actors import ActorKind
from jackfield_portal.events.models import EventType
from jackfield_portal.imports.models import Rhythm
from jackfield_portal.imports.words import STATES
from jackfield_portal.organizations.models import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrPromise

    from jackfield_portal.audit.models import Entry

__all__ = ["ACTIONS", "details", "label", "origin", "who"]

ACTIONS: dict[str, StrPromise] = {
    "organization.created": gettext_lazy("Organization created"),
    "organization.changed": gettext_lazy("Name or plan of the organization changed"),
    "person.invited": gettext_lazy("Person invited"),
    "invitation.withdrawn": gettext_lazy("Invitation withdrawn"),
    "person.joined": gettext_lazy("Person joined"),
    "person.role_changed": gettext_lazy("Role changed"),
    "person.removed": gettext_lazy("Person removed"),
    "person.signed_in": gettext_lazy("Signed in"),
    "person.signed_out": gettext_lazy("Signed out"),
    "person.refused": gettext_lazy("Sign-in refused"),
    "agent.added": gettext_lazy("Agent added"),
    "agent.saved": gettext_lazy("Agent saved"),
    "agents.imported": gettext_lazy("Agents imported from a file"),
    "agent.switched": gettext_lazy("Agent activated or deactivated"),
    "connection.added": gettext_lazy("Connection added"),
    "connection.renamed": gettext_lazy("Connection renamed"),
    "connection.paused": gettext_lazy("Connection paused"),
    "connection.resumed": gettext_lazy("Connection resumed"),
    "connection.deleted": gettext_lazy("Connection deleted"),
    "connection.restored": gettext_lazy("Connection restored"),
    "connection.purged": gettext_lazy("Connection deleted for good"),
    "connection.broken": gettext_lazy("Connection needs attention"),
    "connection.recovered": gettext_lazy("Connection works again"),
    "settings.saved": gettext_lazy("Settings saved"),
    "settings.promoted": gettext_lazy("Settings put to use"),
    "settings.accepted": gettext_lazy("Account of the settings accepted"),
    "settings.discarded": gettext_lazy("New settings dropped"),
    "settings.rolled_back": gettext_lazy("Previous settings chosen"),
    "secret_link.made": gettext_lazy("Link for secrets made"),
    "secret_link.used": gettext_lazy("Link for secrets used"),
    "secrets.cleared": gettext_lazy("Stored secrets deleted"),
    "check.started": gettext_lazy("Systems Check started"),
    "check.rhythm": gettext_lazy("Rhythm of the checks chosen"),
    "import.started": gettext_lazy("Import started"),
    "import.finished": gettext_lazy("Import ended"),
    "import.held": gettext_lazy("Import held"),
    "import.decided": gettext_lazy("Held import decided"),
    "import.cancelled": gettext_lazy("Import cancelled"),
    "import.rhythm": gettext_lazy("Rhythm of the imports chosen"),
    "import.limit": gettext_lazy("Share that holds an import chosen"),
    "mapping.saved": gettext_lazy("Mappings saved"),
    "mapping.undone": gettext_lazy("Mappings undone"),
    "alias.confirmed": gettext_lazy("Alias domain confirmed"),
    "alias.removed": gettext_lazy("Alias domain removed"),
    "fallback.chosen": gettext_lazy("Fallback owner chosen"),
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
    "plan": gettext_lazy("plan"),
    "role": gettext_lazy("role"),
    "account": gettext_lazy("account"),
    "hours": gettext_lazy("hours"),
    "rhythm": gettext_lazy("rhythm"),
    "percent": gettext_lazy("percent"),
    "domain": gettext_lazy("domain"),
    "owner": gettext_lazy("owner"),
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


#: What codes among the values are called.
_VALUES: dict[str, dict[str, StrPromise]] = {
    "role": dict(Role.choices),
    "rhythm": dict(Rhythm.choices),
    "state": {str(state): name for state, name in STATES.items()},
    "types": dict(EventType.choices),
    "word": {"apply": gettext_lazy("Apply"), "discard": gettext_lazy("Discard")},
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
    known = ((str(_NAMES[name]), _told(name, value)) for name, value in detail.items() if name in _NAMES)
    return "; ".join(f"{name}: {value}" for name, value in known if value)


def _told(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_told(name, one) for one in value)
    return "" if value is None else str(_VALUES.get(name, {}).get(value, value))

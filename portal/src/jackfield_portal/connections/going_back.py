"""Back from new settings: to those that were in use before, or away from those that still wait for their check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from jackfield_portal.audit.marking import audited
from jackfield_portal.connections.models import Connection, Phase, SettingsVersion, State
from jackfield_portal.connections.versions import candidate, forget_secrets, live, place_of
from jackfield_portal.errors import PortalError
from jackfield_portal.vault import services as vault

if TYPE_CHECKING:
    from jackfield_portal.organizations.models import User

__all__ = ["discard", "drop_candidate", "previous", "roll_back"]


def previous(connection: Connection) -> SettingsVersion | None:
    """The settings that were in use before those of now, None where there were none."""
    if connection.state == State.DRAFT:
        return None
    return connection.versions.filter(state=Phase.RETIRED).exclude(used=None).order_by("-used").first()


@audited("settings.rolled_back")
def roll_back(connection: Connection, by: User | None = None) -> SettingsVersion:
    """Have the previous settings checked, secrets and all, to be put to use again once they have passed.

    Until then those of now stay in use. Raises PortalError where there are none to go back to.
    """
    before = previous(connection)
    if before is None:
        raise PortalError(
            _("There are no earlier settings to go back to."), remedy=_("Edit the settings of now instead.")
        )
    with transaction.atomic():
        drop_candidate(connection)
        again = SettingsVersion.objects.create(
            connection=connection,
            values=before.values,
            host=before.host,
            accepted=before.accepted or before.seen_id,
            saved_by=by,
        )
        vault.copy(place_of(before), place_of(again), vault.fields(place_of(before)))
    return again


@audited("settings.discarded")
def discard(connection: Connection) -> None:
    """Drop saved settings that wait for their check, and keep those in use; refused where none are in use."""
    if candidate(connection) is None or live(connection) is None:
        raise PortalError(_("No new settings wait beside those in use."), remedy=_("Edit the settings instead."))
    with transaction.atomic():
        drop_candidate(connection)


def drop_candidate(connection: Connection) -> None:
    """Retire what waits for its check, and delete its secrets: nobody has used it."""
    for replaced in connection.versions.filter(state=Phase.CANDIDATE):
        forget_secrets(replaced)
        replaced.state, replaced.hold = Phase.RETIRED, ""
        replaced.save(update_fields=["state", "hold"])

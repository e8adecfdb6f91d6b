"""The fallback owner of a connection: the CRM user under whom calls of agents without one are logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from jackfield_portal.audit.marking import audited
from jackfield_portal.mapping import refusals
from jackfield_portal.mapping.finding import obstacle, present_users
from jackfield_portal.mapping.models import FallbackOwner
from jackfield_portal.mapping.writing import alone

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.organizations.models import User

__all__ = ["choose", "consequence", "owner_of", "owners_of"]


def owner_of(connection: Connection) -> CrmUser | None:
    """The fallback owner, whether he is still there or not; None where none was chosen."""
    return owners_of([connection]).get(connection.pk)


def owners_of(connections: Iterable[Connection]) -> dict[UUID, CrmUser]:
    """The fallback owners of connections, by the connection's id."""
    found = FallbackOwner.objects.filter(connection__in=list(connections)).select_related("crm_user")
    return {each.connection_id: each.crm_user for each in found}


@audited("fallback.chosen", lambda owner, _given: {"owner": owner.name if owner else ""})
def choose(connection: Connection, crm_user: int | None, *, by: User | None = None) -> CrmUser | None:
    """Make a CRM user the fallback owner, or nobody. Raises PortalError for one who isn't there."""
    with alone(connection.organization_id):
        if crm_user is None:
            FallbackOwner.objects.filter(connection=connection).delete()
            return None
        user = present_users(connection).filter(pk=crm_user).first()
        if user is None:
            raise refusals.unknown_user()
        FallbackOwner.objects.update_or_create(connection=connection, defaults={"crm_user": user, "chosen_by": by})
        return user


def consequence(owner: CrmUser | None) -> str:
    """What becomes of the calls of agents without a CRM user, in a sentence."""
    if owner is None:
        return _("Until then their calls will be logged under nobody: no fallback owner is chosen.")
    if owner.gone_at is not None:
        return _("Their calls will be logged under nobody: the fallback owner %(name)s is gone from the CRM.") % {
            "name": owner.name
        }
    said = _("Until then their calls will be logged under %(name)s.") % {"name": owner.name}
    if hindrance := obstacle(owner.state, owner.kind):
        said += " " + _("But look at this: %(name)s is %(obstacle)s.") % {"name": owner.name, "obstacle": hindrance}
    return said

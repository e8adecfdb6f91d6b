"""The CRM users of a connection as a list to look through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from jackfield import Record
from jackfield.errors import JackfieldError
from jackfield.users import UserKind
from jackfield_portal.connections import services as connections
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import searching
from jackfield_portal.imports.models import USABLE_STATES, CrmUser
from jackfield_portal.imports.people import person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.core.paginator import Page

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.people import Person

__all__ = ["FILTERS", "Directory", "directory"]

_FIELDS: Final = ("name", "email", "other_emails", "crm_id", "role", "phone", "extension")
_PRESENT: Final = Q(gone_at=None)
_CONDITIONS: Final = {
    "": Q(),
    "active": _PRESENT & Q(state__in=USABLE_STATES),
    "inactive": _PRESENT & ~Q(state__in=USABLE_STATES),
    "gone": Q(gone_at__isnull=False),
    "no-email": _PRESENT & Q(email=""),
    "programs": _PRESENT & Q(kind__in=(UserKind.SERVICE, UserKind.QUEUE)),
}
#: What the list can be narrowed down to, by the name in addresses.
FILTERS: Final = {
    "": _("All"),
    "active": _("Active"),
    "inactive": _("Inactive"),
    "gone": _("Gone"),
    "no-email": _("Without e-mail address"),
    "programs": _("Programs and queues"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A user of the list, as he is known, with what is shown of him."""

    user: CrmUser
    person: Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Directory:
    """One page of the list."""

    page: Page[Any]
    lines: tuple[Line, ...]


def directory(connection: Connection, search: str = "", only: str = "", page: str | int = 1) -> Directory:
    """A page of the connection's CRM users that hold all words of ``search``; an unknown ``only`` narrows nothing."""
    narrowed = _CONDITIONS.get(only, Q())
    rows = CrmUser.objects.filter(narrowed, searching.holding(search, _FIELDS), connection=connection)
    shown = searching.page_of(rows, page)
    users: list[CrmUser] = list(shown.object_list)
    prefetch_related_objects(users, "mappings__agent")
    return Directory(page=shown, lines=tuple(_lines(connection, users)))


def _lines(connection: Connection, users: Iterable[CrmUser]) -> Iterable[Line]:
    link = _linker(connection, users)
    for user in users:
        agents = [mapping.agent for mapping in user.mappings.all()]
        yield Line(user=user, person=person(user, agents=agents, link=link(user)))


def _linker(connection: Connection, users: Iterable[CrmUser]) -> Callable[[CrmUser], str]:
    """What gives the address of a user's page in the CRM; of nobody where the connector or its settings don't serve."""
    try:
        version = connections.live(connection) if any(user.profile_id for user in users) else None
        if version is None:
            return lambda _user: ""
        connector, settings = connections.connector_of(connection), connections.settings_for(version)
    except (JackfieldError, PortalError):
        return lambda _user: ""

    def link(user: CrmUser) -> str:
        if not user.profile_id or user.gone_at:
            return ""
        try:
            return connector.link(settings, Record(kind=user.profile_kind, id=user.profile_id)) or ""
        except JackfieldError:
            return ""

    return link

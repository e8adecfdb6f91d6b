"""Coverage: who is missing at each connection, on both sides, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jackfield_portal.mapping.fallback import consequence, owners_of
from jackfield_portal.mapping.finding import found
from jackfield_portal.mapping.services import connections_of

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.mapping.finding import Found
    from jackfield_portal.mapping.looks import Look
    from jackfield_portal.organizations.models import Organization

__all__ = ["Column", "badge", "columns_of"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A connection's column, what was found for it, and its fallback owner.

    ``open`` is where it is found opened; by the one that is ``sorted`` the table can be.
    """

    connection: Connection
    name: str
    badge: str
    editing: bool
    sorted: bool
    found: Found
    owner: CrmUser | None
    open: str

    @property
    def missing(self) -> int:
        """How many agents have no CRM user there."""
        return self.found.missing

    @property
    def certain(self) -> int:
        """For how many of them a suggestion may be taken without a look."""
        return self.found.certain

    @property
    def imported(self) -> bool:
        """Whether there is anybody to be mapped to."""
        return self.found.imported

    @property
    def coverage(self) -> str:
        """How many people have no CRM user, how many of them can be matched for certain, and what comes of it."""
        if not self.missing:
            return _("Everybody has a CRM user at %(name)s.") % {"name": self.connection.name}
        return f"{self._missing} {consequence(self.owner)}"

    @property
    def _missing(self) -> str:
        facts = {"missing": self.missing, "certain": self.certain, "name": self.connection.name}
        told = ngettext(
            "%(missing)d person has no CRM user at %(name)s",
            "%(missing)d people have no CRM user at %(name)s",
            self.missing,
        )
        if not self.certain:
            return f"{told}." % facts
        more = ngettext(
            "%(certain)d of them can be matched for certain.",
            "%(certain)d of them can be matched for certain.",
            self.certain,
        )
        return f"{told}; {more}" % facts

    @property
    def unclaimed(self) -> str:
        """How many CRM users are no agent, and what comes of it; empty where all are."""
        if not self.found.unclaimed:
            return ""
        told = ngettext(
            "%(n)d CRM user at %(name)s is no agent: calls can't be led to that person.",
            "%(n)d CRM users at %(name)s are no agents: calls can't be led to them.",
            self.found.unclaimed,
        )
        return told % {"n": self.found.unclaimed, "name": self.connection.name}

    @property
    def leavers(self) -> str:
        """At how many mappings somebody has left; empty where nobody has."""
        if not self.found.leavers:
            return ""
        told = ngettext(
            "%(n)d mapping at %(name)s leads to or from somebody who has left.",
            "%(n)d mappings at %(name)s lead to or from somebody who has left.",
            self.found.leavers,
        )
        return told % {"n": self.found.leavers, "name": self.connection.name}


def columns_of(organization: Organization, look: Look) -> tuple[Column, ...]:
    """The columns of an organization's table."""
    connections = list(connections_of(organization))
    opened = next((each.pk for each in connections if str(each.pk) == look.edit), None)
    owners = owners_of(connections) if connections else {}
    return tuple(
        Column(
            connection=connection,
            name=connection.name,
            badge=badge(connection.name),
            editing=connection.pk == opened,
            sorted=connection.pk == (opened or connections[0].pk),
            found=found(connection),
            owner=owners.get(connection.pk),
            open=look.query(edit=str(connection.pk)),
        )
        for connection in connections
    )


def badge(name: str) -> str:
    """Two letters that stand for a name."""
    words = name.split()
    return "".join(word[0] for word in words[:2]).upper() if len(words) > 1 else name.strip()[:2].capitalize()

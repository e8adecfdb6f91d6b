"""Alias domains: two domains that an administrator has confirmed to be one, so that a mailbox is the same in both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jackfield_portal.audit.marking import audited
from jackfield_portal.mapping import refusals
from jackfield_portal.mapping.finding import aliases_of, find, found
from jackfield_portal.mapping.models import AliasDomain
from jackfield_portal.mapping.services import connections_of
from jackfield_portal.mapping.suggest import Certainty
from jackfield_portal.mapping.writing import alone

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization, User

__all__ = ["Gain", "confirm", "listed", "preview", "remove"]

_DOMAIN = re.compile(r"(?=.{3,253}$)[^\W_]([\w-]{0,61}[^\W_])?(\.[^\W_]([\w-]{0,61}[^\W_])?)+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Gain:
    """What an alias domain would bring at a connection: agents with a certain suggestion, or a conflict, more."""

    connection: Connection
    certain: int
    conflicts: int


def listed(organization: Organization) -> list[AliasDomain]:
    """The alias domains of an organization."""
    return list(organization.alias_domains.select_related("confirmed_by"))


def preview(organization: Organization, alias: str, domain: str) -> list[Gain]:
    """How many more agents would be matched if these two were one; raises PortalError as :func:`confirm` does."""
    pair = _checked(organization, alias, domain)
    return [_gain(connection, pair) for connection in connections_of(organization)]


@audited("alias.confirmed")
def confirm(organization: Organization, alias: str, domain: str, *, by: User | None = None) -> AliasDomain:
    """Have the mailboxes of ``alias`` count as those of ``domain``. Nothing is mapped by it.

    Raises PortalError for what is no domain, for two that are the same, and for one that has a meaning already.
    """
    with alone(organization.pk):
        first, second = _checked(organization, alias, domain)
        return AliasDomain.objects.create(organization=organization, alias=first, domain=second, confirmed_by=by)


@audited("alias.removed", lambda _done, given: {"domain": given["alias"]})
def remove(organization: Organization, alias: str) -> None:
    """Have a domain stand for itself again; mappings that were made stay."""
    AliasDomain.objects.filter(organization=organization, alias=alias).delete()


def _checked(organization: Organization, alias: str, domain: str) -> tuple[str, str]:
    first, second = _domain(alias), _domain(domain)
    if first == second:
        raise refusals.same_domain()
    known = aliases_of(organization.pk)
    if first in known:
        raise refusals.known_alias(first)
    for taken in (first in known.values() and first, second in known and second):
        if taken:
            raise refusals.alias_of_alias(taken)
    return first, second


def _domain(text: str) -> str:
    domain = text.strip().rpartition("@")[2].strip().lower().rstrip(".")
    if not _DOMAIN.fullmatch(domain):
        raise refusals.no_domain(text.strip()[:100])
    return domain


def _gain(connection: Connection, pair: tuple[str, str]) -> Gain:
    now, then = found(connection), find(connection, {**aliases_of(connection.organization_id), pair[0]: pair[1]})
    more = then.of(Certainty.CERTAIN) - now.of(Certainty.CERTAIN)
    return Gain(connection=connection, certain=len(more), conflicts=max(0, then.conflicts - now.conflicts))

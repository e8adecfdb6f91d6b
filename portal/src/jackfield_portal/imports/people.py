"""CRM users as pages show them: one shape for those that are known, staged, or were changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jackfield.users import UserKind, UserState
from jackfield_portal.imports.models import CrmUser

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet
    from django_stubs_ext import StrPromise

    from jackfield_portal.imports.models import UserColumns
    from jackfield_portal.organizations.models import Agent

__all__ = ["Difference", "Person", "agents_of", "difference", "kinds", "known", "person", "states"]

_STATES: Final[Mapping[str, StrPromise]] = {
    UserState.ACTIVE: gettext_lazy("active"),
    UserState.INACTIVE: gettext_lazy("inactive"),
    UserState.INVITED: gettext_lazy("invited"),
    UserState.DELETED: gettext_lazy("deleted"),
    UserState.UNKNOWN: gettext_lazy("not told"),
}
_KINDS: Final[Mapping[str, StrPromise]] = {
    UserKind.PERSON: gettext_lazy("a person"),
    UserKind.SERVICE: gettext_lazy("a program"),
    UserKind.QUEUE: gettext_lazy("a queue"),
    UserKind.EXTERNAL: gettext_lazy("from outside"),
    UserKind.UNKNOWN: gettext_lazy("not told"),
}
_LABELS: Final[Mapping[str, StrPromise]] = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail"),
    "other_emails": gettext_lazy("Other e-mail addresses"),
    "state": gettext_lazy("State"),
    "kind": gettext_lazy("Kind"),
    "role": gettext_lazy("Role"),
    "phone": gettext_lazy("Telephone"),
    "extension": gettext_lazy("Extension"),
    "time_zone": gettext_lazy("Time zone"),
    "profile_kind": gettext_lazy("Kind of page"),
    "profile_id": gettext_lazy("Page in the CRM"),
}
_PLAIN_KINDS: Final = {UserKind.PERSON, UserKind.UNKNOWN}


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One field of a user that is another one; an empty text is none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A CRM user with what is worth a word: what he is, what is changed, and who is mapped to him."""

    id: str
    name: str
    email: str = ""
    remarks: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    agents: tuple[Agent, ...] = ()
    #: The address of his page in the CRM, where he has one.
    link: str = ""


def states(value: str) -> str:
    """A user's state in words."""
    return str(_STATES.get(value, value))


def kinds(value: str) -> str:
    """What kind of user it is, in words."""
    return str(_KINDS.get(value, value))


def difference(field: str, before: str, after: str) -> Difference:
    """A change in words: ``field`` is a column of the table."""
    said = {"state": states, "kind": kinds}.get(field, str)
    return Difference(label=str(_LABELS.get(field, field)), before=said(before), after=said(after))


def person(
    user: UserColumns,
    *,
    remarks: Iterable[str] = (),
    differences: Sequence[Difference] = (),
    agents: Iterable[Agent] = (),
    link: str = "",
) -> Person:
    """A user with the remarks that his state and kind deserve, and others."""
    own = [] if user.state in {UserState.ACTIVE, UserState.UNKNOWN} else [states(user.state)]
    if user.kind not in _PLAIN_KINDS:
        own.append(kinds(user.kind))
    if not user.email:
        own.append(_("no e-mail address"))
    return Person(
        id=user.crm_id,
        name=user.name,
        email=user.email,
        remarks=(*remarks, *own),
        differences=tuple(differences),
        agents=tuple(agents),
        link=link,
    )


def agents_of(connection: UUID, crm_ids: Iterable[str]) -> dict[str, list[Agent]]:
    """The agents who are mapped to the users with these ids at the connection of this key."""
    mapped = known(connection, crm_ids).prefetch_related("mappings__agent")
    return {user.crm_id: [mapping.agent for mapping in user.mappings.all()] for user in mapped}


def known(connection: UUID, crm_ids: Iterable[str]) -> QuerySet[CrmUser]:
    """The users with these ids at the connection of this key, in no order: one would have them all looked through."""
    return CrmUser.objects.filter(connection=connection, crm_id__in=list(crm_ids)).order_by()

"""CRM users, as the last import has seen them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from jackfield_portal.api.lookup import connection_of, crm_user_of
from jackfield_portal.api.models import Scope
from jackfield_portal.api.paging import Asked, Page, page
from jackfield_portal.api.scoping import needs
from jackfield_portal.api.shapes import Line
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.mapping.finding import matching_users

router = Router(tags=["CRM users"])


class CrmUserOut(Schema):
    """A CRM user; ``usable`` says whether calls may be mapped to him, ``gone`` since when he is not in the CRM."""

    id: str
    name: str
    emails: list[str]
    state: str
    kind: str
    role: str
    phone: str
    extension: str
    usable: bool
    gone: datetime | None


class Which(StrEnum):
    """Those who are in the CRM, those who are gone from it, or both."""

    PRESENT = "present"
    GONE = "gone"
    ALL = "all"


class Narrowed(Schema):
    """Which users; ``q`` holds words that stand in name, e-mail address or id."""

    q: Line = ""
    which: Which = Which.PRESENT


@router.get(
    "/connections/{connection_id}/users", summary="List the CRM users", **needs(Scope.READ, response=Page[CrmUserOut])
)
def list_users(
    request: HttpRequest, connection_id: UUID, asked: Asked, narrowed: Annotated[Narrowed, Query()]
) -> dict[str, Any]:
    """The users of a connection, in the order in which they were first seen."""
    connection = connection_of(request, connection_id)
    known = CrmUser.objects.filter(connection=connection)
    if narrowed.which == Which.PRESENT:
        known = matching_users(connection, narrowed.q)
    else:
        known = known.filter(gone_at__isnull=False) if narrowed.which == Which.GONE else known
        for word in narrowed.q.split():
            known = known.filter(name__icontains=word) | known.filter(email__icontains=word)
    return page(known, asked, told)


@router.get(
    "/connections/{connection_id}/users/{crm_id}",
    summary="Look at a CRM user",
    **needs(Scope.READ, response=CrmUserOut),
)
def show_user(request: HttpRequest, connection_id: UUID, crm_id: Path[str]) -> dict[str, Any]:
    """One CRM user by the id that he has in the CRM."""
    return told(crm_user_of(connection_of(request, connection_id), crm_id))


def told(user: CrmUser) -> dict[str, Any]:
    """The user as :class:`CrmUserOut`."""
    known = {name: getattr(user, name) for name in ("name", "state", "kind", "role", "phone", "extension")}
    return {**known, "id": user.crm_id, "emails": list(user.emails), "usable": user.active, "gone": user.gone_at}

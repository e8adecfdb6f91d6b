"""``jackfield organizations``: the organizations of this installation, for whoever runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from jackfield.cli.errors import CommandError, UsageError
from jackfield_portal.commands.serve import prepare_portal, say

if TYPE_CHECKING:
    from jackfield_portal.organizations.models import Invitation, Organization

_COLUMNS = ("name", "plan", "people", "connections")
_URL_HELP = "Where visitors find the portal, for the link of an invitation; else JACKFIELD_URL, or this machine."


def organizations(  # noqa: PLR0913 - the options of a command
    action: Annotated[Literal["list", "add", "change"], Parameter(help="What to do.")] = "list",
    name: Annotated[str | None, Parameter(help="The organization's name or id.")] = None,
    /,
    *,
    plan: Annotated[str | None, Parameter(help="Its plan; an empty text for none.")] = None,
    administrator: Annotated[str | None, Parameter(help="The e-mail address of somebody to administer it.")] = None,
    url: Annotated[str | None, Parameter(help=_URL_HELP)] = None,
    json: Annotated[bool, Parameter(help="Print JSON, for scripts.")] = False,
) -> int:
    """List the organizations, add one, or change its plan and administrators.

    Somebody who is to administer it gets an invitation, whose link is printed; a member becomes an administrator at
    once. With --json: a list of id, name, plan, people, connections; of what was added or changed, with ``invitation``.
    """
    prepare_portal()
    from jackfield_portal.errors import PortalError

    if action != "list" and not name:
        raise UsageError("NAME is missing.", "Name the organization.")
    try:
        if action == "list":
            _list(name or "", as_json=json)
            return 0
        do = _added if action == "add" else _changed
        found, invitation = do(name or "", plan, administrator)
    except PortalError as refused:
        raise CommandError(refused.message, refused.remedy) from None
    _tell(found, _link(invitation, url), as_json=json)
    return 0


def _list(words: str, *, as_json: bool) -> None:
    from jackfield_portal.organizations import operators

    rows = [_row(found) for found in operators.organizations(words)]
    if as_json:
        from json import dumps

        say(dumps(rows))
    elif rows:
        from jackfield_portal.commands._tables import lined_up

        lines = [tuple(str(row[column]) or "-" for column in _COLUMNS) for row in rows]
        say(*lined_up([tuple(column.upper() for column in _COLUMNS), *lines]))
    else:
        say("There is no such organization." if words else "There is none yet: `jackfield serve` makes the first.")


def _added(name: str, plan: str | None, administrator: str | None) -> tuple[Organization, Invitation | None]:
    from jackfield_portal.organizations import operators

    if administrator is None:
        raise UsageError("--administrator is missing.", "An organization needs somebody to administer it.")
    invitation = operators.add(name, plan=plan or "", administrator=administrator)
    return invitation.organization, invitation


def _changed(name: str, plan: str | None, administrator: str | None) -> tuple[Organization, Invitation | None]:
    from jackfield_portal.organizations import operators

    found = _named(name)
    operators.change(found, plan=plan)
    return found, operators.add_administrator(found, administrator) if administrator else None


def _named(name: str) -> Organization:
    from uuid import UUID

    from jackfield_portal.organizations.models import Organization

    try:
        found = list(Organization.objects.filter(pk=UUID(name)))
    except ValueError:
        found = list(Organization.objects.filter(name__iexact=name))
    if not found:
        raise UsageError("There is no such organization.", "`jackfield organizations` lists them.")
    if len(found) > 1:
        raise UsageError(
            f"There are {len(found)} organizations of this name.",
            "Give the id, as `jackfield organizations --json` tells it.",
        )
    return found[0]


def _link(invitation: Invitation | None, url: str | None) -> str | None:
    if invitation is None:
        return None
    from django.conf import settings

    from jackfield_portal.organizations import people
    from jackfield_portal.organizations.links import link

    base = url or settings.JACKFIELD_URL or "http://127.0.0.1:8000/"
    return link(base, "organizations:accept", people.token_of(invitation))


def _tell(found: Organization, invitation: str | None, *, as_json: bool) -> None:
    from jackfield_portal.organizations import operators

    row = _row(operators.organizations().get(pk=found.pk))
    if as_json:
        from json import dumps

        say(dumps({**row, "invitation": invitation}))
        return
    from jackfield_portal.commands._tables import printable

    counts = f"{row['people']} people, {row['connections']} connections"
    say(printable(f"{row['name']}: plan {row['plan'] or '-'}, {counts}"))
    if invitation:
        say(f"The administrator joins here, once, within seven days: {invitation}")


def _row(found: Any) -> dict[str, Any]:
    return {
        "id": str(found.pk),
        "name": found.name,
        "plan": found.plan,
        "people": found.people,
        "connections": found.connections_made,
    }

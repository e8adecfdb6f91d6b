"""``jackfield people``: who signs in to this installation, for whoever runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from jackfield.cli.errors import CommandError, UsageError
from jackfield_portal.commands.serve import prepare_portal, say

if TYPE_CHECKING:
    from jackfield_portal.organizations.models import User

_URL_HELP = "Where visitors find the portal, for the link; else JACKFIELD_URL, or this machine."
_LINK_HELP = "Print a link with which this person sets a new password, once and within an hour."
_SIGN_IN_HELP = "Print a link that signs this person in, once and within an hour: the way back in without a provider."


def people(  # noqa: PLR0913 - the options of a command
    email: Annotated[str | None, Parameter(help="The person's e-mail address; without it all are listed.")] = None,
    /,
    *,
    operator: Annotated[
        bool | None, Parameter(help="Have this person run the installation, or no longer.", negative="--no-operator")
    ] = None,
    active: Annotated[bool | None, Parameter(help="Whether this person may sign in.", negative="--no-active")] = None,
    drop_second_factor: Annotated[bool, Parameter(help="Ask this person for no code, until he turns it on.")] = False,
    forget_sso: Annotated[bool, Parameter(help="Let another account at the provider be this person.")] = False,
    sign_out: Annotated[bool, Parameter(help="End all sessions of this person.")] = False,
    password_link: Annotated[bool, Parameter(help=_LINK_HELP)] = False,
    sign_in_link: Annotated[bool, Parameter(help=_SIGN_IN_HELP)] = False,
    url: Annotated[str | None, Parameter(help=_URL_HELP)] = None,
    json: Annotated[bool, Parameter(help="Print JSON, for scripts.")] = False,
) -> int:
    """List the people who sign in, or change what one of them is.

    With --json: a list of email, name, operator, active, second_factor, organizations; with a link that was asked for
    as ``password_link`` or ``sign_in_link``.
    """
    prepare_portal()
    wishes = {"operator": operator, "active": active}
    if email is None:
        changes = (operator is not None, active is not None, drop_second_factor, forget_sso, sign_out)
        if any((*changes, password_link, sign_in_link)):
            raise UsageError("EMAIL is missing.", "Say whom you mean by his e-mail address.")
        _tell(None, as_json=json)
        return 0
    user = _user(email)
    if password_link:
        _refuse_without_passwords()
    _change(user, wishes, drop=drop_second_factor, forget=forget_sso, end=sign_out)
    wanted = {"password_link": password_link, "sign_in_link": sign_in_link}
    _tell(user, _links(user, url, [name for name, asked in wanted.items() if asked]), as_json=json)
    return 0


def _refuse_without_passwords() -> None:
    from jackfield_portal.organizations import passwords

    if not passwords.on():
        raise UsageError("Passwords are switched off here.", "Use --sign-in-link, or set JACKFIELD_PASSWORDS to on.")


def _user(email: str) -> User:
    from jackfield_portal.organizations.models import User

    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise UsageError("Nobody signs in with this address.", "`jackfield people` lists who does.") from None


def _change(user: User, wishes: dict[str, bool | None], *, drop: bool, forget: bool, end: bool) -> None:
    from jackfield_portal.errors import PortalError
    from jackfield_portal.organizations import accounts, operators, second_factor

    try:
        if wishes["operator"] is not None:
            operators.make_operator(user, operator=wishes["operator"])
        if wishes["active"] is not None:
            operators.make_active(user, active=wishes["active"])
    except PortalError as refused:
        raise CommandError(refused.message, refused.remedy) from None
    if drop:
        second_factor.drop(user)
    if forget:
        user.identities.all().delete()
    if end:
        accounts.end_sessions(user)


def _links(user: User, url: str | None, wanted: list[str]) -> dict[str, str]:
    from django.conf import settings

    from jackfield_portal.organizations import accounts

    base = url or settings.JACKFIELD_URL or "http://127.0.0.1:8000/"
    makers = {"password_link": accounts.link_for, "sign_in_link": accounts.sign_in_link}
    return {name: makers[name](user, base) for name in wanted}


_SAID = {
    "password_link": "A new password is set here, once, within an hour:",
    "sign_in_link": "This signs in, once, within an hour:",
}


def _tell(user: User | None, links: dict[str, str] | None = None, *, as_json: bool) -> None:
    from jackfield_portal.commands._tables import lined_up
    from jackfield_portal.organizations.models import User

    known = User.objects.prefetch_related("memberships__organization").select_related("second_factor")
    rows = [_row(found) for found in (known if user is None else known.filter(pk=user.pk)).order_by("email")]
    if as_json:
        from json import dumps

        say(dumps([row | (links or {}) for row in rows]))
    elif not rows:
        say("Nobody can sign in yet: `jackfield serve` prints a link for the first.")
    else:
        head = tuple(name.upper().replace("_", " ") for name in rows[0])
        say(*lined_up([head, *(tuple(_shown(value) for value in row.values()) for row in rows)]))
        for name, link in (links or {}).items():
            say(f"{_SAID[name]} {link}")


def _row(found: User) -> dict[str, Any]:
    return {
        "email": found.email,
        "name": found.name,
        "operator": found.is_operator,
        "active": found.is_active,
        "second_factor": hasattr(found, "second_factor"),
        "organizations": [f"{one.organization.name} ({one.role})" for one in found.memberships.all()],
    }


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)

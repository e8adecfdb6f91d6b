"""The steps that most systems checks are made of: the connector says what is asked, the judgement is the same for all.

For example::

    STEPS = (
        reach_step("Acme", protocol.me),
        sign_in_step(protocol.holder),
        list_users_step(protocol.list_users, permission="Users: read"),
        contact_lookup_step(protocol.search, permission="Contacts: read"),
    )

Each takes functions that are handed the connection's HTTP client. A check that knows more writes its own steps beside
them, or instead.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from jackfield.checks import Account, CheckStep, Finding
from jackfield.errors import JackfieldError, error
from jackfield.settings import base_url_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from jackfield.connector import Connection
    from jackfield.http import HttpClient
    from jackfield.users import CrmUser, UserPage

__all__ = ["NOBODYS_NUMBER", "Holder", "contact_lookup_step", "list_users_step", "reach_step", "sign_in_step"]

#: A telephone number that nobody can have: fictional by the numbering plan.
NOBODYS_NUMBER: Final = "+15550100000"
_REFUSALS: Final = frozenset({"credentials_refused", "forbidden"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Whose credentials they are: a user of the CRM, in an account that has an id or a name or neither."""

    user: CrmUser
    account_id: str | None = None
    account_name: str | None = None


class Listing(Protocol):
    """Lists the users page by page; ``size`` is how many are asked for at once."""

    def __call__(self, http: HttpClient, *, size: int) -> AsyncGenerator[UserPage]:
        """Begin to list."""
        ...


def reach_step(title: str, ask: Callable[[HttpClient], Awaitable[object]]) -> CheckStep:
    """``reach``: an answer of the API, be it a refusal, shows that the address is right."""

    async def reach(crm: Connection) -> Finding:
        try:
            await ask(crm.http)
        except JackfieldError as refusal:
            if refusal.code not in _REFUSALS:
                raise
        return Finding(message=f"The API answers at {base_url_of(crm.settings)}")

    return CheckStep(id="reach", title=f"Reach {title}", run=reach)


def sign_in_step(ask: Callable[[HttpClient], Awaitable[Holder]], *, title: str = "Sign in") -> CheckStep:
    """``sign_in``: whose credentials they are, and of which account; a warning where the holder is inactive."""

    async def sign_in(crm: Connection) -> Finding:
        holder = await ask(crm.http)
        user = holder.user
        shown = f"{user.name} <{user.email}>" if user.email else user.name
        account = Account(id=holder.account_id, name=holder.account_name, holder=shown, role=user.role)
        message = f"Signed in as {shown}."
        if holder.account_name:
            message = f"Signed in as {shown} of the account {holder.account_name}."
        return Finding(message=message, account=account, warning=None if user.active else "inactive_holder")

    return CheckStep(id="sign_in", title=title, run=sign_in)


def list_users_step(pages: Listing, *, permission: str | None = None) -> CheckStep:
    """``list_users``: two pages of one user prove the right, and that the second page is not the first again."""

    async def list_users(crm: Connection) -> Finding:
        async with aclosing(pages(crm.http, size=1)) as listing:
            first, _ = await anext(listing, None), await anext(listing, None)
        if not first:
            raise error("incomplete_listing", "The CRM lists no users at all, not even the one who asks.")
        return Finding(message="The account's users can be imported.")

    return CheckStep(id="list_users", title="List the account's users", run=list_users, permission=permission)


def contact_lookup_step(
    search: Callable[[HttpClient, str], Awaitable[object]], *, permission: str | None = None
) -> CheckStep:
    """``contact_lookup``: a search that finds nobody proves the right as well as any. Screen pop alone needs it."""

    async def contact_lookup(crm: Connection) -> Finding:
        await search(crm.http, NOBODYS_NUMBER)
        return Finding(message="Callers can be looked up among the contacts.")

    return CheckStep(
        id="contact_lookup",
        title="Look up contacts by number",
        run=contact_lookup,
        required=False,
        feature="screen pop",
        permission=permission,
    )

"""The systems check of Insightly: five small requests, none of which changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.checks import Account, CheckStep, Finding
from jackfield.errors import JackfieldError, error
from jackfield.records import Record
from jackfield.users import email_or_none, full_name
from jackfield_insightly import mapping, models, protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jackfield.connector import Connection
    from jackfield.http import Answer

#: A number that nobody has: fictional by the numbering plan.
_NOBODYS_NUMBER = "+15550100000"
_LITTLE = 0.1
#: The rights that steps prove, as an administrator of Insightly finds them.
_LISTING = "Administrator"
_READING = "Contacts: Read"
_SCREEN_POP = "screen pop"


def steps() -> Sequence[CheckStep]:
    """The steps in their order; they share what they learn of one another, for this one check."""
    check = _Check()
    return (
        CheckStep(id="reach", title="Reach Insightly", run=check.reach),
        CheckStep(id="sign_in", title="Sign in with the API Key", run=check.sign_in),
        CheckStep(id="list_users", title="List the account's users", run=check.list_users, permission=_LISTING),
        CheckStep(
            id="contact_lookup",
            title="Look up contacts by number",
            run=check.contact_lookup,
            permission=_READING,
            required=False,
            feature=_SCREEN_POP,
        ),
        CheckStep(
            id="details_link", title="Link to a record", run=check.details_link, required=False, feature=_SCREEN_POP
        ),
        CheckStep(
            id="quota", title="Requests left for today", run=check.quota, required=False, feature="scheduled imports"
        ),
    )


class _Check:
    def __init__(self) -> None:
        self._refusal: JackfieldError | None = None
        self._me: Answer | None = None
        self._user: models.User | None = None

    async def reach(self, crm: Connection) -> Finding:
        """An answer of the API, be it a refusal, shows that the address is right."""
        try:
            self._me = await protocol.me(crm.http)
        except JackfieldError as refusal:
            if refusal.code not in {"credentials_refused", "forbidden"}:
                raise
            self._refusal = refusal
        return Finding(message=f"Insightly's API answers at {crm.settings.endpoint}")

    async def sign_in(self, crm: Connection) -> Finding:
        if self._refusal is not None:
            raise self._refusal
        assert self._me is not None  # noqa: S101 - reach is required and comes first
        self._user = self._me.read(models.USER)
        account = await self._account(crm, self._user)
        message = f"Signed in as {account.holder} ({account.role})."
        if account.name:
            message = f"Signed in as {account.holder} ({account.role}) of the account {account.name}."
        if self._user.ACTIVE is False:
            return Finding(message=message, account=account, warning="inactive_holder")
        return Finding(message=message, account=account)

    async def list_users(self, crm: Connection) -> Finding:
        """Two single-user pages: they prove the right, the total, and that the second page is not the first again."""
        try:
            first = await protocol.users_from(crm.http, skip=0, top=1)
            second = await protocol.users_from(crm.http, skip=1, top=1)
        except JackfieldError as refusal:
            raise _named(refusal, "list the account's users", _LISTING) from None
        if not first.items:
            raise error("incomplete_listing", "Insightly lists no users at all, not even the key's own.")
        if second.items and first.items[0].USER_ID == second.items[0].USER_ID:
            raise error("repeated_page")
        counted = {None: "The account's users can be imported.", 1: "1 user can be imported."}
        return Finding(message=counted.get(first.total, f"{first.total} users can be imported."))

    async def contact_lookup(self, crm: Connection) -> Finding:
        try:
            await protocol.search(crm.http, "Contacts", "PHONE", _NOBODYS_NUMBER, top=1)
        except JackfieldError as refusal:
            raise _named(refusal, "read contacts", _READING) from None
        return Finding(message="Callers can be looked up among the contacts.")

    async def details_link(self, crm: Connection) -> Finding:
        assert self._user is not None  # noqa: S101 - sign_in is required and comes first
        contact = self._user.CONTACT_ID
        link = crm.link(Record(kind="contact", id=str(contact))) if contact is not None else crm.settings.details_link
        return Finding(message=f"Records open under the CRM Details Link, the key's own user by {link} for example.")

    async def quota(self, _: Connection) -> Finding:
        assert self._me is not None  # noqa: S101 - reach is required and comes first
        left, limit = protocol.left_of_the_day(self._me), protocol.limit_of_the_day(self._me)
        if left is None or limit is None:
            return Finding(message="Insightly does not say how many requests are left for today.")
        message = f"{left} of {limit} requests are left for today."
        return Finding(message=message, warning="quota_low" if left < limit * _LITTLE else None)

    async def _account(self, crm: Connection, user: models.User) -> Account:
        name = full_name(user.FIRST_NAME, user.LAST_NAME) or f"user {user.USER_ID}"
        email = email_or_none(user.EMAIL_ADDRESS)
        identity = None if user.INSTANCE_ID is None else str(user.INSTANCE_ID)
        return Account(
            id=identity,
            name=await self._account_name(crm) or identity,
            holder=f"{name} <{email}>" if email else name,
            role=mapping.role(user),
        )

    async def _account_name(self, crm: Connection) -> str | None:
        """The account's name is a courtesy: older versions of the API do without this call."""
        try:
            return (await protocol.instance(crm.http)).INSTANCE_NAME
        except JackfieldError as refusal:
            if refusal.code in {"forbidden", "not_the_api", "unexpected_status"}:
                return None
            raise


def _named(refusal: JackfieldError, right: str, permission: str) -> JackfieldError:
    """A missing right by its name; other failures as they are."""
    if refusal.code != "forbidden":
        return refusal
    message = f"The user whose API Key this is may not {right}."
    remedy = f"In Insightly, have “{permission}” granted to that user, or use the API Key of a user who has it."
    return error("forbidden", message, remedy=remedy, detail=refusal.detail, request=refusal.request)

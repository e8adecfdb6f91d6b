"""The systems check of ConnectWise PSA: eight small requests at most, none of which changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jackfield.checks import Account, CheckStep, Finding
from jackfield.errors import JackfieldError, error
from jackfield.records import Record
from jackfield.users import full_name
from jackfield_connectwise import _hosts, _refusals, lookup, mapping, protocol
from jackfield_connectwise._verdict import NO_RIGHT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from jackfield.connector import Connection
    from jackfield_connectwise import models

#: The least that a security role needs, in the words of ConnectWise's own screen: module > function: level.
MEMBERS: Final = "System > Member Maintenance: Inquire All"
CONTACTS: Final = "Companies > Contacts: Inquire All"
COMPANIES: Final = "Companies > Company Maintenance: Inquire All"
#: What system/mySecurity calls the function that each of them is for.
_FUNCTIONS: Final = {MEMBERS: "Member Maintenance", CONTACTS: "Contacts", COMPANIES: "Company Maintenance"}

#: A number that nobody has: fictional by the numbering plan.
_NOBODYS_NUMBER: Final = "%2025550199%"


def steps() -> Sequence[CheckStep]:
    """The steps in their order; they share what they learn of one another, for this one check."""
    check = _Check()
    return (
        CheckStep(id="reach", title="Reach ConnectWise and find the company", run=check.reach),
        CheckStep(id="sign_in", title="Sign in with the API keys", run=check.sign_in),
        CheckStep(id="list_users", title="List the members", run=check.list_users, permission=MEMBERS),
        _for_screen_pop("contact_lookup", "Look up contacts by number", check.contacts, CONTACTS),
        _for_screen_pop("company_lookup", "Look up companies by number", check.companies, COMPANIES),
        _for_screen_pop("details_link", "Link to a record", check.details_link),
    )


class _Check:
    def __init__(self) -> None:
        self._company: models.CompanyInfo | None = None
        self._total: int | None = None
        self._levels: dict[str | None, str | None] = {}

    async def reach(self, crm: Connection) -> Finding:
        """ConnectWise tells who knows the company, and where it is, before any key is sent."""
        settings = crm.settings
        try:
            self._company = await protocol.company_info(crm.http, settings.company_id)
        except JackfieldError as refusal:
            if refusal.code not in {"credentials_refused", "forbidden"}:  # this asks for no keys: they are not at fault
                raise _refusals.not_there(refusal, settings.company_id, settings.endpoint) from None
            return Finding(message=f"ConnectWise answers at {settings.endpoint}, but does not tell about the company.")
        if self._company is None:
            raise _refusals.unknown_company(settings.company_id, settings.endpoint)
        site = _hosts.site_of(self._company.SiteUrl)
        if site and not _hosts.same_place(f"https://{site}/", settings.endpoint):
            return _refusals.elsewhere(settings.endpoint, site)
        release, name = self._company.VersionCode, self._company.CompanyName or settings.company_id
        message = f"ConnectWise PSA knows the company {name} at {settings.endpoint}"
        if release:
            message = f"ConnectWise PSA {release} knows the company {name} at {settings.endpoint}"
        return Finding(message=message)

    async def sign_in(self, crm: Connection) -> Finding:
        """Counting members checks the keys; to be told that the right is missing takes good keys as well."""
        try:
            self._total = await protocol.members_count(crm.http)
        except JackfieldError as refusal:
            if refusal.code != "forbidden" or NO_RIGHT not in (refusal.detail or "").lower():
                raise _refusals.no_api(refusal) from None
        member = await protocol.me(crm.http)
        rights = await protocol.rights(crm.http)
        self._levels = {right.moduleFunctionName: right.inquireLevel for right in rights}
        account = self._account(crm.settings.company_id, member)
        message = f"Signed in to the company {account.name}."
        if account.holder:
            message = f"Signed in as {account.holder} to the company {account.name}."
        inactive = member is not None and member.inactiveFlag is True
        return Finding(message=message, account=account, warning="inactive_holder" if inactive else None)

    async def list_users(self, crm: Connection) -> Finding:
        try:
            found = await protocol.two_members(crm.http)
        except JackfieldError as refusal:
            raise _refusals.named(refusal, MEMBERS) from None
        if not found:
            raise error("incomplete_listing", "ConnectWise lists no members at all, not even the keys' own.")
        counted = {
            None: "All members, those of programs among them, can be imported.",
            1: "1 member, those of programs among them, can be imported.",
        }
        many = f"{self._total} members, those of programs among them, can be imported."
        return self._unless_mine(MEMBERS, counted.get(self._total, many))

    async def contacts(self, crm: Connection) -> Finding:
        try:
            await lookup.contacts_like(crm.http, _NOBODYS_NUMBER, size=1)
        except JackfieldError as refusal:
            raise _refusals.named(refusal, CONTACTS) from None
        return self._unless_mine(CONTACTS, "Callers can be looked up among the contacts.")

    async def companies(self, crm: Connection) -> Finding:
        try:
            await lookup.companies_like(crm.http, _NOBODYS_NUMBER, size=1)
        except JackfieldError as refusal:
            raise _refusals.named(refusal, COMPANIES) from None
        return self._unless_mine(COMPANIES, "Callers can be looked up among the companies, and contacts show theirs.")

    async def details_link(self, crm: Connection) -> Finding:
        link = crm.link(Record(kind="contact", id="1"))
        return Finding(message=f"Records open under the CRM Details Link, a contact for example by {link}")

    def _unless_mine(self, permission: str, message: str) -> Finding:
        """With the level My a list is shorter than it should be, and nothing else tells."""
        function = _FUNCTIONS[permission]
        if self._levels.get(function) != "My":
            return Finding(message=message)
        short = f"The API member's security role has “My” for {function}, so some records may be missing."
        return Finding(message=short, warning="forbidden", remedy=_refusals.granting(permission))

    def _account(self, company_id: str, member: models.Member | None) -> Account:
        name = (self._company and self._company.CompanyName) or company_id
        if member is None:
            return Account(id=company_id, name=name)
        user = mapping.crm_user(member)
        holder = full_name(member.firstName, member.lastName) or member.identifier or user.name
        return Account(
            id=company_id, name=name, holder=f"{holder} <{user.email}>" if user.email else holder, role=user.role
        )


def _for_screen_pop(
    step: str, title: str, run: Callable[[Connection], Awaitable[Finding]], permission: str | None = None
) -> CheckStep:
    return CheckStep(id=step, title=title, run=run, required=False, feature="screen pop", permission=permission)

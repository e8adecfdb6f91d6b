"""The systems check of ConnectWise PSA: nine small requests at most, none of which changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jackfield.checks import Account, CheckStep, Finding
from jackfield.errors import JackfieldError, error
from jackfield.records import Record
from jackfield.users import full_name
from jackfield_connectwise import _hosts, lookup, mapping, protocol
from jackfield_connectwise._verdict import KEYS_REMEDY, NO_RIGHT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from jackfield.connector import Connection
    from jackfield_connectwise import models

#: The least that a security role needs, in the words of ConnectWise's own screen: module > function: level.
MEMBERS: Final = "System > Member Maintenance: Inquire All"
CONTACTS: Final = "Companies > Contacts: Inquire All"
COMPANIES: Final = "Companies > Company Maintenance: Inquire All"

#: A number that nobody has: fictional by the numbering plan.
_NOBODYS_NUMBER: Final = "%2025550199%"
_SIGN_IN_WITH: Final = (
    "Enter as Company ID what you enter as Company when you sign in, and as Endpoint the address you sign in at."
)


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
        self._levels: dict[str, str] = {}

    async def reach(self, crm: Connection) -> Finding:
        """ConnectWise tells who knows the company, and where it is, before any key is sent."""
        settings = crm.settings
        try:
            self._company = await protocol.company_info(crm.http, settings.company_id)
        except JackfieldError as refusal:
            if refusal.code not in {"credentials_refused", "forbidden"}:  # this asks for no keys: they are not at fault
                raise _not_there(refusal, settings.company_id, settings.endpoint) from None
            return Finding(message=f"ConnectWise answers at {settings.endpoint}, but does not tell about the company.")
        if self._company is None:
            raise _unknown_company(settings.company_id, settings.endpoint)
        site = _hosts.site_of(self._company.SiteUrl)
        if site and not _hosts.same_place(f"https://{site}/", settings.endpoint):
            return _elsewhere(settings.endpoint, site)
        release = f" {self._company.VersionCode}" if self._company.VersionCode else ""
        name = self._company.CompanyName or settings.company_id
        return Finding(message=f"ConnectWise PSA{release} knows the company {name} at {settings.endpoint}")

    async def sign_in(self, crm: Connection) -> Finding:
        """Counting members checks the keys; to be told that the right is missing takes good keys as well."""
        try:
            await protocol.members_count(crm.http)
        except JackfieldError as refusal:
            if refusal.code != "forbidden" or NO_RIGHT not in (refusal.detail or "").lower():
                raise _explained(refusal) from None
        member = await protocol.me(crm.http)
        rights = await protocol.rights(crm.http)
        self._levels = {right.moduleFunctionName or "": right.inquireLevel or "" for right in rights}
        account = self._account(crm.settings.company_id, member)
        whose = f" as {account.holder}" if account.holder else ""
        message = f"Signed in{whose} to the company {account.name}."
        inactive = member is not None and member.inactiveFlag is True
        return Finding(message=message, account=account, warning="inactive_holder" if inactive else None)

    async def list_users(self, crm: Connection) -> Finding:
        try:
            total = await protocol.members_count(crm.http)
            found = await protocol.two_members(crm.http)
        except JackfieldError as refusal:
            raise _named(refusal, MEMBERS) from None
        if not found:
            raise error("incomplete_listing", "ConnectWise lists no members at all, not even the keys' own.")
        counted = f"{total} member{'' if total == 1 else 's'}"
        return self._unless_mine(MEMBERS, f"{counted}, those of programs among them, can be imported.")

    async def contacts(self, crm: Connection) -> Finding:
        try:
            await lookup.contacts_like(crm.http, _NOBODYS_NUMBER, size=1)
        except JackfieldError as refusal:
            raise _named(refusal, CONTACTS) from None
        return self._unless_mine(CONTACTS, "Callers can be looked up among the contacts.")

    async def companies(self, crm: Connection) -> Finding:
        try:
            await lookup.companies_like(crm.http, _NOBODYS_NUMBER, size=1)
        except JackfieldError as refusal:
            raise _named(refusal, COMPANIES) from None
        return self._unless_mine(COMPANIES, "Callers can be looked up among the companies, and contacts show theirs.")

    async def details_link(self, crm: Connection) -> Finding:
        link = crm.link(Record(kind="contact", id="1"))
        return Finding(message=f"Records open under the CRM Details Link, a contact for example by {link}")

    def _unless_mine(self, permission: str, message: str) -> Finding:
        """With the level My a list is shorter than it should be, and nothing else tells."""
        function = permission.partition(" > ")[2].partition(":")[0]
        if self._levels.get(function) != "My":
            return Finding(message=message)
        short = f"The API member's security role has “My” for {function}, so some records may be missing."
        return Finding(message=short, warning="forbidden", remedy=_granting(permission))

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


def _not_there(refusal: JackfieldError, company_id: str, endpoint: str) -> JackfieldError:
    """Not to be found may be the host that is no ConnectWise, or, on some servers, the company."""
    if not (refusal.detail or "").startswith("404"):
        return refusal
    message = f"There is no ConnectWise at {endpoint} or it knows no company “{company_id}”."
    return error("not_the_api", message, remedy=_SIGN_IN_WITH, detail=refusal.detail, request=refusal.request)


def _unknown_company(company_id: str, endpoint: str) -> JackfieldError:
    message = f"ConnectWise knows no company “{company_id}” at {endpoint}"
    return error("account_unknown", message, remedy=_SIGN_IN_WITH)


def _elsewhere(endpoint: str, site: str) -> Finding:
    """Between two regions of the cloud it is the wrong one; else there may be a proxy. Nothing is sent to ``site``."""
    message = f"ConnectWise says that the company's API is at {site}, not at {endpoint}"
    region = _hosts.people_host(f"https://{site}/")
    if region and _hosts.people_host(endpoint):
        remedy = f"Enter https://{region}/ as Endpoint and as CRM Details Link."
        raise error("wrong_host", message, remedy=remedy)
    return Finding(message=message, warning="unusual_host")


def _explained(refusal: JackfieldError) -> JackfieldError:
    """On the cloud, not to be found can mean what elsewhere is a refusal of the keys."""
    if not (refusal.detail or "").startswith("404"):
        return refusal
    message = "ConnectWise answers, but does not find the API for this company and these keys."
    return error("not_the_api", message, remedy=KEYS_REMEDY, detail=refusal.detail, request=refusal.request)


def _named(refusal: JackfieldError, permission: str) -> JackfieldError:
    """A missing right by its name; other failures as they are."""
    if refusal.code != "forbidden":
        return refusal
    message = f"The API member's security role lacks {permission}."
    return error("forbidden", message, remedy=_granting(permission), detail=refusal.detail, request=refusal.request)


def _granting(permission: str) -> str:
    return f"In ConnectWise, under System > Security Roles, give the API member's role {permission}."

"""The good connector that every bad one is made of by changing one thing: Acme, a CRM that nobody has.

Its API: ``GET me``; ``GET users`` in pages, the next one in the header ``Link``, the total in ``X-Total-Count``;
``GET contacts?phone=``, which finds a number as it was typed in. All are signed by the header ``X-Api-Key``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, TypeAdapter

from jackfield import Capability, Contact, CrmUser, Platform, Record, UserPage, hookimpl
from jackfield.checks import Account, CheckStep, Finding
from jackfield.errors import JackfieldError, error
from jackfield.http import Header, Limit
from jackfield.pagination import Listing, by_cursor
from jackfield.phones import spellings
from jackfield.settings import BaseUrl, ConnectionSettings, Secret, Text, WebRoot, setting
from jackfield.users import UserKind, UserState, email_or_none, full_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from jackfield import Connection
    from jackfield.http import Auth, HttpClient
    from jackfield.simulation import Simulator

PAGE_SIZE = 100
PAGES = frozenset({"contact", "user"})
LIMIT = Limit(amount=20, window=1.0)


class AcmeSettings(ConnectionSettings):
    """The settings of one connection to Acme."""

    api_key: Secret = setting("API Key", help="Acme shows it under Profile.", example="acme-3fk9-77xq-d2m8-5550")
    endpoint: BaseUrl = setting("Endpoint", help="Where the API is.", example="https://api.example.com/v1/")
    details_link: WebRoot = setting("Web", help="Where people see Acme.", example="https://crm.example.com/records/")
    team: Text | None = setting("Team", help="For yourself.", example="Sales", default=None)


class Wire(BaseModel):
    """What Acme sends: nothing but the ids is sure to be there."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


class User(Wire):
    """A user; ``type`` is ``api`` for an account of a program."""

    id: int
    first: str | None = None
    last: str | None = None
    email: str | None = None
    active: bool | None = None
    type: str | None = None
    role: str | None = None


class Organization(Wire):
    """The account."""

    id: int
    name: str | None = None


class Me(User):
    """Whose key it is."""

    account: Organization


class Person(Wire):
    """A contact."""

    id: int
    first: str | None = None
    last: str | None = None
    email: str | None = None
    company: str | None = None
    phones: list[str] | None = None


ME, USERS, PEOPLE = TypeAdapter(Me), TypeAdapter(list[User]), TypeAdapter(list[Person])


@hookimpl
def platform() -> Platform:
    """Acme."""
    every = frozenset({Capability.RECORD_LINKS, Capability.CONTACT_LOOKUP, Capability.SIMULATOR})
    told = {"instructions": "Open your profile.", "docs_url": "https://example.com/api"}
    return Platform(id="acme", title="Acme", capabilities=every, **told)


@hookimpl
def connection_schema() -> type[ConnectionSettings]:
    """Key, endpoint, web address, team."""
    return AcmeSettings


@hookimpl
def authenticate(settings: AcmeSettings) -> Auth:
    """A header of Acme's own."""
    return Header("X-Api-Key", settings.api_key.get_secret_value())


@hookimpl
def limits() -> Sequence[Limit]:
    """20 requests a second for each account."""
    return [LIMIT]


@hookimpl
def systems_check() -> Sequence[CheckStep]:
    """Reach, sign in, list users, look up contacts."""
    return steps()


def steps(**instead: CheckStep) -> Sequence[CheckStep]:
    """The steps in their order, some replaced by others."""
    check = Check()
    users = {"title": "List users", "permission": "Users: read"}
    contacts = {"title": "Look up contacts", "permission": "Contacts: read", "feature": "screen pop"}
    good = {
        "reach": CheckStep(id="reach", title="Reach Acme", run=check.reach),
        "sign_in": CheckStep(id="sign_in", title="Sign in", run=check.sign_in),
        "list_users": CheckStep(id="list_users", run=list_users, **users),
        "look_up": CheckStep(id="look_up", run=look_up, required=False, **contacts),
    }
    return tuple({**good, **instead}.values())


class Check:
    """What one check learns at its first step, for its second."""

    def __init__(self) -> None:
        self.refusal: JackfieldError | None = None
        self.me: Any = None

    async def reach(self, crm: Connection) -> Finding:
        """Any answer of the API shows that the address is right."""
        try:
            self.me = await crm.http.get("me")
        except JackfieldError as refusal:
            if refusal.code not in {"credentials_refused", "forbidden"}:
                raise
            self.refusal = refusal
        return Finding(message="Acme answers.")

    async def sign_in(self, crm: Connection) -> Finding:
        """Says whose key it is."""
        if self.refusal is not None:
            raise self.refusal
        return signed_in(self.me.read(ME))


def signed_in(me: Me) -> Finding:
    """The finding of a good key."""
    account = Account(id=str(me.account.id), name=me.account.name, holder=crm_user(me).name, role=me.role)
    warning = "inactive_holder" if me.active is False else None
    return Finding(message=f"Signed in as {account.holder}.", account=account, warning=warning)


async def list_users(crm: Connection) -> Finding:
    """Proves the right, and that what comes can be read."""
    page = await right("users", users_at(crm.http, "users?size=1"))
    if not page.items:
        raise error("incomplete_listing")
    return Finding(message="The users can be imported.")


async def look_up(crm: Connection) -> Finding:
    """Proves the right, with a number that nobody has."""
    await right("contacts", search(crm.http, "+15550100000"))
    return Finding(message="Callers can be looked up.")


async def right(what: str, request: Any) -> Any:
    """What the request gives; a missing right is named."""
    try:
        return await request
    except JackfieldError as refusal:
        if refusal.code != "forbidden":
            raise
        message = f"The key's user lacks the right “{what.capitalize()}: read”."
        raise error("forbidden", message, detail=refusal.detail, request=refusal.request) from None


@hookimpl
async def import_users(connection: Connection) -> AsyncIterator[UserPage]:
    """All users, page by page."""
    async for page in listing(connection.http):
        yield UserPage(users=tuple(map(crm_user, page.items)), total=page.total)


def listing(http: HttpClient, start: str = f"users?size={PAGE_SIZE}") -> AsyncIterator[Listing[User]]:
    """The pages as Acme sends them."""
    return by_cursor(lambda cursor: users_at(http, cursor or start), key=lambda user: user.id)


async def users_at(http: HttpClient, address: str) -> Listing[User]:
    """One page."""
    answer = await http.get(address)
    total = answer.headers.get("x-total-count", "")
    items = answer.read(USERS)
    return Listing(items=items, total=int(total) if total.isdecimal() else None, cursor=answer.links.get("next"))


def crm_user(user: User) -> CrmUser:
    """A user in Jackfield's terms."""
    email = email_or_none(user.email)
    return CrmUser(
        id=str(user.id),
        name=full_name(user.first, user.last) or email or f"User {user.id}",
        email=email,
        state={True: UserState.ACTIVE, False: UserState.INACTIVE, None: UserState.UNKNOWN}[user.active],
        kind=UserKind.SERVICE if user.type == "api" else UserKind.PERSON,
        role=user.role,
    )


@hookimpl
def record_link(settings: AcmeSettings, record: Record) -> str | None:
    """The page of a contact or a user."""
    segment = quote(record.id, safe="", errors="replace")
    known = record.kind in PAGES and segment.strip(".")
    return f"{settings.details_link}{record.kind}/{segment}" if known else None


@hookimpl
async def find_contacts(connection: Connection, number: str) -> Sequence[Contact]:
    """Spelling by spelling, until one is found."""
    for spelling in spellings(number):
        if found := await search(connection.http, spelling):
            return found
    return ()


async def search(http: HttpClient, spelling: str) -> Sequence[Contact]:
    """The contacts with a number that is spelt so."""
    answer = await http.get("contacts", params={"phone": spelling})
    return tuple(map(contact, answer.read(PEOPLE)))


def contact(person: Person) -> Contact:
    """A contact in Jackfield's terms."""
    email = email_or_none(person.email)
    return Contact(
        record=Record(kind="contact", id=str(person.id)),
        name=full_name(person.first, person.last) or email or f"Contact {person.id}",
        email=email,
        company=person.company,
        phones=tuple(person.phones or ()),
    )


@hookimpl
def simulator() -> Simulator:
    """Acme on loopback."""
    from tests.contract.bad.simulated import SIMULATOR

    return SIMULATOR

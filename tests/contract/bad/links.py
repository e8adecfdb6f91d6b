"""Bad links and lookups: L1 to L3."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from jackfield import Contact, Record
from jackfield.errors import JackfieldError
from jackfield.phones import spellings
from tests.contract.bad import good
from tests.contract.bad.plugs import bad

LINKS = {
    ("contact", "42"): "https://crm.example.com/records/contact/42",
    ("user", "7"): "https://crm.example.com/records/user/7",
}

# --- L1: links -------------------------------------------------------------------------------------------------------


def linking(link: Any) -> dict[str, Any]:
    """The hook of links to records of the kinds that Acme has a page for: ``link(root, record)``."""

    def record_link(settings: Any, record: Any) -> Any:
        return link(settings.details_link, record) if record.kind in good.PAGES else None

    return {"record_link": record_link}


@bad("L1", "a/b|a b|\\.\\./x|ü|\\?q|id=2|%2F2")
def id_not_encoded() -> dict[str, Any]:
    """An id is put into a link as it is."""
    return linking(lambda root, record: f"{root}{record.kind}/{record.id}")


@bad("L1", "a/b|\\.\\./x")
def slashes_not_encoded() -> dict[str, Any]:
    """quote() leaves slashes alone unless it is told otherwise."""
    return linking(lambda root, record: f"{root}{record.kind}/{quote(record.id)}")


@bad("L1", "a%252Fb|%25|encoded")
def encoded_twice() -> dict[str, Any]:
    """An id is encoded twice."""
    return linking(lambda root, record: f"{root}{record.kind}/{quote(quote(record.id, safe=''), safe='')}")


@bad("L1", "contact", "does not begin with|outside")
def root_of_its_own() -> dict[str, Any]:
    """Links begin with the vendor's usual address, whatever the settings say; the core refuses them, whatever is told.

    The core's refusal is a connector_failed, which the suite puts down to the clause.
    """
    return linking(lambda _, record: f"https://crm.example.com/records/{record.kind}/{quote(record.id, safe='')}")


@bad("L1", "absolute|root|outside")
def relative_link() -> dict[str, Any]:
    """A link without its host; the core refuses it where there is a root."""
    return linking(lambda _, record: f"/{record.kind}/{quote(record.id, safe='')}")


@bad("L1", "does not hold the id")
def link_without_the_id() -> dict[str, Any]:
    """Every record leads to the list of its kind."""
    return linking(lambda root, record: f"{root}{record.kind}/")


@bad("L1", "kind|user|contact", "records/contact/7", links=LINKS)
def one_page_for_all_kinds() -> dict[str, Any]:
    """A user's link leads to the contact with his id; what the vendor's facts say of links tells them apart."""
    return linking(lambda root, record: f"{root}contact/{quote(record.id, safe='')}")


@bad("L1", "holds a secret")
def key_in_the_link() -> dict[str, Any]:
    """The key goes into the link, so that people are signed in by it."""

    def record_link(settings: Any, record: Any) -> Any:
        link = good.record_link(settings, record)
        return link and f"{link}?key={settings.api_key.get_secret_value()}"

    return {"record_link": record_link}


# --- L2: kinds without a page ----------------------------------------------------------------------------------------


@bad("L2", "no-such-kind")
def guesses_for_unknown_kinds() -> dict[str, Any]:
    """Any kind gets a link."""
    return {
        "record_link": lambda settings, record: (
            f"{settings.details_link}{quote(record.kind, safe='')}/{quote(record.id, safe='')}"
        )
    }


@bad("L2", "no-such-kind")
def root_for_unknown_kinds() -> dict[str, Any]:
    """A kind without a page leads to the first page of the CRM."""
    return {"record_link": lambda settings, record: good.record_link(settings, record) or settings.details_link}


@bad("L2", "no-such-kind", "KeyError|connector_failed")
def raises_for_unknown_kinds() -> dict[str, Any]:
    """A table without an entry raises KeyError."""
    pages = {"contact": "contact", "user": "user"}
    return {
        "record_link": lambda settings, record: (
            f"{settings.details_link}{pages[record.kind]}/{quote(record.id, safe='')}"
        )
    }


@bad("L2", "''|blank|no-such-kind")
def blank_link_for_unknown_kinds() -> dict[str, Any]:
    """A blank text stands for no link."""
    return {"record_link": lambda settings, record: good.record_link(settings, record) or ""}


# --- L3: lookups -----------------------------------------------------------------------------------------------------


def finding(find: Any) -> dict[str, Any]:
    """The hook of a lookup: ``find(http, number)``."""

    async def find_contacts(connection: Any, number: str) -> Any:
        return await find(connection.http, number)

    return {"find_contacts": find_contacts}


@bad("L3", "more than once|twice")
def doubles() -> dict[str, Any]:
    """A contact that two spellings lead to is given twice.

    The core takes doubles out of what a host gets; the suite asks the hook itself.
    """

    async def find(http: Any, number: str) -> Any:
        for spelling in spellings(number):
            if found := await good.search(http, spelling):
                return (*found, *found)
        return ()

    return finding(find)


@bad("L3", "\\+", "query|encoded|sends|lead")
def plus_not_encoded() -> dict[str, Any]:
    """The number is put into the address as it is, so that the CRM reads a blank for the plus sign."""

    async def find(http: Any, number: str) -> Any:
        for spelling in spellings(number):
            answer = await http.get(f"contacts?phone={spelling}")
            if found := tuple(map(good.contact, answer.read(good.PEOPLE))):
                return found
        return ()

    return finding(find)


@bad("L3", "does not lead to")
def one_spelling() -> dict[str, Any]:
    """The number is looked for as the telephone spells it, and no other way."""
    return finding(good.search)


@bad("L3", "requests are sent", "which is found")
def does_not_stop_at_a_hit() -> dict[str, Any]:
    """All spellings are asked for, even once somebody was found."""

    async def find(http: Any, number: str) -> Any:
        every = [await good.search(http, spelling) for spelling in spellings(number)]
        return next((found for found in every if found), ())

    return finding(find)


@bad("L3", "another number|who have")
def takes_any_hit() -> dict[str, Any]:
    """Whoever is found by a part of the number is taken for the caller."""

    async def find(http: Any, number: str) -> Any:
        for spelling in (*spellings(number), "+12125550100", "2125550100"):
            if found := await good.search(http, spelling):
                return found
        return ()

    return finding(find)


@bad("L3", "anonymous", "IndexError")
def raises_without_a_digit() -> dict[str, Any]:
    """A text without a digit raises IndexError."""

    async def find(http: Any, number: str) -> Any:
        first = spellings(number)[0]
        return await good.search(http, first) or await good.find_contacts(_Crm(http), number)

    return finding(find)


class _Crm:
    def __init__(self, http: Any) -> None:
        self.http = http


@bad("L3", "fault|server_error|finds \\(\\)|error")
def trouble_is_nobody() -> dict[str, Any]:
    """A CRM in trouble is one that does not know the caller."""

    async def find(http: Any, number: str) -> Any:
        with suppress(JackfieldError):
            return await good.find_contacts(_Crm(http), number)
        return ()

    return finding(find)


@bad("L3", "does not lead to")
def first_of_several() -> dict[str, Any]:
    """Of two contacts with one number the first is given."""

    async def find(http: Any, number: str) -> Any:
        return (await good.find_contacts(_Crm(http), number))[:1]

    return finding(find)


@bad("L3", "company")
def member_of_a_contact_forgotten() -> dict[str, Any]:
    """The CRM tells the company, and the connector forgets it."""

    async def find(http: Any, number: str) -> Any:
        return tuple(replace(each, company=None) for each in await good.find_contacts(_Crm(http), number))

    return finding(find)


@bad("L3", "does not lead to")
def another_kind_of_record() -> dict[str, Any]:
    """A contact is called a lead, so that no link leads to it."""

    async def find(http: Any, number: str) -> Any:
        found = await good.find_contacts(_Crm(http), number)
        return tuple(replace(each, record=Record(kind="lead", id=each.record.id)) for each in found)

    return finding(find)


@bad("L3", "TypeError")
def lookup_that_is_no_coroutine() -> dict[str, Any]:
    """The hook gives a list, and not what gives one when it is awaited."""
    return {"find_contacts": lambda connection, number: [Contact(record=Record(kind="contact", id="1"), name="X")]}

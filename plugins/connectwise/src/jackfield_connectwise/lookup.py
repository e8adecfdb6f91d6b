"""Looking up contacts and companies by number: requests, and which of the answers are right; the client is handed in.

ConnectWise Developer Guide, chapter "Conditions"; the same requests are those of public telephony integrations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.errors import JackfieldError
from jackfield_connectwise import _conditions, _numbers, mapping, models, protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jackfield.http import HttpClient
    from jackfield.records import Contact

    Params = dict[str, int | str]


async def find(http: HttpClient, number: str) -> Sequence[Contact]:
    """Contacts, then companies, with this number: first as digits in one, then with anything between them."""
    sought = _numbers.wanted(number)
    if sought is None:
        return ()
    for pattern in sought.patterns():
        for search in (contacts_like, _companies_leniently):
            found = await search(http, pattern)
            if right := [each for each in found if any(map(sought.is_in, each.phones))]:
                return right
    return ()


async def contacts_like(http: HttpClient, pattern: str, size: int = protocol.PAGE_SIZE) -> Sequence[Contact]:
    """GET company/contacts: those with a telephone number that fits; whether of the same item, nobody knows."""
    number = _conditions.like("communicationItems/value", pattern)
    condition = _conditions.both(number, _conditions.equals("communicationItems/communicationType", "Phone"))
    params: Params = {"childConditions": condition, "pageSize": size, "fields": models.fields_of(models.Contact)}
    found = protocol.listed(await http.get("company/contacts", params=params), models.CONTACTS)
    return tuple(map(mapping.contact, found))


async def companies_like(http: HttpClient, pattern: str, size: int = protocol.PAGE_SIZE) -> Sequence[Contact]:
    """GET company/companies: those whose main number fits, less those in the recycle bin."""
    condition = _conditions.like("phoneNumber", pattern)
    params: Params = {"conditions": condition, "pageSize": size, "fields": models.fields_of(models.Company)}
    found = protocol.listed(await http.get("company/companies", params=params), models.COMPANIES)
    return tuple(mapping.company(each) for each in found if not each.deletedFlag)


async def _companies_leniently(http: HttpClient, pattern: str) -> Sequence[Contact]:
    """A role without any right to companies still finds contacts."""
    try:
        return await companies_like(http, pattern)
    except JackfieldError as refusal:
        if refusal.code == "forbidden":
            return ()
        raise

"""The contacts and companies of the simulated account: fictional, the same in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jackfield.simkit import Caller, caller, companies, moment, spaced, spelt, telephone
from jackfield_connectwise._simulator_members import written

if TYPE_CHECKING:
    from collections.abc import Mapping

CALLERS, COMPANIES = 60, 11
#: A contact after the callers, whose number begins with that of the first one.
LOOKALIKE = CALLERS
CONTACTS = CALLERS + 1
_FIRST_CONTACT, _FIRST_COMPANY = 5_550, 250
_DELETED = COMPANIES - 1
_WITHOUT_A_COMPANY, _INACTIVE, _WITHOUT_LAST_NAME = 9, 19, 5
_TYPES = {"Email": (1, "Email"), "Phone": (2, "Direct"), "Fax": (3, "Fax"), "Cell": (4, "Cell")}
_MAIN_NUMBERS_FROM = 400


def contact_id(number: int) -> int:
    """The id of the contact in that place."""
    return spaced(number, _FIRST_CONTACT)


def company_id(number: int) -> int:
    """The id of the company in that place."""
    return _FIRST_COMPANY + number


def has_company(number: int) -> bool:
    """Whether a contact belongs to a company; one in twenty does not."""
    return number % 20 != _WITHOUT_A_COMPANY


def is_active(number: int) -> bool:
    """Whether somebody still deals with the contact; one in twenty is inactive."""
    return number % 20 != _INACTIVE


def last_name(who: Caller) -> str | None:
    """A contact's last name; one in ten has none."""
    return None if who.number % 10 == _WITHOUT_LAST_NAME else who.last


def extension(number: int) -> str | None:
    """The extension that stands beside a contact's main number."""
    return str(200 + number) if number % 4 == 1 else None


def stored(number: str, knobs: Mapping[str, Any]) -> str:
    """A number of the kit's, as it is stored."""
    return number.removeprefix("+1") if knobs["phone_spelling"] == "digits" else spelt(number)


def main_number(number: int) -> str:
    """A company's number."""
    return telephone(_MAIN_NUMBERS_FROM + number)


def contact(number: int, knobs: Mapping[str, Any]) -> dict[str, Any]:
    """The contact in that place; he has a fax with the next one's telephone number, as offices do."""
    who = caller(number)
    main = f"{stored(caller(0).phone, knobs)}77" if number == LOOKALIKE else stored(who.phone, knobs)
    employer = has_company(number) and knobs["company_maintenance"] != "none"
    own = {
        "id": contact_id(number),
        "firstName": who.first,
        "lastName": last_name(who),
        "company": _company_reference(who.company.number) if employer else None,
        "site": {"id": 28, "name": "Main"} if employer else None,
        "inactiveFlag": not is_active(number),
        "title": ("Buyer", "Owner", None, "Receptionist")[number % 4],
        **dict.fromkeys(("marriedFlag", "childrenFlag", "unsubscribeFlag", "defaultBillingFlag"), False),
        "disablePortalLoginFlag": True,
        "mobileGuid": f"00000000-0000-4000-8000-{contact_id(number):012d}",
        "defaultPhoneType": "Direct",
        "defaultPhoneNbr": main,
        "defaultPhoneExtension": extension(number),
        "defaultFlag": number < COMPANIES - 1,
        "communicationItems": _items(who, main, knobs),
        "types": [],
    }
    return own | {"_info": _info(53 * number)}


def company(number: int, knobs: Mapping[str, Any]) -> dict[str, Any]:
    """The company in that place; the last one is in the recycle bin, under the name of the first."""
    deleted = number == _DELETED
    known = companies()[0 if deleted else number]
    return {
        "id": company_id(number),
        "identifier": _identifier(number),
        "name": known.name,
        "status": {"id": 1, "name": "Active"},
        "phoneNumber": None if deleted else stored(main_number(number), knobs),
        "faxNumber": "",
        "website": f"www.{known.domain}",
        "leadFlag": False,
        "unsubscribeFlag": False,
        "deletedFlag": deleted,
        "dateDeleted": written(moment(900)) if deleted else None,
        "deletedBy": "member0" if deleted else None,
        "mobileGuid": f"00000000-0000-4000-8000-{company_id(number):012d}",
        "types": [{"id": 5, "name": "Customer"}],
        "_info": _info(71 * number),
    }


def _company_reference(number: int) -> dict[str, Any]:
    return {"id": company_id(number), "identifier": _identifier(number), "name": companies()[number].name}


def _identifier(number: int) -> str:
    return "harbourlight-old" if number == _DELETED else companies()[number].domain.partition(".")[0]


def _items(who: Caller, main: str, knobs: Mapping[str, Any]) -> list[dict[str, Any]]:
    fax = caller(who.number + 1).phone if who.number % 10 == 0 and who.number != LOOKALIKE else None
    mobile = who.mobile if who.number != LOOKALIKE else None
    items = [
        _item(who.number, 1, "Phone", main) | {"extension": extension(who.number)},
        _item(who.number, 2, "Cell", stored(mobile, knobs)) if mobile else None,
        _item(who.number, 3, "Fax", stored(fax, knobs)) if fax else None,
        _item(who.number, 4, "Email", who.email) | {"domain": f"@{who.email.partition('@')[2]}"},
    ]
    return [{name: value for name, value in item.items() if value is not None} for item in items if item]


def _item(number: int, place: int, kind: str, value: str) -> dict[str, Any]:
    identity, name = _TYPES[kind]
    return {
        "id": 10 * contact_id(number) + place,
        "contactId": contact_id(number),
        "type": {"id": identity, "name": name},
        "value": value,
        "defaultFlag": kind != "Cell",
        "communicationType": "Phone" if kind == "Cell" else kind,
    }


def _info(number: int) -> dict[str, str]:
    return {
        "lastUpdated": written(moment(number + 900)),
        "updatedBy": "member0",
        "dateEntered": written(moment(number)),
    }

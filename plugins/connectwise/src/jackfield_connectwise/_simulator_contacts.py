"""The contacts and companies of the simulated account: fictional, the same in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jackfield.simkit import Caller, caller, companies, moment, spaced, telephone
from jackfield_connectwise._simulator_members import stored, written

if TYPE_CHECKING:
    from collections.abc import Mapping

CALLERS, COMPANIES = 60, 11
#: A contact after the callers, whose number begins with that of the first one.
LOOKALIKE = CALLERS
#: The contacts after that: each one's number as it is dialled, and as it was typed in. The first one's last seven
#: digits are nobody else's; the others live abroad, which from America is reached by 011.
OTHERS = {
    LOOKALIKE + 1: ("555-0177", "(212) 555-0177"),
    LOOKALIKE + 2: ("+441632960123", "+44 (0)1632 960123"),
    LOOKALIKE + 3: ("+441632960124", "0044 1632 960124"),
    LOOKALIKE + 4: ("+441632960125", "011 44 1632-960125 ext. 7"),
    LOOKALIKE + 5: ("+441632960126", "01632 960126"),
}
CONTACTS = LOOKALIKE + 1 + len(OTHERS)
_FIRST_CONTACT, _FIRST_COMPANY = 5_550, 250
_DELETED = COMPANIES - 1
_NAMELESS, _ID_ALONE = 9, 8
_WITHOUT_A_COMPANY, _INACTIVE, _WITHOUT_LAST_NAME, _WITHOUT_EMAIL = 9, 19, 5, 8
_WITHOUT_A_DEFAULT, _MOBILE_BY_DEFAULT, _WITH_AN_OLDER_ADDRESS, _WITH_A_MARK = 2, 3, 4, 3
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


def has_email(number: int) -> bool:
    """Whether a contact has an e-mail address; one in thirteen has none, nor has one of those without a name."""
    return number % 13 != _WITHOUT_EMAIL


def default_place(who: Caller) -> str | None:
    """Which of the contact's numbers is the default one: the direct one, the mobile one, or none is said to be."""
    if who.number % 8 == _WITHOUT_A_DEFAULT:
        return None
    return "Cell" if mobile(who) and who.number % 6 == _MOBILE_BY_DEFAULT else "Direct"


def mobile(who: Caller) -> str | None:
    """A caller's mobile number; those after the callers have none."""
    return who.mobile if who.number < CALLERS else None


def numbers(who: Caller, knobs: Mapping[str, Any]) -> tuple[str, ...]:
    """A contact's telephone numbers as they are stored, the default one first."""
    own = [main(who, knobs), *(stored(number, knobs) for number in [mobile(who)] if number)]
    return tuple(reversed(own) if default_place(who) == "Cell" else own)


def main(who: Caller, knobs: Mapping[str, Any]) -> str:
    """A contact's direct number as it is stored."""
    if who.number == LOOKALIKE:
        return f"{stored(caller(0).phone, knobs)}77"
    if who.number in OTHERS:
        typed = OTHERS[who.number][1]
        return "".join(filter(str.isdigit, typed)) if knobs["phone_spelling"] == "digits" else typed
    return stored(who.phone, knobs)


def main_number(number: int) -> str:
    """A company's number."""
    return telephone(_MAIN_NUMBERS_FROM + number)


def company_name(number: int) -> str | None:
    """A company's name; one of the ten is known by its identifier alone, and one by its id."""
    return None if number in {_NAMELESS, _ID_ALONE} else companies()[number].name


def shown_name(number: int) -> str:
    """What a company is called, whatever is known of it."""
    return company_name(number) or _identifier(number) or f"Company {company_id(number)}"


def contact(number: int, knobs: Mapping[str, Any]) -> dict[str, Any]:
    """The contact in that place; he has a fax with the next one's telephone number, as offices do."""
    who = caller(number)
    default = default_place(who)
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
        "defaultPhoneType": default,
        "defaultPhoneNbr": numbers(who, knobs)[0] if default else None,
        "defaultPhoneExtension": extension(number) if default == "Direct" else None,
        "defaultFlag": number < COMPANIES - 1,
        "communicationItems": _items(who, knobs),
        "types": [],
    }
    return own | {"_info": _info(53 * number)}


def company(number: int, knobs: Mapping[str, Any]) -> dict[str, Any]:
    """The company in that place; the last one is in the recycle bin, with the name and the number of the first."""
    deleted = number == _DELETED
    known = companies()[0 if deleted else number]
    return {
        "id": company_id(number),
        "identifier": _identifier(number),
        "name": company_name(known.number),
        "status": {"id": 1, "name": "Active"},
        "phoneNumber": stored(main_number(known.number), knobs),
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
    told = {"id": company_id(number), "identifier": _identifier(number), "name": company_name(number)}
    return {name: value for name, value in told.items() if value is not None}


def _identifier(number: int) -> str | None:
    if number == _DELETED:
        return "harbourlight-old"
    return None if number == _ID_ALONE else companies()[number].domain.partition(".")[0]


def _items(who: Caller, knobs: Mapping[str, Any]) -> list[dict[str, Any]]:
    number, default = who.number, default_place(who)
    fax = caller(number + 1).phone if number % 10 == 0 and number < CALLERS else None
    cell = mobile(who)
    items = [
        _item(number, 1, "Phone", main(who, knobs), default=default == "Direct") | {"extension": extension(number)},
        _item(number, 2, "Cell", stored(cell, knobs), default=default == "Cell") if cell else None,
        _item(number, 3, "Fax", stored(fax, knobs)) if fax else None,
        *(_emails(who) if has_email(number) else ()),
    ]
    return [{name: value for name, value in item.items() if value is not None} for item in items if item]


def _emails(who: Caller) -> list[dict[str, Any]]:
    """One in seven has an older address before the default one; one in seven pasted his with an invisible mark."""
    domain = {"domain": f"@{who.email.partition('@')[2]}"}
    older = [_item(who.number, 5, "Email", f"old{who.number}@example.com", default=False) | domain]
    mark = "\u200e" if who.number % 7 == _WITH_A_MARK else ""
    own = _item(who.number, 4, "Email", f"{mark}{who.email}") | domain
    return [*(older if who.number % 7 == _WITH_AN_OLDER_ADDRESS else ()), own]


def _item(number: int, place: int, kind: str, value: str, *, default: bool = True) -> dict[str, Any]:
    identity, name = _TYPES[kind]
    return {
        "id": 10 * contact_id(number) + place,
        "contactId": contact_id(number),
        "type": {"id": identity, "name": name},
        "value": value,
        "defaultFlag": default,
        "communicationType": "Phone" if kind == "Cell" else kind,
    }


def _info(number: int) -> dict[str, str]:
    return {
        "lastUpdated": written(moment(number + 900)),
        "updatedBy": "member0",
        "dateEntered": written(moment(number)),
    }

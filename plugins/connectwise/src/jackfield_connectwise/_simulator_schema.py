"""What ConnectWise's records are made of: the names that answers have, and that conditions and orders may use.

Names and types: the vendor's OpenAPI document of 2026.4, which lists more than a reader of users ever meets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Field:
    """One member of a record: ``kind`` is numeric, string, boolean, datetime, reference or array; an enum is a string.

    ``parts`` are the members of a reference, or those of an array's items.
    """

    kind: str
    choices: tuple[str, ...] = ()
    parts: Mapping[str, Field] = field(default_factory=dict)


Schema = dict[str, Field]


def _all(kind: str, names: str) -> Schema:
    return dict.fromkeys(names.split(), Field(kind))


def _enum(*choices: str) -> Field:
    return Field("string", choices)


_REFERENCE = Field("reference", (), _all("numeric", "id") | _all("string", "name"))
_KNOWN_BY = Field("reference", (), _all("numeric", "id") | _all("string", "identifier name"))
_INFO = {
    "_info": Field("reference", (), _all("datetime", "lastUpdated dateEntered") | _all("string", "updatedBy enteredBy"))
}
#: Names that conditions know as well.
ALIASES = {"lastUpdated": "_info/lastUpdated"}


def _references(names: str) -> Schema:
    return dict.fromkeys(names.split(), _REFERENCE)


_PLACES = _enum("Office", "Mobile", "Home")
_ITEM = (
    _all("numeric", "id contactId")
    | {"type": _REFERENCE, "communicationType": _enum("Phone", "Fax", "Email")}
    | _all("string", "value extension domain")
    | _all("boolean", "defaultFlag")
)

MEMBER: Schema = (
    _all("numeric", "id")
    | _all("string", "identifier")
    | _all("boolean", "disableOnlineFlag")
    | {"licenseClass": _enum("A", "C", "F", "X")}
    | _all("string", "notes employeeIdentifer vendorNumber")
    | _all("boolean", "enableMobileGpsFlag inactiveFlag")
    | _all("datetime", "inactiveDate hireDate")
    | _all("string", "lastLogin firstName middleInitial lastName")
    | _references("country photo")
    | _all("string", "officeEmail mobileEmail homeEmail primaryEmail")
    | {"defaultEmail": _PLACES, "defaultPhone": _PLACES}
    | _all("string", "officePhone officeExtension mobilePhone mobileExtension homePhone homeExtension")
    | _references("securityRole office365")
    | _all("string", "mapiName signature title timeSheetStartDate")
    | _all("boolean", "calendarSyncIntegrationFlag enableLdapAuthenticationFlag useBrowserLanguageFlag")
    | _references("type timeZone structureLevel securityLocation defaultLocation defaultDepartment workRole workType")
    | _all("boolean", "enableMobileFlag partnerPortalFlag toastNotificationFlag adminFlag")
    | {"reportsTo": _KNOWN_BY, "timeApprover": _KNOWN_BY, "expenseApprover": _KNOWN_BY}
    | _all("boolean", "restrictLocationFlag restrictDepartmentFlag includeInUtilizationReportingFlag")
    | _all("numeric", "billableForecast dailyCapacity hourlyCost hourlyRate daysTolerance minimumHours")
    | _references("serviceDefaultLocation serviceDefaultDepartment serviceDefaultBoard serviceLocation calendar")
    | _INFO
)
#: What the less privileged reading of members shows of one.
MEMBER_INFO: Schema = {
    name: kind
    for name, kind in (MEMBER | _all("string", "fullName")).items()
    if name
    in {
        *("id", "identifier", "firstName", "middleInitial", "lastName", "fullName"),
        *("defaultEmail", "photo", "licenseClass", "inactiveFlag", "_info"),
    }
}
CONTACT: Schema = (
    _all("numeric", "id")
    | _all("string", "firstName lastName")
    | {"company": _KNOWN_BY}
    | _references("site country relationship department managerContact")
    | _all("string", "addressLine1 addressLine2 city state zip")
    | _all("boolean", "inactiveFlag")
    | _all("string", "title school nickName")
    | _all("boolean", "marriedFlag childrenFlag disablePortalLoginFlag unsubscribeFlag")
    | _all("string", "mobileGuid defaultPhoneType defaultPhoneNbr defaultPhoneExtension")
    | _all("boolean", "defaultBillingFlag defaultFlag")
    | {"communicationItems": Field("array", (), _ITEM), "types": Field("array", (), _REFERENCE.parts)}
    | _references("companyLocation photo")
    | _INFO
)
COMMUNICATION: Schema = _ITEM
COMPANY: Schema = (
    _all("numeric", "id")
    | _all("string", "identifier name")
    | _references("status country defaultContact site")
    | _all("string", "addressLine1 addressLine2 city state zip phoneNumber faxNumber website accountNumber")
    | _all("boolean", "leadFlag unsubscribeFlag deletedFlag")
    | _all("datetime", "dateAcquired dateDeleted")
    | _all("string", "deletedBy mobileGuid")
    | {"types": Field("array", (), _REFERENCE.parts)}
    | _INFO
)
SECURITY: Schema = (
    _all("numeric", "id sortOrder")
    | _all("string", "addLevel editLevel deleteLevel inquireLevel moduleFunctionName moduleFunctionDescription")
    | _all("boolean", "myAllFlag reportFlag restrictFlag customFlag")
    | _all("string", "moduleFunctionIdentifier moduleDescription moduleIdentifier moduleName")
    | {"member": _KNOWN_BY}
    | _INFO
)


def found(schema: Schema, path: str) -> Field | None:
    """The field that a path such as ``company/identifier`` leads to; None where there is none."""
    name, _, rest = path.partition("/")
    this = schema.get(name)
    if this is None or not rest:
        return this
    return found(dict(this.parts), rest)

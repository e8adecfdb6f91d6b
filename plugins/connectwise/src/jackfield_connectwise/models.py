# ruff: noqa: N815 - spelt as the vendor spells
"""Wire models of API 3.0, spelt as ConnectWise spells; what the connector does not read is left out.

The vendor's OpenAPI document marks hardly any member as required. Recorded answers show two shapes: empty members as
null (to about 2018), and left out (by 2020); so all but ids may be null or missing.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Wire(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


class CompanyInfo(_Wire):
    """What the sign-in page tells of a company, without credentials; ``SiteUrl`` is a host without a scheme."""

    Codebase: str
    CompanyName: str | None = None
    VersionCode: str | None = None
    SiteUrl: str | None = None


class Reference(_Wire):
    """Another record, by its name."""

    name: str | None = None


class Info(_Wire):
    """``_info``: when the record was made and changed last; it comes only where it is asked for by name."""

    dateEntered: str | None = None
    lastUpdated: str | None = None


class Member(_Wire):
    """A member; ``defaultEmail`` and ``defaultPhone`` are no values but name one: Office, Mobile or Home.

    ``licenseClass``: F full, C StreamlineIT, X subcontractor, A API.
    """

    id: int
    identifier: str | None = None
    firstName: str | None = None
    lastName: str | None = None
    licenseClass: str | None = None
    inactiveFlag: bool | None = None
    primaryEmail: str | None = None
    defaultEmail: str | None = None
    officeEmail: str | None = None
    mobileEmail: str | None = None
    homeEmail: str | None = None
    defaultPhone: str | None = None
    officePhone: str | None = None
    officeExtension: str | None = None
    mobilePhone: str | None = None
    mobileExtension: str | None = None
    homePhone: str | None = None
    homeExtension: str | None = None
    timeZone: Reference | None = None
    securityRole: Reference | None = None
    info: Info | None = Field(default=None, alias="_info")


class Right(_Wire):
    """One line of the caller's own security role; ``inquireLevel`` is None, My or All, as text."""

    moduleFunctionName: str | None = None
    inquireLevel: str | None = None


class Communication(_Wire):
    """One way to reach a contact; ``communicationType`` is Phone, Fax or Email."""

    value: str | None = None
    extension: str | None = None
    defaultFlag: bool | None = None
    communicationType: str | None = None


class Contact(_Wire):
    """A contact; its company stays blank where the role may not see companies."""

    id: int
    firstName: str | None = None
    lastName: str | None = None
    company: Reference | None = None
    defaultPhoneNbr: str | None = None
    communicationItems: list[Communication] | None = None


class Company(_Wire):
    """A company; one in the recycle bin (``deletedFlag``) is still given."""

    id: int
    identifier: str | None = None
    name: str | None = None
    phoneNumber: str | None = None
    deletedFlag: bool | None = None


class Count(_Wire):
    """How many records a list has."""

    count: int = Field(ge=0)


def fields_of(model: type[BaseModel]) -> str:
    """The members of a model as the query parameter ``fields`` names them."""
    return ",".join(field.alias or name for name, field in model.model_fields.items())


COMPANY_INFO = TypeAdapter(CompanyInfo | None)
COUNT = TypeAdapter(Count)
MEMBER = TypeAdapter(Member)
MEMBERS = TypeAdapter(list[Member])
RIGHTS = TypeAdapter(list[Right])
CONTACTS = TypeAdapter(list[Contact])
COMPANIES = TypeAdapter(list[Company])

"""Wire models of API v3.1, spelt as Insightly spells; what the connector does not read is left out.

Members and their nullability: the vendor's Swagger of v2.2 and recorded answers of v1 and v2.1, with what production
clients of v3.1 declare. Only the ids are never null. Read by msgspec, as an account may have a hundred thousand users.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.json import Decoder


class User(Struct, frozen=True, gc=False):
    """A user of the account; an id is never that of the user's own contact record (CONTACT_ID)."""

    USER_ID: int
    CONTACT_ID: int | None = None
    FIRST_NAME: str | None = None
    LAST_NAME: str | None = None
    TIMEZONE_ID: str | None = None
    EMAIL_ADDRESS: str | None = None
    ADMINISTRATOR: bool | None = None
    ACCOUNT_OWNER: bool | None = None
    ACTIVE: bool | None = None
    DATE_CREATED_UTC: str | None = None
    DATE_UPDATED_UTC: str | None = None
    INSTANCE_ID: int | None = None


class Instance(Struct, frozen=True, gc=False):
    """The account itself."""

    INSTANCE_NAME: str | None = None
    PLAN_NAME: str | None = None


class Contact(Struct, frozen=True, gc=False):
    """A contact; its numbers are flat members in v3.x."""

    CONTACT_ID: int
    FIRST_NAME: str | None = None
    LAST_NAME: str | None = None
    EMAIL_ADDRESS: str | None = None
    PHONE: str | None = None
    PHONE_MOBILE: str | None = None
    PHONE_HOME: str | None = None
    PHONE_OTHER: str | None = None


class Lead(Struct, frozen=True, gc=False):
    """A lead; e-mail and mobile number are named otherwise than a contact's."""

    LEAD_ID: int
    FIRST_NAME: str | None = None
    LAST_NAME: str | None = None
    EMAIL: str | None = None
    ORGANISATION_NAME: str | None = None
    PHONE: str | None = None
    MOBILE: str | None = None


USER = Decoder(User)
USERS = Decoder(list[User])
INSTANCE = Decoder(Instance)
CONTACTS = Decoder(list[Contact])
LEADS = Decoder(list[Lead])

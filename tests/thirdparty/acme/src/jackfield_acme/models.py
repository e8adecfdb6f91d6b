"""The answers of Acme CRM, spelt as it spells, as far as they are read."""

from pydantic import BaseModel, ConfigDict, TypeAdapter


class _Wire(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


class User(_Wire):
    """A user of the account."""

    id: int
    full_name: str | None = None
    email: str | None = None
    status: str | None = None
    type: str | None = None
    role: str | None = None


class Me(User):
    """The user whose key it is, with the account."""

    workspace_id: int
    workspace: str | None = None


class Contact(_Wire):
    """A customer."""

    id: int
    name: str | None = None
    email: str | None = None
    company: str | None = None
    phone: str | None = None
    mobile: str | None = None


class Users(_Wire):
    """A page of users."""

    people: list[User]
    total: int | None = None


class Contacts(_Wire):
    """What a search finds."""

    contacts: list[Contact]


ME = TypeAdapter(Me)
USERS = TypeAdapter(Users)
CONTACTS = TypeAdapter(Contacts)

"""The smallest Singer tap that lists the users: its ``--test`` is what a systems check is to others."""

from __future__ import annotations

from typing import Any, ClassVar

from singer_sdk import RESTStream, Tap
from singer_sdk.authenticators import BasicAuthenticator
from singer_sdk.pagination import BaseOffsetPaginator
from singer_sdk.typing import BooleanType, IntegerType, PropertiesList, Property, StringType

PAGE = 500
_TEXTS = ("FIRST_NAME", "LAST_NAME", "TIMEZONE_ID", "EMAIL_ADDRESS", "DATE_CREATED_UTC", "DATE_UPDATED_UTC")
_TRUTHS = ("ADMINISTRATOR", "ACCOUNT_OWNER", "ACTIVE")


class Users(RESTStream):  # type: ignore[misc]
    """All users, by offset."""

    name = "users"
    path = "/v3.1/Users"
    primary_keys: ClassVar = ["USER_ID"]
    schema = PropertiesList(
        Property("USER_ID", IntegerType, required=True),
        *(Property(name, StringType) for name in _TEXTS),
        *(Property(name, BooleanType) for name in _TRUTHS),
    ).to_dict()

    @property
    def url_base(self) -> str:
        """Where the CRM answers."""
        return str(self.config["url"])

    @property
    def authenticator(self) -> Any:
        """The key as the name, no password."""
        return BasicAuthenticator(username=self.config["key"], password="")

    def get_new_paginator(self) -> Any:
        """Page after page."""
        return BaseOffsetPaginator(start_value=0, page_size=PAGE)

    def get_url_params(self, context: Any, next_page_token: Any) -> dict[str, Any]:
        """A page's place."""
        del context
        return {"top": PAGE, "skip": next_page_token or 0}


class UsersTap(Tap):  # type: ignore[misc]
    """One stream."""

    name = "tap-users"
    config_jsonschema = PropertiesList(
        Property("key", StringType, required=True, secret=True), Property("url", StringType, required=True)
    ).to_dict()

    def discover_streams(self) -> list[Any]:
        """The users."""
        return [Users(self)]


if __name__ == "__main__":
    UsersTap.cli()

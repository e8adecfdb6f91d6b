"""Bad validation: V1 to V4."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import field_validator, model_validator
from pydantic_core import PydanticCustomError

from jackfield.errors import Problem
from jackfield.settings import Secret, Text, repaired_url, setting
from tests.contract.bad import good
from tests.contract.bad.plugs import bad, form

if TYPE_CHECKING:
    from collections.abc import Mapping

# --- V1: blank fields ------------------------------------------------------------------------------------------------


@bad("V1", "endpoint", "accepted")
def blank_accepted() -> dict[str, Any]:
    """A blank endpoint becomes the vendor's usual one, though the form says that it is needed."""

    class Settings(good.AcmeSettings):
        @classmethod
        def complete(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
            return {"endpoint": "https://api.example.com/v1/", **given}

    return form(Settings)


@bad("V1", "api_key", "field")
def blank_refused_at_no_field() -> dict[str, Any]:
    """A blank key is refused by the whole form, at no field."""

    class Settings(good.AcmeSettings):
        @model_validator(mode="before")
        @classmethod
        def _whole(cls, given: Any) -> Any:
            if "api_key" not in given:
                raise PydanticCustomError("required", "fill in the form")
            return given

    return form(Settings)


@bad("V1", "endpoint|details_link", "field|problems")
def blank_refused_at_another_field() -> dict[str, Any]:
    """A blank web address is refused at the endpoint."""

    class Settings(good.AcmeSettings):
        details_link: good.WebRoot | None = setting("Web", help="h", example="https://crm.example.com/records/")

        @classmethod
        def complete(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
            return given if "details_link" in given else {**given, "details_link": None, "endpoint": "?"}

    return form(Settings)


@bad("V1", "team", "optional|refused")
def optional_field_refused() -> dict[str, Any]:
    """A field that the form calls optional must be filled in all the same."""

    def validate_connection(settings: Any) -> Any:
        problem = Problem(field="team", code="required", message="Which team?", remedy="Fill it in.")
        return [] if settings.team else [problem]

    return {"validate_connection": validate_connection}


@bad("V1", "connector_failed|KeyError")
def blank_raises() -> dict[str, Any]:
    """What fills in the form stumbles over a field that was left blank."""

    class Settings(good.AcmeSettings):
        @classmethod
        def complete(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
            return {**given, "endpoint": given["endpoint"].lower()}

    return form(Settings)


@bad("V1", "api_key", "authenticate|AttributeError|connector_failed")
def key_may_be_missing() -> dict[str, Any]:
    """The form does not require the key, and what signs the requests stumbles over one that is missing."""

    class Settings(good.AcmeSettings):
        api_key: Secret | None = setting(
            "API Key", help="Under Profile.", example="acme-3fk9-77xq-d2m8-5550", default=None
        )

    return form(Settings)


# --- V2: repair ------------------------------------------------------------------------------------------------------


@bad("V2", "endpoint", "scheme|slash")
def strict_endpoint() -> dict[str, Any]:
    """An endpoint without its scheme or its slash is refused."""

    class Settings(good.AcmeSettings):
        @field_validator("endpoint", mode="before")
        @classmethod
        def _strict(cls, value: Any) -> Any:
            if not (str(value).strip().startswith("https://") and str(value).strip().endswith("/")):
                raise PydanticCustomError("invalid_url", "the whole address")
            return value

    return form(Settings)


@bad("V2", "api_key", "blanks")
def strict_key() -> dict[str, Any]:
    """A key with the blank that was copied with it is refused."""

    class Settings(good.AcmeSettings):
        @field_validator("api_key", mode="before")
        @classmethod
        def _strict(cls, value: Any) -> Any:
            if isinstance(value, str) and value != value.strip():
                raise PydanticCustomError("invalid_value", "a blank")
            return value

    return form(Settings)


@bad("V2", "api_key", "blanks")
def key_keeps_its_blanks() -> dict[str, Any]:
    """A key is taken with the blanks that were copied with it."""

    class Settings(good.AcmeSettings):
        @field_validator("api_key", mode="plain")
        @classmethod
        def _as_it_is(cls, value: Any) -> Any:
            from pydantic import SecretStr

            return SecretStr(str(getattr(value, "get_secret_value", lambda: value)()))

    return form(Settings)


@bad("V2", "details_link", "slash")
def slash_is_not_added() -> dict[str, Any]:
    """A missing slash stays missing."""

    class Settings(good.AcmeSettings):
        @field_validator("details_link", mode="plain")
        @classmethod
        def _own(cls, value: Any) -> Any:
            return repaired_url(value) if str(value).strip().endswith("/") else repaired_url(value)[:-1]

    return form(Settings)


# --- V3: dangerous addresses -----------------------------------------------------------------------------------------


@bad("V3", "http://crm.example.com/", "accepted")
def plain_http_accepted() -> dict[str, Any]:
    """An address without encryption is taken."""

    class Settings(good.AcmeSettings):
        @field_validator("endpoint", mode="plain")
        @classmethod
        def _own(cls, value: Any) -> Any:
            text = str(value).strip()
            secure = repaired_url(text.replace("http://", "https://", 1))
            return secure.replace("https://", "http://", 1) if text.startswith("http://") else secure

    return form(Settings)


@bad("V3", "http://crm.example.com/", "accepted")
def plain_http_made_secure() -> dict[str, Any]:
    """An address without encryption is taken for one with it, without a word to the admin."""

    class Settings(good.AcmeSettings):
        @field_validator("endpoint", mode="before")
        @classmethod
        def _secure(cls, value: Any) -> Any:
            return str(value).replace("http://", "https://", 1)

    return form(Settings)


@bad("V3", "user:", "accepted")
def credentials_in_address_accepted() -> dict[str, Any]:
    """A user name in an address is cut off rather than refused."""

    class Settings(good.AcmeSettings):
        @field_validator("details_link", mode="before")
        @classmethod
        def _cut(cls, value: Any) -> Any:
            parts = urlsplit(str(value).strip())
            return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    return form(Settings)


@bad("V3", "javascript:|ftp://|file:", "accepted")
def any_scheme_accepted() -> dict[str, Any]:
    """The web address may be of any scheme."""

    class Settings(good.AcmeSettings):
        @field_validator("details_link", mode="plain")
        @classmethod
        def _own(cls, value: Any) -> Any:
            try:
                return repaired_url(value)
            except PydanticCustomError as refused:
                if refused.type == "unsupported_scheme":
                    return str(value)
                raise

    return form(Settings)


@bad("V3", "control|character|\\\\x00|unprintable")
def control_characters_dropped() -> dict[str, Any]:
    """Characters that nobody sees are dropped without a word."""

    class Settings(good.AcmeSettings):
        @field_validator("endpoint", "details_link", mode="before")
        @classmethod
        def _printable(cls, value: Any) -> Any:
            return "".join(character for character in str(value) if character.isprintable())

    return form(Settings)


@bad("V3", "no_such_field|unknown", "accepted|field")
def unknown_settings_ignored() -> dict[str, Any]:
    """A setting that nobody knows is ignored, so that a slip of the pen goes unseen."""

    class Settings(good.AcmeSettings):
        model_config = {"extra": "ignore"}

    return form(Settings)


@bad("V3", "team", "with")
def unprintable_text_accepted() -> dict[str, Any]:
    """A text is taken as it is, zero bytes included."""

    class Settings(good.AcmeSettings):
        team: Text = setting("Team", help="For yourself.", example="Sales", default="none")

        @field_validator("team", mode="plain")
        @classmethod
        def _own(cls, value: Any) -> Any:
            return str(value).strip()

    return form(Settings)


# --- V4: network -----------------------------------------------------------------------------------------------------


@bad("V4", "look-up|looks? up|name", "api.example.com")
def looks_the_host_up() -> dict[str, Any]:
    """The host is looked up while the form is read, and whether it is found is nobody's business."""

    def validate_connection(settings: Any) -> Any:
        with suppress(OSError):
            socket.getaddrinfo(urlsplit(settings.endpoint).hostname, 443)
        return []

    return {"validate_connection": validate_connection}


@bad("V4", "connection")
def connects_in_a_validator() -> dict[str, Any]:
    """A validator of a field tries the address, but only one given as a number, so that no name is looked up."""

    class Settings(good.AcmeSettings):
        @field_validator("endpoint")
        @classmethod
        def _try(cls, value: str) -> str:
            with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
                sock.settimeout(0.2)
                sock.connect(("127.0.0.1", 9))
            return value

    return form(Settings)


@bad("V4", "connection|look-up|name")
def asks_in_a_thread() -> dict[str, Any]:
    """A thread asks, so that the form does not wait for it."""

    def validate_connection(settings: Any) -> Any:
        from threading import Thread

        def ask() -> None:
            with suppress(OSError):
                socket.create_connection((urlsplit(settings.endpoint).hostname, 443), timeout=0.2)

        thread = Thread(target=ask)
        thread.start()
        thread.join()
        return []

    return {"validate_connection": validate_connection}


@bad("V4", "connection|look-up|name")
def asks_for_a_link() -> dict[str, Any]:
    """The host of a link is looked up before the link is given."""

    def record_link(settings: Any, record: Any) -> Any:
        with suppress(OSError):
            socket.gethostbyname(urlsplit(settings.details_link).hostname or "")
        return good.record_link(settings, record)

    return {"record_link": record_link}


@bad("V1", "api_key", "accepted|refused")
def blank_key_becomes_a_word() -> dict[str, Any]:
    """A blank key stands for "none", though the form says that a key is needed."""

    class Settings(good.AcmeSettings):
        api_key: Secret = setting("API Key", help="Under Profile.", example="acme-3fk9-77xq-d2m8-5550")

        @classmethod
        def complete(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
            return {**given, "api_key": given.get("api_key", "none-given")}

    return form(Settings)

"""Bad declarations: D1 to D5."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - the type of a field
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_serializer, field_validator
from pydantic_core import PydanticCustomError

from jackfield import Capability, Platform
from jackfield.errors import Problem
from jackfield.http import Header
from jackfield.settings import Text, repaired_url, setting
from tests.contract.bad import good
from tests.contract.bad.plugs import bad, form

# --- D1: import ------------------------------------------------------------------------------------------------------


@bad("D1", "thread")
def starts_a_thread() -> str:
    """A cleaner is started as soon as the module is imported."""
    return "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"


@bad("D1", "opens a connection")
def asks_at_import() -> str:
    """The vendor is asked for its API's version as soon as the module is imported."""
    return (
        "import contextlib, socket\n"
        "with contextlib.suppress(OSError):\n"
        "    socket.create_connection(('127.0.0.1', 9), timeout=0.2)"
    )


@bad("D1", "logging")
def sets_up_logging() -> str:
    """Logging is set up for everybody."""
    return "import logging; logging.basicConfig(level=logging.DEBUG)"


@bad("D1", r"takes \d+\.\d s")
def slow_to_import() -> str:
    """A table is worked out at import."""
    return "import time; time.sleep(0.7)"


@bad("D1", "does not load", "ValueError")
def raises_at_import() -> str:
    """Import fails."""
    return "raise ValueError('no configuration')"


@bad("D1", "does not load", "calls itself other")
def another_id() -> str:
    """The platform calls itself otherwise than its entry point."""
    return "@hookimpl\ndef platform():\n    return replace(good.platform(), id='other')"


@bad("D1", "changes the environment")
def writes_environment_at_import() -> str:
    """A proxy is switched off for the whole process."""
    return "import os; os.environ['ACME_PROXY'] = 'none'"


@bad("D1", "ACME_DEBUG", "environment")
def reads_environment_at_import() -> str:
    """A switch is read from the environment at import."""
    return "import os; DEBUG = os.environ.get('ACME_DEBUG', '')"


@bad("D1", "warnings")
def hushes_warnings_at_import() -> str:
    """Warnings are switched off for the whole process."""
    return "import warnings; warnings.simplefilter('ignore')"


@bad("D1", "print|output")
def prints_at_import() -> str:
    """A greeting is printed."""
    return "print('Acme connector')"


@bad("D1", "process")
def starts_a_process() -> str:
    """The version is asked from git."""
    return "import subprocess; subprocess.run(['true'], check=False)"


@bad("D1", "instructions")
def no_instructions() -> dict[str, Any]:
    """Nobody is told where the values are found."""
    told = {"id": "acme", "title": "Acme", "docs_url": "https://example.com/"}
    return {"platform": lambda: Platform(instructions=" ", capabilities=good.platform().capabilities, **told)}


@bad("D1", "docs_url")
def no_docs() -> dict[str, Any]:
    """The vendor's page about its API is not named."""
    from dataclasses import replace

    return {"platform": lambda: replace(good.platform(), docs_url="see the wiki")}


@bad("D1", "does not load", "API 2")
def for_another_api() -> str:
    """It was written for hooks that this core does not have."""
    return "@hookimpl\ndef platform():\n    return replace(good.platform(), id='for-another-api', hook_api=2)"


# --- D2: the form ----------------------------------------------------------------------------------------------------


@bad("D2", "api_key", "secret")
def secret_as_text() -> dict[str, Any]:
    """The key is typed as text."""

    class Settings(good.AcmeSettings):
        api_key: Text = setting("API Key", help="Under Profile.", example="acme-3fk9-77xq-d2m8-5550")

    return form(Settings) | {"authenticate": lambda settings: Header("X-Api-Key", settings.api_key)}


@bad("D2", "sign", "secret|authenticate")
def secret_by_another_name() -> dict[str, Any]:
    """The key is typed as text, and its name does not tell that it is one: only what signs the requests does."""

    class Settings(good.AcmeSettings):
        sign: Text = setting("Sign", help="Under Profile.", example="sign-8gt2-41vb-k7p3-5550")

    return form(Settings) | {"authenticate": lambda settings: Header("X-Api-Key", settings.sign)}


@bad("D2", "team", "help")
def unexplained_field() -> dict[str, Any]:
    """A field has no help."""

    class Settings(good.AcmeSettings):
        team: Text | None = setting("Team", help="", example="Sales", default=None)

    return form(Settings)


@bad("D2", "team", "help")
def help_of_blanks() -> dict[str, Any]:
    """A field's help is a blank."""

    class Settings(good.AcmeSettings):
        team: Text | None = setting("Team", help=" ", example="Sales", default=None)

    return form(Settings)


@bad("D2", "team", "title")
def untitled_field() -> dict[str, Any]:
    """A field has no title."""

    class Settings(good.AcmeSettings):
        team: Text | None = setting("", help="For yourself.", example="Sales", default=None)

    return form(Settings)


@bad("D2", "team", "title|help|example")
def bare_field() -> dict[str, Any]:
    """A field is declared as pydantic does it, not by setting()."""

    class Settings(good.AcmeSettings):
        team: str = "none"

    return form(Settings)


@bad("D2", "team", "example")
def field_without_example() -> dict[str, Any]:
    """A field has title and help, but no example."""

    class Settings(good.AcmeSettings):
        team: Text | None = Field(None, title="Team", description="For yourself.")

    return form(Settings)


@bad("D2", "team", "example")
def example_that_is_refused() -> dict[str, Any]:
    """The example of a field is none that the field takes."""

    class Settings(good.AcmeSettings):
        team: Text | None = setting("Team", help="For yourself.", example="", default=None)

        @field_validator("team", mode="before")
        @classmethod
        def _three_letters(cls, value: Any) -> Any:
            if isinstance(value, str) and len(value) != 3:
                raise PydanticCustomError("invalid_value", "three letters")
            return value

    Settings.model_fields["team"].examples = ["Sales"]
    return form(Settings)


@bad("D2", "schema", "team|JSON")
def no_json_schema() -> dict[str, Any]:
    """A field is of a type that JSON Schema does not know."""

    class Settings(good.AcmeSettings):
        team: Callable[[], str] | None = setting("Team", help="For yourself.", example=None, default=None)

    return form(Settings)


@bad("D2", "details_link", "address|url|URL")
def address_as_text() -> dict[str, Any]:
    """The web address is typed as text, so that nobody looks at what is entered."""

    class Settings(good.AcmeSettings):
        details_link: Text = setting("Web", help="Where people see Acme.", example="https://crm.example.com/records/")

    return form(Settings)


# --- D3: secrets in texts --------------------------------------------------------------------------------------------


@bad("D3", r"repr\(\)|str\(\)")
def repr_shows_the_key() -> dict[str, Any]:
    """A helpful repr."""

    class Settings(good.AcmeSettings):
        def __repr__(self) -> str:
            return f"Settings({self.api_key.get_secret_value()} at {self.endpoint})"

    return form(Settings)


@bad("D3", r"str\(\)")
def str_shows_half_the_key() -> dict[str, Any]:
    """The first half of the key is shown, so that people know it again."""

    class Settings(good.AcmeSettings):
        def __str__(self) -> str:
            return f"Acme {self.api_key.get_secret_value()[:14]}…"

    return form(Settings)


@bad("D3", "model_dump")
def dump_shows_the_key() -> dict[str, Any]:
    """A serializer gives the key in the clear, for somebody's convenience."""

    class Settings(good.AcmeSettings):
        @field_serializer("api_key")
        def _plain(self, value: Any) -> str:
            return str(value.get_secret_value())

    return form(Settings)


@bad("D3", "api_key|settings", "secret")
def problem_shows_half_the_key() -> dict[str, Any]:
    """A warning repeats the beginning of the key; the core takes out whole secrets only."""

    def validate_connection(settings: Any) -> Any:
        message = f"The key {settings.api_key.get_secret_value()[:14]}… looks odd."
        return [Problem(field="api_key", code="unusual_host", message=message, remedy="Look again.", warning=True)]

    return {"validate_connection": validate_connection}


@bad("D3", "repr", "shows a secret")
def key_kept_beside() -> dict[str, Any]:
    """The key is kept a second time in a field of its own making that is no secret."""

    class Settings(good.AcmeSettings):
        team: Text | None = setting("Team", help="For yourself.", example="Sales", default=None)

        def model_post_init(self, _: Any) -> None:
            object.__setattr__(self, "team", f"key {self.api_key.get_secret_value()}")

    return form(Settings)


# --- D4: repair ------------------------------------------------------------------------------------------------------


@bad("D4", "endpoint")
def adds_a_slash_each_time() -> dict[str, Any]:
    """A slash is added, be there one or not."""

    class Settings(good.AcmeSettings):
        @field_validator("endpoint", mode="plain")
        @classmethod
        def _slash(cls, value: Any) -> str:
            return f"{str(value).strip()}/"

    return form(Settings)


@bad("D4", "endpoint")
def adds_the_version_each_time() -> dict[str, Any]:
    """The API's version is put behind the address each time, unless it is the example's very own."""

    class Settings(good.AcmeSettings):
        @field_validator("endpoint")
        @classmethod
        def _version(cls, value: str) -> str:
            return value if value == "https://api.example.com/v1/" else f"{value}v1/"

    return form(Settings)


@bad("D4", "team")
def prefixes_each_time() -> dict[str, Any]:
    """A word is put before a text each time."""

    class Settings(good.AcmeSettings):
        team: Annotated[Text, BeforeValidator(lambda value: f"team {value}")] = setting(
            "Team", help="For yourself.", example="Sales"
        )

    return form(Settings)


@bad("D4", "refused")
def refuses_what_it_made() -> dict[str, Any]:
    """What it gives is none of what it takes: it adds the path that it refuses to be given."""

    class Settings(good.AcmeSettings):
        @field_validator("endpoint", mode="plain")
        @classmethod
        def _whole(cls, value: Any) -> str:
            url = repaired_url(value)
            if url.endswith("/api/v1/"):
                raise PydanticCustomError("invalid_url", "without its path")
            return url if url.endswith("/v1/") else f"{url}api/v1/"

    return form(Settings)


# --- D5: capabilities ------------------------------------------------------------------------------------------------


@bad("D5", "contact_lookup", "find_contacts")
def lookup_without_hook() -> dict[str, Any]:
    """The lookup is declared, but there is none."""
    return {"find_contacts": None}


@bad("D5", "record_links", "record_link")
def links_without_hook() -> dict[str, Any]:
    """Links are declared, but there are none."""
    return {"record_link": None}


def _declaring(*capabilities: Capability) -> dict[str, Any]:
    from dataclasses import replace

    return {"platform": lambda: replace(good.platform(), capabilities=frozenset(capabilities))}


@bad("D5", "find_contacts", "not declared")
def hook_without_lookup() -> dict[str, Any]:
    """The lookup is there, but is not declared."""
    return _declaring(Capability.RECORD_LINKS, Capability.SIMULATOR)


@bad("D5", "record_link", "not declared")
def hook_without_links() -> dict[str, Any]:
    """Links are there, but are not declared."""
    return _declaring(Capability.CONTACT_LOOKUP, Capability.SIMULATOR)


@bad("D5", "simulator", "not declared")
def hook_without_simulator() -> dict[str, Any]:
    """The simulator is there, but is not declared."""
    return _declaring(Capability.RECORD_LINKS, Capability.CONTACT_LOOKUP)


@bad("D5", "telepathy")
def unknown_capability() -> dict[str, Any]:
    """A capability is declared that nobody has heard of."""
    from dataclasses import replace

    every: Any = frozenset({*good.platform().capabilities, "telepathy"})
    return {"platform": lambda: replace(good.platform(), capabilities=every)}

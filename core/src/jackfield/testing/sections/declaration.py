"""D: what a connector declares."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from jackfield.discovery import GROUP, discover
from jackfield.errors import JackfieldError
from jackfield.hookspecs import REQUIRED
from jackfield.platform import HOOK_API, Capability
from jackfield.testing import _importing
from jackfield.testing._credentials import Credentials, secret_fields, shown_in
from jackfield.testing._facts import ContractFacts
from jackfield.testing._forms import example_of, fields_of_kind, pasted_forms, url_fields
from jackfield.testing._running import texts_of, tried
from jackfield.testing._saying import broken, keep_secret, require, skipped, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield.connector import Connector

CAPABILITY_HOOKS: Final = {
    Capability.RECORD_LINKS: "record_link",
    Capability.CONTACT_LOOKUP: "find_contacts",
    Capability.SIMULATOR: "simulator",
}
#: What a field is called that can hold nothing but a secret.
_SECRET_WORDS = re.compile(r"\b(pass(word|phrase)|secret|token|(api|private|access) ?key)\b", re.IGNORECASE)
_CHEAP = 0.5


class Declaration(ContractFacts):
    """The clauses D1 to D5."""

    def test_d1_entry_point_is_the_platform(self) -> None:
        """D1: the entry point's name is the platform's id, it loads, and its distribution tells a version."""
        installed = discover()
        if self.platform not in installed and self.brings_its_connector():
            skipped("D1", "the test brings the connector itself; it is not installed")
        require(self.platform in installed, "D1", f"no entry point {self.platform!r} in the group {GROUP}")
        found = tried(installed.__getitem__, self.platform)
        if isinstance(found, JackfieldError):
            broken("D1", f"the connector does not load: {found.message}")
        require(found.version, "D1", "the distribution of the entry point tells no version")

    def test_d1_platform_says_what_it_is(self, connector: Connector) -> None:
        """D1: the description names the platform as it is installed, and says where its values are found."""
        platform = connector.platform
        require(platform.id == self.platform, "D1", f"platform() says id={platform.id!r}, not {self.platform!r}")
        require(platform.hook_api == HOOK_API, "D1", f"it was written for hook API {platform.hook_api}")
        look = "platform()"
        for name in ("title", "instructions", "docs_url"):
            require(getattr(platform, name).strip(), "D1", f"platform() has no {name}", look=look)
        require(
            re.match(r"https://[^/\s]+", platform.docs_url),
            "D1",
            f"docs_url is {platform.docs_url!r}, which is no https address",
            look=look,
        )

    def test_d1_import_is_cheap_and_changes_nothing(self, connector: Connector) -> None:
        """D1: importing the connector opens no socket, starts no thread, sets up no logging, and takes no time."""
        module = _importing.module_of(connector)
        if module is None:
            skipped("D1", "the connector is no module that can be imported by its name")
        told = _importing.imported(module)
        require(not told.effects, "D1", f"importing {module} {some(told.effects)}")
        if told.seconds > _CHEAP:
            told = _importing.imported(module)  # a busy machine is slow by itself, but hardly twice
        require(told.seconds <= _CHEAP, "D1", f"importing {module} takes {told.seconds:.1f} s", promised=f"{_CHEAP} s")

    def test_d2_every_field_is_explained(self, connector: Connector) -> None:
        """D2: every field has a title, a help text and an example."""
        schema = connector.schema()
        for name, spec in schema["properties"].items():
            for part, what in (("title", "title"), ("description", "help"), ("examples", "example")):
                told = spec.get(part)
                require(told.strip() if isinstance(told, str) else told, "D2", f"the field {name} has no {what}")
        for spec in schema.get("x-jackfield", {}).get("deployment", ()):
            for part in ("title", "help"):
                require(spec.get(part), "D2", f"the deployment field {spec['name']} has no {part}")

    def test_d2_secrets_are_secret_types(self, connector: Connector) -> None:
        """D2: a field that is called a key, a password, a token or a secret is write-only."""
        for name, spec in connector.schema()["properties"].items():
            secret = spec["x-jackfield"]["kind"] == "secret"
            called = _SECRET_WORDS.search(f"{name.replace('_', ' ')} / {spec.get('title', '')}")
            require(
                secret or not called, "D2", f"the field {name} ({spec.get('title')}) is called a secret, but is none"
            )
            require(bool(spec.get("writeOnly")) == secret, "D2", f"the field {name} is secret or write-only, not both")

    def test_d2_what_signs_is_secret(self, connector: Connector) -> None:
        """D2: requests are signed with what the form holds as a secret."""
        example = Credentials.of(connector, example_of(connector))
        secrets = [example.values[name] for name in secret_fields(connector) if example.values.get(name)]
        signing = "\n".join(example.auth.secrets())
        signed = not signing or any(secret in signing for secret in secrets)
        plain = [name for name, value in connector.dump(example.settings).items() if value and value in signing]
        require(signed, "D2", f"requests are signed with {some(plain) or 'something'}, which is not of the type Secret")

    def test_d2_addresses_are_of_their_type(self, connector: Connector) -> None:
        """D2: a field that holds an address is of a type that repairs and refuses addresses."""
        example = example_of(connector)
        for name in fields_of_kind(connector, "text"):
            address = re.match(r"https?://", str(example.get(name, "")))
            look = "the settings class: BaseUrl or WebRoot for addresses"
            require(not address, "D2", f"the field {name} holds an address, but is typed as Text", look=look)

    def test_d2_schema_is_a_json_schema(self, connector: Connector) -> None:
        """D2: the class gives a JSON Schema of an object whose every property has a type."""
        schema = connector.schema()
        require(schema.get("type") == "object", "D2", f"the schema is of type {schema.get('type')!r}")
        require(json.loads(json.dumps(schema)) == schema, "D2", "the schema cannot be written down as JSON")
        for name, spec in schema["properties"].items():
            typed = {"type", "enum", "const", "anyOf", "allOf", "$ref"} & spec.keys()
            require(typed, "D2", f"the property {name} has no type")
        unknown = set(schema.get("required", ())) - set(schema["properties"])
        require(not unknown, "D2", f"the schema requires {some(sorted(unknown))}, which it does not have")

    def test_d2_example_parses(self, connector: Connector) -> None:
        """D2: the settings made of the fields' examples are good settings."""
        try:
            example = connector.settings_class.example()
        except ValidationError as invalid:
            fields = sorted({str(details["loc"][0]) for details in invalid.errors() if details["loc"]})
            broken("D2", f"the examples of {some(fields)} are refused by the settings class itself")
        parsed = tried(connector.parse, example_of(connector))
        if isinstance(parsed, JackfieldError):
            broken("D2", f"parsing the example fails: {parsed.message}")
        require(parsed.settings == example, "D2", "parsing the example gives other settings than the example")

    def test_d3_settings_show_no_secret(self, connector: Connector) -> None:
        """D3: neither printing settings nor writing them down for a log or a store shows a secret."""
        other = Credentials.of(connector, example_of(connector)).other()
        secrets = [other.values[name] for name in secret_fields(connector) if other.values.get(name)]
        keep_secret(secrets)
        for how, text in _printed(connector, other.settings):
            require(not shown_in(text, secrets), "D3", f"{how} shows a secret")

    def test_d3_refusals_show_no_secret(self, connector: Connector) -> None:
        """D3: no refusal of settings, and no warning about them, shows a secret, be it the one that is refused."""
        other = Credentials.of(connector, example_of(connector)).other()
        names = [name for name in secret_fields(connector) if other.values.get(name)]
        secrets = [other.values[name] for name in names]
        keep_secret(secrets)
        for how, values in _spoiled(connector, dict(other.values), names):
            found = tried(connector.parse, values)
            texts = texts_of(found) if isinstance(found, JackfieldError) else [repr(found)]
            require(not any(shown_in(text, secrets) for text in texts), "D3", f"the answer to {how} shows a secret")

    def test_d4_repair_is_idempotent(self, connector: Connector) -> None:
        """D4: parsing what parsing gave changes nothing, and repairs nothing."""
        example = example_of(connector)
        forms = [("the example", example)]
        forms += [
            (f"{name} {form!r}", {**example, name: form}) for name, form in pasted_forms(connector, self.repairable)
        ]
        for form, values in forms:
            once = tried(connector.parse, values)
            if isinstance(once, JackfieldError):
                continue  # whether a form is repaired or refused is V2's and V3's matter
            stored = connector.dump(once.settings, secrets=True)
            again = tried(connector.parse, stored)
            if isinstance(again, JackfieldError):
                broken("D4", f"what {form} became is refused when it is parsed again: {again.message}")
            changed = [
                field
                for field, value in stored.items()
                if connector.dump(again.settings, secrets=True).get(field) != value
            ]
            require(not changed, "D4", f"{form} became other settings when parsed again: {some(changed)}")
            require(not again.repaired, "D4", f"{some(again.repaired)} of {form} was repaired a second time")

    def test_d5_capabilities_have_their_hooks(self, connector: Connector) -> None:
        """D5: every declared capability has its hook, and every such hook its capability."""
        declared = set(connector.platform.capabilities)
        unknown = sorted(map(str, declared - set(CAPABILITY_HOOKS)))
        require(not unknown, "D5", f"{some(unknown)} is declared, a capability that hook API {HOOK_API} does not know")
        for capability, hook in CAPABILITY_HOOKS.items():
            there = connector.implements(hook)
            require(
                there or capability not in declared, "D5", f"{capability} is declared, but there is no hook {hook}()"
            )
            require(
                capability in declared or not there, "D5", f"there is a hook {hook}(), but {capability} is not declared"
            )
        missing = sorted(hook for hook in REQUIRED if not connector.implements(hook))
        require(not missing, "D5", f"the hook {some(missing)} is missing")


def _printed(connector: Connector, settings: Any) -> Iterator[tuple[str, str]]:
    yield "repr()", repr(settings)
    yield "str()", str(settings)
    yield "model_dump()", repr(settings.model_dump())
    yield "model_dump_json()", settings.model_dump_json()
    yield "dump()", repr(connector.dump(settings))
    yield "the JSON Schema", json.dumps(connector.schema())
    yield "a field of the log", f"{vars(settings)}"


def _spoiled(connector: Connector, values: dict[str, str], secrets: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    yield "good settings", values
    yield "an unknown field", {**values, "no_such_field": "1"}
    for name in values:
        yield f"a blank {name}", {**values, name: ""}
    for name in url_fields(connector):
        for form in ("not an address", "ftp://crm.example.com/"):
            yield f"{name} = {form!r}", {**values, name: form}
    for name in secrets:
        yield f"an unprintable character in {name}", {**values, name: f"{values[name]}\x07"}
        yield f"a line break in {name}", {**values, name: f"{values[name][:-1]}\n{values[name][-1:]}"}
        for field in url_fields(connector):
            yield f"{name} pasted into {field}", {**values, field: values[name]}

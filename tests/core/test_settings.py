"""Settings: declared once, then parsed, repaired, dumped and described, never showing a secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError, field_validator

from jackfield.errors import SettingsError
from jackfield.settings import (
    BaseUrl,
    ConnectionSettings,
    Repair,
    Secret,
    Text,
    base_url_of,
    dump,
    json_schema,
    parse,
    refuse,
    secrets_of,
    setting,
    web_root_of,
)
from tests.core.acme import GIVEN, KEY, AcmeSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jackfield.errors import Problem

LONGER_KEY = f"{KEY}-and-more"


class OptionalSettings(ConnectionSettings):
    """Settings that may all be left out, in the way in which a type checker wants it said."""

    token: Secret | None = setting("Token", help="h", example="0000-5550", default=None)
    endpoint: BaseUrl | None = setting("Endpoint", help="h", example="https://example.com/", default=None)
    bare: SecretStr | None = setting("Bare", help="h", example="0000-5550", default=None)


class TalkativeSettings(ConnectionSettings):
    """Settings whose validators tell what they were given."""

    key: Secret = setting("Key", help="h", example="0000-5550")
    other: Secret = setting("Other", help="h", example="0000-5551")
    note: Text = setting("Note", help="h", example="n", default="none")

    @field_validator("key", mode="before")
    @classmethod
    def _refuse_key(cls, value: object) -> object:
        refuse("invalid_value", f"Key {value} is bad.", f"Do not enter {value} again.")

    @field_validator("other", mode="after")
    @classmethod
    def _refuse_other(cls, value: SecretStr) -> SecretStr:
        raise ValueError(f"{value.get_secret_value()} is bad")


def problems(cls: type[ConnectionSettings], values: Mapping[str, Any]) -> dict[str | None, Problem]:
    """What is wrong with these values, by field."""
    with pytest.raises(SettingsError) as refused:
        parse(cls, values)
    assert refused.value.code == "invalid_settings"
    return {problem.field: problem for problem in refused.value.problems}


@pytest.mark.parametrize("blank", [None, "", "   ", "\n\t", "\u00a0", "\u200b", "\ufeff \u2060", SecretStr(" ")])
@pytest.mark.parametrize("field", ["api_key", "endpoint"])
def test_required_field_left_blank_is_refused(field: str, blank: object) -> None:
    """V1: whatever looks blank is blank, and the problem is on that field."""
    found = problems(AcmeSettings, {**GIVEN, field: blank})
    assert [(field, "required")] == [(name, problem.code) for name, problem in found.items()]


@pytest.mark.parametrize("blank", [None, "", "  ", "\u200b"])
@pytest.mark.parametrize("field", ["web", "region", "note"])
def test_optional_field_left_blank_has_its_default(field: str, blank: str | None) -> None:
    """A blank is no value: the default stands, and nothing counts as repaired."""
    parsed = parse(AcmeSettings, {**GIVEN, field: blank})
    assert AcmeSettings.model_fields[field].default == getattr(parsed.settings, field)
    assert parsed.repaired == {}


def test_all_problems_come_at_once() -> None:
    """Every problem is told in one go, each on its field, each with a sentence and a remedy."""
    found = problems(
        AcmeSettings,
        {"endpoint": "http://api.example.com", "region": "mars", "note": "a\x00b", "colour": "red", "web": 5},
    )
    expected = {
        "api_key": "required",
        "endpoint": "insecure_url",
        "region": "invalid_choice",
        "note": "control_characters",
        "colour": "unknown_field",
        "web": "invalid_value",
    }
    assert expected == {field: problem.code for field, problem in found.items()}
    assert all(problem.message.endswith(".") and problem.remedy for problem in found.values())


def test_summary_names_the_fields_by_their_labels() -> None:
    """The error's own message says the label of each field."""
    with pytest.raises(SettingsError, match=r"^Endpoint: .+ API Key: .+|^API Key: .+ Endpoint: .+"):
        parse(AcmeSettings, {})


@pytest.mark.parametrize("mask", ["***", "*", "********", "••••••••", "●●●", "xxxx", "XXXXXXXX", "...", " **** "])
def test_placeholder_is_no_secret(mask: str) -> None:
    """A masked placeholder is neither stored nor sent."""
    assert problems(AcmeSettings, {**GIVEN, "api_key": mask})["api_key"].code == "placeholder"


@pytest.mark.parametrize("secret", ["x", "axxx", "*a*", "0", "a*****"])
def test_secret_is_not_taken_for_a_placeholder(secret: str) -> None:
    """A secret that merely holds such characters is one."""
    assert secrets_of(parse(AcmeSettings, {**GIVEN, "api_key": secret}).settings) == (secret,)


@pytest.mark.parametrize("key", [f" {KEY}\n", f"\ufeff{KEY}\u200b", f"\u00a0{KEY}", SecretStr(KEY)])
def test_secret_is_taken_without_blanks_around_it(key: object) -> None:
    """V2: what a paste brings along does not become a part of the key."""
    assert secrets_of(parse(AcmeSettings, {**GIVEN, "api_key": key}).settings) == (KEY,)


def test_too_long_value_is_refused() -> None:
    """A whole document pasted into a field is refused."""
    assert problems(AcmeSettings, {**GIVEN, "api_key": "k" * 2049})["api_key"].code == "too_long"


def test_repair_is_told_with_what_was_entered() -> None:
    """A repaired value is shown beside the one that was entered; others are not mentioned."""
    parsed = parse(AcmeSettings, {**GIVEN, "endpoint": "api.example.com", "web": "https://crm.example.com/"})
    assert parsed.repaired == {"endpoint": Repair(before="api.example.com", after="https://api.example.com/")}


def test_field_that_another_tells_counts_as_repaired() -> None:
    """What complete() fills in is told, with nothing before it."""

    class Completing(AcmeSettings):
        @classmethod
        def complete(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
            return {**given, "web": "crm.example.com"}

    assert parse(Completing, GIVEN).repaired == {"web": Repair(before=None, after="https://crm.example.com/")}


def test_completing_cannot_change_what_was_entered() -> None:
    """A connector that writes into what it is shown hides no repair."""

    class Scribbling(AcmeSettings):
        @classmethod
        def complete(cls, given: Any) -> Mapping[str, Any]:
            given["endpoint"] = "https://other.example.com/"
            return given  # type: ignore[no-any-return]

    repair = parse(Scribbling, GIVEN).repaired["endpoint"]
    assert repair == Repair(before="https://api.example.com/", after="https://other.example.com/")


@given(
    st.fixed_dictionaries(
        {"api_key": st.text(min_size=1), "endpoint": st.sampled_from(["a.example.com/b", "https://example.com"])},
        optional={
            "note": st.text(),
            "web": st.text() | st.just("example.com?x"),
            "region": st.sampled_from(["eu", ""]),
        },
    )
)
def test_parsing_the_dump_gives_the_same_settings(values: dict[str, str]) -> None:
    """D4: whatever was accepted is accepted again from storage, unchanged and without repair."""
    try:
        first = parse(AcmeSettings, values).settings
    except SettingsError:
        return
    second = parse(AcmeSettings, dump(first, secrets=True))
    assert first == second.settings
    assert second.repaired == {}


@given(st.dictionaries(st.text(max_size=5), st.none() | st.text() | st.integers() | st.lists(st.text())))
def test_no_values_bring_parsing_down(values: dict[str, Any]) -> None:
    """Whatever is entered, parsing answers with a SettingsError that pins each problem to a field."""
    assert {"api_key", "endpoint"} <= set(problems(AcmeSettings, values))


def test_dump_leaves_secrets_out_unless_asked() -> None:
    """Plain values for storage have the secret only on demand, and no field that has no value."""
    settings = parse(AcmeSettings, GIVEN).settings
    expected = {"endpoint": "https://api.example.com/", "region": "eu", "note": "none"}
    assert expected == dump(settings)
    assert {**expected, "api_key": KEY} == dump(settings, secrets=True)


@pytest.mark.parametrize("show", [repr, str, lambda it: str(it.model_dump()), lambda it: it.model_dump_json()])
def test_secret_shows_nowhere(show: Any) -> None:
    """D3: settings are safe to print, to log and to put into JSON."""
    assert KEY not in show(parse(AcmeSettings, GIVEN).settings)
    assert KEY not in show(AcmeSettings(api_key=KEY, endpoint="https://api.example.com/"))


def test_secret_shows_in_no_schema() -> None:
    """D3: the JSON Schema of settings with a secret by default does not tell it."""

    class WithDefault(ConnectionSettings):
        token: Secret = setting("Token", help="h", example="0000-5550", default=SecretStr(KEY))

    assert KEY not in json.dumps(json_schema(WithDefault))


def texts_of(values: dict[str, Any]) -> str:
    """All that is said about these values, which the talkative settings refuse."""
    with pytest.raises(SettingsError) as refused:
        parse(TalkativeSettings, values)
    failure = refused.value
    return repr([str(failure), failure.as_dict(), [problem.as_dict() for problem in failure.problems]])


@pytest.mark.parametrize("wrap", [str, SecretStr, lambda key: f" {key} ", lambda key: f"\ufeff{key}"])
def test_secret_shows_in_no_problem(wrap: Any) -> None:
    """D3: not even where a validator tells the value that it refuses."""
    told = texts_of({"key": wrap(LONGER_KEY), "other": wrap(KEY)})
    assert "***" in told
    assert [secret for secret in (KEY, "and-more") if secret in told] == []


def test_one_secret_inside_another_is_taken_out_whole() -> None:
    """The longer secret is taken out first, so that no half of it is left."""
    assert "and-more" not in texts_of({"key": LONGER_KEY, "other": KEY})


def test_secret_in_a_repaired_address_is_not_told() -> None:
    """A key that was pasted inside the address is taken out of the repair that is shown."""
    parsed = parse(AcmeSettings, {**GIVEN, "endpoint": f"https://api.example.com/?key={KEY}"})
    assert parsed.repaired["endpoint"].before == "https://api.example.com/?key=***"


def test_pydantics_own_error_hides_the_input() -> None:
    """A connector that validates by itself and logs the error tells no secret."""
    with pytest.raises(ValidationError) as refused:
        AcmeSettings.model_validate({"api_key": [KEY], "endpoint": KEY})
    assert KEY not in str(refused.value)


def test_settings_cannot_be_changed() -> None:
    """Settings are frozen once they are made."""
    settings = parse(AcmeSettings, GIVEN).settings
    with pytest.raises(ValidationError):
        settings.note = "other"  # type: ignore[attr-defined]


def test_optional_secret_is_a_secret() -> None:
    """A secret that may be left out is told by secrets_of, left out of dumps, and never shown as repaired."""
    parsed = parse(OptionalSettings, {"token": KEY, "bare": LONGER_KEY})
    assert secrets_of(parsed.settings) == (KEY, LONGER_KEY)
    assert (dump(parsed.settings), parsed.repaired) == ({}, {})
    assert dump(parsed.settings, secrets=True) == {"token": KEY, "bare": LONGER_KEY}


def test_optional_fields_may_all_be_left_out() -> None:
    """Settings without values have neither secrets nor addresses."""
    settings = parse(OptionalSettings, {}).settings
    assert (secrets_of(settings), base_url_of(settings), web_root_of(settings), dump(settings)) == ((), None, None, {})


def test_problem_of_an_optional_field_comes_once() -> None:
    """A field that may be left out has one problem, like any other."""
    with pytest.raises(SettingsError) as refused:
        parse(OptionalSettings, {"token": "***", "endpoint": "ftp://example.com"})
    expected = [("token", "placeholder"), ("endpoint", "unsupported_scheme")]
    assert expected == [(problem.field, problem.code) for problem in refused.value.problems]


def test_addresses_are_found_by_their_purpose() -> None:
    """The address for requests and the one for people are told apart by their types."""
    settings = parse(AcmeSettings, {**GIVEN, "web": "crm.example.com"}).settings
    assert base_url_of(settings) == "https://api.example.com/"
    assert web_root_of(settings) == "https://crm.example.com/"


@pytest.mark.parametrize(
    ("cls", "expected"),
    [
        (AcmeSettings, ["secret", "base_url", "web_root", "choice", "text"]),
        (OptionalSettings, ["secret", "base_url", "secret"]),
    ],
)
def test_schema_says_each_fields_purpose(cls: type[ConnectionSettings], expected: list[str]) -> None:
    """D2: each property has its kind under x-jackfield, a title, a help, an example and one type."""
    properties = json_schema(cls)["properties"].values()
    assert expected == [spec["x-jackfield"]["kind"] for spec in properties]
    assert all({"title", "description", "examples", "type"} <= set(spec) for spec in properties)
    assert [kind == "secret" for kind in expected] == [spec.get("writeOnly", False) for spec in properties]


def test_schema_says_what_is_required_and_offered() -> None:
    """D2: the schema names its dialect, the required fields, the choices and the defaults, and is plain JSON."""
    schema = json_schema(AcmeSettings)
    assert schema == json.loads(json.dumps(schema))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["api_key", "endpoint"]
    assert schema["additionalProperties"] is False
    region = schema["properties"]["region"]
    assert (region["enum"], region["default"]) == (["eu", "us"], "eu")
    assert "default" not in schema["properties"]["web"]


def test_examples_are_settings() -> None:
    """D2: the declared examples make settings that parse."""
    example = AcmeSettings.example()
    assert example == parse(AcmeSettings, dump(example, secrets=True)).settings


def test_choice_of_one_value_keeps_its_type() -> None:
    """A choice that is given as declared is kept as it is."""

    class Choosing(ConnectionSettings):
        depth: Literal["shallow", "deep"] = setting("Depth", help="h", example="deep")

    assert parse(Choosing, {"depth": "deep"}).settings.model_dump() == {"depth": "deep"}

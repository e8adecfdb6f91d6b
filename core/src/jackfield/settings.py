"""What a connection is told: declared once, then used for the form, the JSON Schema, parsing and redaction.

A connector subclasses :class:`ConnectionSettings`; each field has a type of this module and a :func:`setting`::

    class AcmeSettings(ConnectionSettings):
        api_key: Secret = setting("API Key", help="Acme shows it under Profile > API.", example="0000-1111")
        endpoint: BaseUrl = setting("Endpoint", help="...", example="https://api.acme.example/")

Parsing repairs what can be repaired and reports all that cannot at once, each problem with its field, a code of the
catalogue, a sentence and a remedy. It touches no network, and no text of it shows a secret.

A field with ``deployment=True`` belongs to the product that Jackfield is part of, not to an organization's account (an
application id that the vendor gives to integrators): it is on no form, and the deployment fills it in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Self, cast, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from jackfield._deployment import (
    MARK,
    deployment_fields,
    deployment_from_environment,
    deployment_variable,
    described_fields,
    for_the_operator,
)
from jackfield._urls import plain_text, refuse, repaired_url, trimmed
from jackfield.errors import CATALOGUE, JackfieldError, Problem, error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic.fields import FieldInfo

__all__ = [
    "BaseUrl",
    "ConnectionSettings",
    "Parsed",
    "Repair",
    "Secret",
    "Text",
    "WebRoot",
    "base_url_of",
    "deployment_fields",
    "deployment_from_environment",
    "deployment_variable",
    "dump",
    "json_schema",
    "parse",
    "refuse",
    "repaired_url",
    "reread",
    "secrets_of",
    "setting",
    "web_root_of",
]

_NOTHING: Mapping[str, str] = MappingProxyType({})
_MASK = re.compile(r"^[*•●·∙⚫.…xX]{3,}$|^\*+$")


@dataclass(frozen=True, slots=True)
class _FieldKind:
    """Marks a type of this module, so that the form and the core know a field's purpose."""

    name: str


def _secret(value: object) -> str:
    text = plain_text(_plain(value))
    if _MASK.match(text):
        refuse("placeholder")
    return text


#: A secret: write-only in every form, absent from every dump, log and message.
Secret = Annotated[SecretStr, BeforeValidator(_secret), _FieldKind("secret")]
#: The address that requests go to; a settings class has at most one.
BaseUrl = Annotated[str, BeforeValidator(repaired_url), _FieldKind("base_url")]
#: The address under which the CRM shows records to people; a settings class has at most one.
WebRoot = Annotated[str, BeforeValidator(repaired_url), _FieldKind("web_root")]
#: One line of text.
Text = Annotated[str, BeforeValidator(plain_text), _FieldKind("text")]


def setting(
    title: str,
    *,
    help: str,  # noqa: A002 - the word the form uses
    example: str,
    default: Any = ...,
    deployment: bool = False,
) -> Any:
    """Declare a field: its label, the help under it and a fictional example; without a default it is required.

    With ``deployment`` it is filled in by the deployment, and is on no form.
    """
    extra: Any = MARK if deployment else None
    return Field(default, title=title, description=help, examples=[example], json_schema_extra=extra)


class ConnectionSettings(BaseModel):
    """The settings of one connection; immutable, and safe to print."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def complete(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Called with what was entered, blank fields left out, before it is read: fill in what one field tells."""
        return given

    @classmethod
    def example(cls) -> Self:
        """The settings made of every field's example, for previews and tests."""
        return cls.model_validate(
            {name: field.examples[0] for name, field in cls.model_fields.items() if field.examples}
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Repair:
    """A value that was not taken as it was entered: ``before`` (None where the field was blank) became ``after``."""

    before: str | None
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """Settings that can be used, what was repaired in them (by field, never a secret), and what to warn about."""

    settings: ConnectionSettings
    repaired: Mapping[str, Repair]
    warnings: tuple[Problem, ...] = ()


def parse(
    cls: type[ConnectionSettings],
    values: Mapping[str, Any],
    *,
    deployment: Mapping[str, str] = _NOTHING,
    variables: Mapping[str, str] = _NOTHING,
) -> Parsed:
    """Read settings as they were entered; raises SettingsError with every problem by field.

    A deployment field is taken from ``values`` where it is given there, else from ``deployment``. Where one is missing,
    the problem is ``deployment_setting_missing``, and its remedy names the one of ``variables`` that would hold it;
    where nothing else is wrong, that is the code of the error, too.
    """
    settings, entered, hide = _read(cls, values, deployment, variables)
    return Parsed(settings=settings, repaired=_repairs(entered, settings, hide))


def reread(
    cls: type[ConnectionSettings],
    values: Mapping[str, Any],
    *,
    deployment: Mapping[str, str] = _NOTHING,
    variables: Mapping[str, str] = _NOTHING,
) -> ConnectionSettings:
    """As :func:`parse`, for values that are stored: what is repaired in them interests nobody."""
    return _read(cls, values, deployment, variables)[0]


def _read(
    cls: type[ConnectionSettings],
    values: Mapping[str, Any],
    deployment: Mapping[str, str],
    variables: Mapping[str, str],
) -> tuple[ConnectionSettings, Mapping[str, Any], Callable[[str], str]]:
    """The settings, what was entered, and what takes the secrets out of a text."""
    entered = {name: _plain(value) for name, value in values.items() if not _blank(value)}
    own = {
        name: deployment[name]
        for name in deployment_fields(cls)
        if name not in entered and not _blank(deployment.get(name))
    }
    completed = dict(cls.complete({**entered, **own}))
    hide = _Hiding([str(_plain(completed[name])) for name in _fields_of_kind(cls, "secret") if name in completed])
    try:
        settings = cls.model_validate(completed)
    except ValidationError as invalid:
        found = [_problem(details) for details in invalid.errors(include_input=False, include_url=False)]
        problems = [for_the_operator(problem, cls, own, variables) for problem in found]
    else:
        return settings, entered, hide
    raise _refusal(cls, problems).rewritten(hide)


def dump(settings: ConnectionSettings, *, secrets: bool = False) -> dict[str, str]:
    """The settings as plain values, for storage; secrets are left out unless asked for."""
    hidden = _fields_of_kind(type(settings), "secret")
    plain = {name: value for name, value in settings if name not in hidden and value is not None}
    if secrets:
        plain |= {
            name: getattr(settings, name).get_secret_value() for name in hidden if getattr(settings, name) is not None
        }
    return plain


def json_schema(cls: type[ConnectionSettings]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a settings class; each property says its field kind under ``x-jackfield``.

    It holds the form's fields. The deployment's, where there are any, are named (``name``, ``title``, ``help``,
    ``example``, ``required``, ``secret``) in the list ``deployment`` of the schema's own ``x-jackfield``.
    """
    schema = cls.model_json_schema(mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    for name, field in cls.model_fields.items():
        schema["properties"][name] = {
            **_without_null(schema["properties"][name]),
            "x-jackfield": {"kind": _kind(field)},
        }
    return _form_alone(schema, cls) if deployment_fields(cls) else schema


def _form_alone(schema: dict[str, Any], cls: type[ConnectionSettings]) -> dict[str, Any]:
    others, secret = deployment_fields(cls), _fields_of_kind(cls, "secret")
    return {
        **schema,
        "properties": {name: spec for name, spec in schema["properties"].items() if name not in others},
        "required": [name for name in schema.get("required", ()) if name not in others],
        "x-jackfield": {
            "deployment": [{**field, "secret": field["name"] in secret} for field in described_fields(cls)]
        },
    }


def _without_null(spec: dict[str, Any]) -> dict[str, Any]:
    """A field that may be left out is left out, never null; so a form has one type for each field."""
    types = [option for option in spec.get("anyOf", ()) if option != {"type": "null"}]
    null_default = "default" in spec and spec["default"] is None
    plain = {key: value for key, value in spec.items() if not (key == "default" and null_default)}
    if len(types) != 1:
        return plain
    plain.pop("anyOf")
    return {**types[0], **plain}


def secrets_of(settings: ConnectionSettings) -> tuple[str, ...]:
    """The secret values, for whoever must take them out of texts."""
    names = _fields_of_kind(type(settings), "secret")
    return tuple(getattr(settings, name).get_secret_value() for name in names if getattr(settings, name) is not None)


def base_url_of(settings: ConnectionSettings) -> str | None:
    """The address that requests go to, or None for settings without one."""
    return _first_of_kind(settings, "base_url")


def web_root_of(settings: ConnectionSettings) -> str | None:
    """The address under which the CRM shows records, or None for settings without one."""
    return _first_of_kind(settings, "web_root")


def _first_of_kind(settings: ConnectionSettings, kind: str) -> str | None:
    names = _fields_of_kind(type(settings), kind)
    return cast("str | None", getattr(settings, names[0])) if names else None


@lru_cache(maxsize=256)
def _fields_of_kind(cls: type[ConnectionSettings], kind: str) -> tuple[str, ...]:
    return tuple(name for name, field in cls.model_fields.items() if _kind(field) == kind)


def _kind(field: FieldInfo) -> str:
    parts = [field.annotation, *field.metadata]
    for option in get_args(field.annotation):  # of ``Secret | None``
        parts += [option, *get_args(option)]
    if SecretStr in parts:
        return "secret"
    return next((part.name for part in parts if isinstance(part, _FieldKind)), "choice")


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _blank(value: object) -> bool:
    text = _plain(value)
    return text is None or (isinstance(text, str) and not trimmed(text))


class _Hiding:
    """Takes secrets out of a text, the longest first, so that none is taken out by half."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = secrets

    def __call__(self, text: str) -> str:
        return self._pattern.sub("***", text)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Made when it is first needed: most settings need nothing hidden."""
        forms = {form for secret in self._secrets for form in (secret, trimmed(secret)) if form}
        longest_first = sorted(forms, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)) or "(?!)")


def _refusal(cls: type[ConnectionSettings], problems: Sequence[Problem]) -> JackfieldError:
    """Where only the operator can help, the error is his alone; it says so wherever it is shown without its fields."""
    codes = {problem.code for problem in problems}
    if codes != {"deployment_setting_missing"}:
        return error("invalid_settings", _summary(cls, problems), problems=problems)
    message, remedy = (
        " ".join(texts) for texts in zip(*((each.message, each.remedy) for each in problems), strict=True)
    )
    return error(codes.pop(), message, remedy=remedy, problems=problems)


def _repairs(entered: Mapping[str, Any], settings: ConnectionSettings, hide: Callable[[str], str]) -> dict[str, Repair]:
    fields = type(settings).model_fields
    others = deployment_fields(type(settings))
    filled = {name for name, value in settings if name not in others and value != fields[name].get_default()}
    return {
        name: Repair(before=None if entered.get(name) is None else hide(str(entered[name])), after=hide(str(value)))
        for name, value in dump(settings).items()
        if str(value) != str(entered.get(name)) and (name in entered or name in filled)
    }


#: pydantic's own error types, in the catalogue's words.
_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "literal_error": "invalid_choice",
    "enum": "invalid_choice",
}


def _problem(details: Any) -> Problem:
    code = details["type"] if details["type"] in CATALOGUE else _CODES.get(details["type"], "invalid_value")
    context: Mapping[str, Any] = details.get("ctx", {})
    entry = CATALOGUE[code]
    message = str(context.get("sentence", entry.meaning))
    field = str(details["loc"][0]) if details["loc"] else None
    return Problem(field=field, code=code, message=message, remedy=str(context.get("remedy", entry.remedy)))


def _summary(cls: type[ConnectionSettings], problems: Sequence[Problem]) -> str:
    titles = {name: field.title or name for name, field in cls.model_fields.items()}
    parts = [
        f"{titles.get(problem.field or '', problem.field or 'Settings')}: {problem.message}" for problem in problems
    ]
    return " ".join(parts)

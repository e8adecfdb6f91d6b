"""Settings as somebody enters them: from a file, by ``NAME=VALUE``, from the environment, by a prompt without echo."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jackfield.cli._output import note, printable
from jackfield.cli._secrets import remember
from jackfield.cli.errors import UsageError
from jackfield.errors import Problem, error
from jackfield.settings import secrets_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jackfield.connector import Connector
    from jackfield.settings import ConnectionSettings

_ENVIRONMENT = "env:"
#: What is a variable's name for certain, and not a secret in its place; those hold digits.
_VARIABLE = re.compile(r"[A-Za-z_]{1,40}")


def settings_entered(
    connector: Connector, words: Sequence[str], file: str | None, *, warn: bool = False
) -> ConnectionSettings:
    """The connection's settings, parsed and repaired; what is wrong is raised, warnings are told if asked for."""
    values = {**_from_file(file), **assignments(words)}
    schema = connector.schema()
    _remember_secrets(schema, values)
    if file != "-" and sys.stdin.isatty():
        values |= _asked(schema, values)
    parsed = connector.parse(values)
    for secret in secrets_of(parsed.settings):  # those of the deployment came from elsewhere
        remember(secret)
    for warning in parsed.warnings if warn else ():
        note(printable(f"Note: {warning.field or 'settings'}: {warning.message} {warning.remedy}"))
    return parsed.settings


def assignments(words: Sequence[str], *, option: str = "--set") -> dict[str, str]:
    """``NAME=VALUE`` words as a mapping, with what the environment was asked for put in."""
    pairs = [word.partition("=") for word in words]
    if any(not equals or not name.strip() for name, equals, _ in pairs):
        raise UsageError(f"{option} takes NAME=VALUE.", f"Write for example {option} name=value.")
    values = {name.strip(): value for name, _, value in pairs}
    return {name: _from_environment(name, value) for name, value in values.items()}


def _from_environment(name: str, value: str) -> str:
    if not value.startswith(_ENVIRONMENT):
        return value
    variable = value.removeprefix(_ENVIRONMENT)
    found = os.environ.get(variable)
    if found is None:
        shown = variable if _VARIABLE.fullmatch(variable) else "named behind env:"
        message = f"The environment variable {shown} is not set."
        remedy = "Set it, then try again; behind env: stands the variable's name, not the value itself."
        raise error("invalid_settings", problems=[Problem(field=name, code="required", message=message, remedy=remedy)])
    return found


def _from_file(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    shown = "Standard input" if name == "-" else f"The settings file {_path(name)}".rstrip()
    try:  # bytes, so that every encoding of JSON is read, with or without a mark at its front
        values = json.loads(sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes())
    except OSError as failure:
        raise UsageError(f"{shown} cannot be read: {failure.strerror}.", "Check its name and its rights.") from None
    except (ValueError, RecursionError) as failure:
        place = f" (line {failure.lineno})" if isinstance(failure, json.JSONDecodeError) else ""
        raise UsageError(f"{shown} is not valid JSON{place}.", "Write the settings as one JSON object.") from None
    if not isinstance(values, dict):
        raise UsageError(f"{shown} is not one JSON object.", 'Write the settings as {"name": "value", ...}.')
    return values


def _path(name: str) -> str:
    """The name where it is one of a file for certain, and not a secret in the wrong place."""
    return name if Path(name).suffix or os.sep in name else ""


def _asked(schema: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, str]:
    from getpass import getpass

    missing = [name for name in _secret_names(schema) if name in schema.get("required", ()) and not values.get(name)]
    answers: dict[str, str] = {}
    for name in missing:
        try:
            answers[name] = getpass(f"{schema['properties'][name].get('title', name)} (not shown): ")
        except EOFError:
            continue
        remember(answers[name])
    return answers


def _remember_secrets(schema: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    plain = schema["properties"].keys() - set(_secret_names(schema))
    for name, value in values.items():
        if name not in plain:
            remember(value)


def _secret_names(schema: Mapping[str, Any]) -> list[str]:
    return [name for name, field in schema["properties"].items() if field.get("writeOnly")]

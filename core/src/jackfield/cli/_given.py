"""The options by which command lines give settings, as Cyclopts takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from jackfield.cli._entered import settings_entered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclopts import Token

    from jackfield.connector import Connector
    from jackfield.settings import ConnectionSettings

JSON = Annotated[bool, Parameter(name="--json", help="Print JSON, for scripts.")]
Platform = Annotated[str, Parameter(help="The platform's id, as `jackfield platforms` lists it.")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Given:
    """The two options by which every command takes a connection's settings."""

    set: Annotated[
        tuple[str, ...],
        Parameter(
            name="--set",
            help="One setting, NAME=VALUE; NAME=env:VARIABLE takes it from the environment. Repeatable. "
            "A secret that is not given is asked for.",
        ),
    ] = ()
    settings: Annotated[
        str | None,
        Parameter(
            name="--settings",
            help="A JSON file of settings; - reads it from standard input.",
            allow_leading_hyphen=True,
        ),
    ] = None


def settings_from(connector: Connector, given: Given | None, *, warn: bool = False) -> ConnectionSettings:
    """The connection's settings, parsed and repaired; what is wrong is raised, warnings are told if asked for."""
    given = given or Given()
    return settings_entered(connector, given.set, given.settings, warn=warn)


def whole(_: type, tokens: Sequence[Token]) -> int:
    """A whole number; Cyclopts itself would round 1.5."""
    return int(tokens[0].value)

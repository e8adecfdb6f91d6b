"""``jackfield schema``."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from jackfield.cli._given import Platform  # noqa: TC001 - Cyclopts reads the hints
from jackfield.cli._output import say_json
from jackfield.cli.connectors import connector_named


def schema(
    platform: Platform,
    /,
    *,
    json: Annotated[bool, Parameter(name="--json", help="Print it on one line, for scripts.")] = False,
) -> None:
    """Show the settings that a platform needs, as JSON Schema.

    The connection form of the portal is drawn from the same schema; secrets are marked `writeOnly`.
    """
    # The schema is JSON either way; for a script it stands on one line.
    say_json(connector_named(platform).schema(), indent=None if json else 2)

"""Where in a connector's instructions it stands what somebody has to do about a step that did not pass."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from jackfield.errors import JackfieldError, Kind
from jackfield_portal.checks.models import StepState
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.instructions import place_of
from jackfield_portal.connections.schemas import fields_of
from jackfield_portal.errors import PortalError
from jackfield_portal.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jackfield import Connector
    from jackfield_portal.checks.models import StepRun

__all__ = ["place"]

#: Which fields an error is about, by its code; an address for every other one of the settings.
_ABOUT: Final = {
    "credentials_refused": ("secret",),
    "inactive_holder": ("secret",),
    "secret_bound_to_host": ("secret",),
    "account_unknown": ("text", "base_url"),
}


def place(step: StepRun) -> str:
    """The place in the instructions that speaks of what is to be corrected; blank where none does."""
    if step.state not in {StepState.FAILED, StepState.WARNED} or not step.kind:
        return ""
    with suppress(JackfieldError, PortalError):
        connector = connections.connector_of(step.run.connection)
        return place_of(spoken(connector.platform.instructions), _words(step, connector))
    return ""


def _words(step: StepRun, connector: Connector) -> Sequence[str]:
    if step.kind == Kind.PERMISSION:
        return [part.strip() for part in re.split(r"[>:;,]", spoken(step.permission))][::-1]
    if step.kind != Kind.SETTINGS:
        return ()
    kinds = _ABOUT.get(step.code, ("base_url",))
    fields = fields_of(connector)
    return [
        field.title for kind in kinds for field in fields if (field.kind == kind or (kind == "secret" and field.secret))
    ]

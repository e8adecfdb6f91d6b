"""How the dialog Systems Check words what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _

from jackfield import JackfieldError
from jackfield_portal.checks import services
from jackfield_portal.checks.models import StepRun, StepState
from jackfield_portal.connections import services as connections
from jackfield_portal.errors import PortalError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jackfield_portal.checks.models import CheckRun

register = template.Library()

_WORDS = {
    StepState.WAITING: lambda: _("waiting"),
    StepState.RUNNING: lambda: _("running"),
    StepState.PASSED: lambda: _("passed"),
    StepState.FAILED: lambda: _("failed"),
    StepState.WARNED: lambda: _("passed with a warning"),
    StepState.SKIPPED: lambda: _("not run"),
}
_SAID = {**_WORDS, StepState.WAITING: lambda: _("Waiting"), StepState.RUNNING: lambda: _("Running…")}
_SAID[StepState.SKIPPED] = lambda: _("Not run")
_WHO = {
    "settings": lambda: _("To be corrected in the connection's settings."),
    "permission": lambda: _("To be corrected by an administrator of the CRM."),
    "transient": lambda: _("This may pass by itself: run the Systems Check again in a while."),
    "vendor": lambda: _("The CRM or its connector is at fault, not your settings."),
}


@register.filter
def word(step: StepRun) -> str:
    """A step's state in words."""
    return _WORDS[StepState(step.state)]()


@register.filter
def lines(run: CheckRun) -> Sequence[StepRun]:
    """The steps of a run; before it begins, those that wait for it."""
    kept = list(run.steps.all())
    if kept or run.done:
        return kept
    try:
        steps = connections.connector_of(run.connection).steps()
    except (JackfieldError, PortalError):
        return ()  # the run itself will say it
    return [StepRun(run=run, step=step.id, title=step.title, required=step.required) for step in steps]


@register.filter
def asks_for(run: CheckRun) -> str:
    """What to send to the CRM's administrator after a check; blank where no right is missing."""
    return services.permission_request(run) or ""


@register.filter
def platform(run: CheckRun) -> str:
    """The title of the platform that was checked."""
    return connections.title(run.connection)


@register.filter
def says(step: StepRun) -> str:
    """What a step found, or in a word where it stands."""
    return step.message or _SAID[StepState(step.state)]()


@register.filter
def who(kind: str) -> str:
    """Who can correct an error of this kind."""
    return _WHO[kind]() if kind in _WHO else ""


@register.simple_tag
def elapsed(step: StepRun, now: datetime) -> str:
    """How long a step took, or has taken so far."""
    if step.seconds is not None:
        seconds = step.seconds
    elif step.state == StepState.RUNNING and step.started is not None:
        seconds = (now - step.started).total_seconds()
    else:
        return ""
    return _("%(seconds).1f s") % {"seconds": max(seconds, 0.0)}


@register.filter
def issue(run: CheckRun) -> StepRun | None:
    """The step that made a run fail."""
    return next((step for step in run.steps.all() if step.required and step.state == StepState.FAILED), None)

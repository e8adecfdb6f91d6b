"""How the dialog Systems Check words what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _

from jackfield_portal.checks.models import StepState

if TYPE_CHECKING:
    from datetime import datetime

    from jackfield_portal.checks.models import CheckRun, StepRun

register = template.Library()

_WORDS = {
    StepState.WAITING: lambda: _("waiting"),
    StepState.RUNNING: lambda: _("running"),
    StepState.PASSED: lambda: _("passed"),
    StepState.FAILED: lambda: _("failed"),
    StepState.WARNED: lambda: _("passed with a warning"),
    StepState.SKIPPED: lambda: _("not run"),
}
_WHO = {
    "settings": lambda: _("To be corrected in the connection's settings."),
    "permission": lambda: _("To be corrected by the CRM's administrator."),
    "transient": lambda: _("Nothing to correct: this passes by itself."),
    "vendor": lambda: _("The CRM or its connector is at fault."),
}


@register.filter
def word(step: StepRun) -> str:
    """A step's state in words."""
    return _WORDS[StepState(step.state)]()


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

"""How the dialog Systems Check words what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from jackfield import JackfieldError
from jackfield_portal.checks import advice, holders, services, telling
from jackfield_portal.checks.models import RunState, StepRun, StepState
from jackfield_portal.checks.rights import rights_of
from jackfield_portal.connections import identity
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import Phase
from jackfield_portal.errors import PortalError
from jackfield_portal.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jackfield_portal.checks.models import CheckRun
    from jackfield_portal.checks.rights import Right

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
def place(step: StepRun) -> str:
    """Where in the instructions it stands what to correct; blank where nowhere."""
    return advice.place(step)


@register.filter
def rights(run: CheckRun) -> Sequence[Right]:
    """The rights that the steps of a check prove, once it has a verdict."""
    return rights_of(run) if run.done else ()


@register.filter
def held(run: CheckRun) -> str:
    """Why settings that passed are not put to use without a word; blank where they are."""
    version = run.version
    waits = version is not None and run.state == RunState.PASSED and version.state != Phase.RETIRED
    return identity.sentence(version) if waits and version else ""


@register.filter
def holder_trouble(run: CheckRun) -> str:
    """What is wrong with the owner of the key that was checked; blank where nothing is."""
    return holders.trouble(run.connection) if run.done else ""


@register.filter
def which(run: CheckRun) -> str:
    """Which settings were checked."""
    if run.version is None or run.version.state == Phase.RETIRED:
        return _("earlier settings")
    return _("new settings") if run.version.state == Phase.CANDIDATE else _("settings in use")


@register.filter
def why(run: CheckRun) -> str:
    """Why a check did not pass, in a line; blank for one that passed."""
    return "" if run.state == RunState.PASSED else telling.reason(run)


@register.filter
def took(run: CheckRun) -> str:
    """How long a check took."""
    if run.started is None or run.finished is None:
        return ""
    return _seconds((run.finished - run.started).total_seconds())


@register.filter
def platform(run: CheckRun) -> str:
    """The title of the platform that was checked."""
    return connections.title(run.connection)


@register.filter
def says(step: StepRun) -> str:
    """What a step found, or in a word where it stands."""
    return spoken(step.message) or _SAID[StepState(step.state)]()


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
    return _seconds(seconds)


def _seconds(number: float) -> str:
    return _("%(seconds)s s") % {"seconds": number_format(round(max(number, 0.0), 1), 1)}


@register.filter
def issue(run: CheckRun) -> StepRun | None:
    """The step that made a run fail."""
    return next((step for step in run.steps.all() if step.required and step.state == StepState.FAILED), None)

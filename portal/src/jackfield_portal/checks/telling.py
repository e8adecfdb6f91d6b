"""Words for those who are told when a connection breaks, and when it is well again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils import timezone

from jackfield_portal.checks import holders
from jackfield_portal.checks.models import StepState, Turn
from jackfield_portal.connections import identity
from jackfield_portal.notices import services as notices
from jackfield_portal.notices.models import Kind
from jackfield_portal.said import joined, said

if TYPE_CHECKING:
    from jackfield_portal.checks.models import CheckRun
    from jackfield_portal.connections.models import Connection

__all__ = ["reason", "tell", "warn_of_holder"]

_REMINDED: Final = timedelta(days=30)


def tell(*, run: CheckRun, connection: Connection, turn: Turn, **_sent: Any) -> None:
    """Tell the organization of a turn; called within the transaction that settles it."""
    url = reverse("checks:show", args=[run.batch])
    if turn == Turn.WELL:
        title = said("%(name)s is well again", name=connection.name)
        notices.tell(connection.organization, Kind.WELL, title, said("Its Systems Check has passed."), url)
        return
    title = said("%(name)s needs attention", name=connection.name)
    text = said("Its Systems Check has not passed, so calls may not be logged in the CRM.")
    last = said("You are told again once it is well.")
    notices.tell(connection.organization, Kind.BROKE, title, joined("\n", text, reason(run), last), url)


def warn_of_holder(connection: Connection) -> None:
    """Tell that the key's owner has left or is inactive; of the same person not again for a month."""
    text = holders.trouble(connection)
    if not text:
        return
    title = said("The owner of the key of %(name)s has left", name=connection.name)
    lately = timezone.now() - _REMINDED
    told = connection.organization.notices.filter(title=title, text=text, made__gt=lately)
    if not told.exists():
        notices.tell(connection.organization, Kind.TOLD, title, text, reverse("web:manage"))


def reason(run: CheckRun) -> str:
    """Why a check did not pass, and what to do, in two sentences; blank for one that passed."""
    if run.problem:
        return joined(" ", run.problem, run.problem_remedy)
    for step in run.steps.all():
        if step.required and step.state == StepState.FAILED:
            return joined(" ", step.message, step.remedy)
    return identity.sentence(run.version) if run.version else ""

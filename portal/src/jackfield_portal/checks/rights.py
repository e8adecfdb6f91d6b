"""Which right of the CRM each step of a check proves: granted, missing, or not known yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from jackfield.errors import Kind
from jackfield_portal.checks.models import StepState
from jackfield_portal.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jackfield_portal.checks.models import CheckRun, StepRun

__all__ = ["Right", "rights_of"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """A right in the CRM's own words, the steps that prove it, and what does without it."""

    name: str
    steps: tuple[str, ...]
    features: tuple[str, ...]
    state: str

    @property
    def word(self) -> str:
        """How it stands, in a word."""
        words = {
            "passed": _("granted"),
            "warned": _("granted in part"),
            "failed": _("missing"),
            "skipped": _("not tested"),
        }
        return words[self.state]


def rights_of(run: CheckRun) -> Sequence[Right]:
    """The rights that a check asks after, in its order; none for a connector that names none."""
    proving: dict[str, list[StepRun]] = {}
    for step in run.steps.all():
        if step.permission:
            proving.setdefault(step.permission, []).append(step)
    return [_right(name, steps) for name, steps in proving.items()]


def _right(name: str, steps: Sequence[StepRun]) -> Right:
    return Right(
        name=spoken(name),
        steps=tuple(spoken(step.title) for step in steps),
        features=tuple(dict.fromkeys(spoken(step.feature) for step in steps if step.feature)),
        state=_state(steps),
    )


def _state(steps: Iterable[StepRun]) -> str:
    """The worst that was found; a step that failed by something else says nothing of the right."""
    found = {_told(step) for step in steps}
    return next(state for state in ("failed", "warned", "skipped", "passed") if state in found)


def _told(step: StepRun) -> str:
    if step.state == StepState.PASSED:
        return "passed"
    lacking = step.kind == Kind.PERMISSION
    if step.state == StepState.WARNED:
        return "warned" if lacking else "passed"
    return "failed" if step.state == StepState.FAILED and lacking else "skipped"

"""What to ask the CRM's administrator for; read it through :mod:`jackfield.checks`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jackfield.checks import StepResult


def request_text(
    title: str,
    holder: str | None,
    missing: Sequence[StepResult],
    untested: Sequence[StepResult],
    told: Callable[[str], str],
) -> str:
    """A letter that asks for the rights of the steps that lack one, then for those that nobody could test yet.

    Each of its sentences is passed through ``told``, which may translate it.
    """
    whose = f"the credentials of {holder}" if holder else "the credentials that it was given"
    lines = [
        told(f"Our connection to {title} signs in with {whose}, which lack rights that it needs. Please grant them:"),
        "",
        *_listed(missing, told),
    ]
    if untested:
        lines += ["", told("These are needed too, and could not be tested yet:"), "", *_listed(untested, told)]
    return "\n".join([*lines, "", told("The connection only reads; it changes nothing in the CRM.")])


def _listed(steps: Sequence[StepResult], told: Callable[[str], str]) -> list[str]:
    """One line for each right, with the steps that need it."""
    needing: dict[str, list[StepResult]] = {}
    for step in steps:
        needing.setdefault(step.permission or step.message, []).append(step)
    return [
        f"- {told(right)} ({'; '.join(_purpose(step, told) for step in found)})" for right, found in needing.items()
    ]


def _purpose(step: StepResult, told: Callable[[str], str]) -> str:
    what = _inside_a_sentence(step.title)
    return told(f"to {what}, for {step.feature}" if step.feature else f"to {what}")


def _inside_a_sentence(title: str) -> str:
    return f"{title[:1].lower()}{title[1:]}"

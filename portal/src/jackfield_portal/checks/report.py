"""A check as plain text, for whoever is asked for help. It holds what the steps said: no settings, no secret.

It is in English whatever the reader speaks: who is asked for help may be the vendor, or the connector's maintainers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from jackfield_portal.checks.models import RunState
from jackfield_portal.said import again

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jackfield_portal.checks.models import CheckRun, StepRun

__all__ = ["as_text"]


def as_text(runs: Iterable[CheckRun]) -> str:
    """The runs one after the other, as an e-mail or a ticket takes them."""
    with override("en"):
        return "\n\n".join("\n".join(_run(run)) for run in runs)


def _run(run: CheckRun) -> list[str]:
    when = timezone.localtime(run.started or run.created).strftime("%Y-%m-%d %H:%M:%S %Z")
    verdict = _("passed") if run.state == RunState.PASSED else _("not passed")
    lines = [
        f"{_('Systems Check')}: {verdict}",
        f"{_('Connection')}: {run.connection.name}, {run.connection_id}",
        f"{_('Connector')}: {run.connection.platform} {run.connector_version}".rstrip(),
        f"{_('Started')}: {when}",
    ]
    if run.problem:
        lines.append(
            f"- {run.problem_kind} {run.problem_code}: {again(run.problem)} {again(run.problem_remedy)}".rstrip()
        )
    return lines + [line for step in run.steps.all() for line in _step(step)]


def _step(step: StepRun) -> list[str]:
    time = "" if step.seconds is None else f" ({step.seconds:.2f} s)"
    lines = [f"- [{step.state}] {step.title}{time}: {step.message}".rstrip(": ")]
    if step.code:
        lines.append(f"    {step.kind}, {step.code}. {step.remedy}")
    return lines + [f"    {line}" for line in step.detail.splitlines()]

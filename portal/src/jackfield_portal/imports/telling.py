"""What the audit log, and with it the events, are told of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jackfield_portal.audit import services as audit
from jackfield_portal.audit.actors import ActorKind, at_work
from jackfield_portal.imports.models import ImportRun, RunState
from jackfield_portal.imports.words import counts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from jackfield_portal.audit.actors import Actor
    from jackfield_portal.imports.comparing import Comparison

__all__ = ["begun", "ended", "settled"]

_RUN: Final = ImportRun._meta.model_name or ""  # noqa: SLF001 - documented by Django all the same


def begun(run: ImportRun) -> None:
    """Record that somebody has begun an import; what schedules begin is not worth a line."""
    if at_work().kind != ActorKind.JOB:
        audit.record(run.connection.organization_id, run.started_by, "import.started", run)


def ended(runs: Iterable[UUID]) -> None:
    """Record how imports have ended, or that they are held; call it in the transaction that ends them."""
    found = ImportRun.objects.filter(pk__in=list(runs)).select_related("connection")
    audit.record_many(_fact(run) for run in found)


def settled(together: Iterable[tuple[ImportRun, Comparison]]) -> None:
    """As :func:`ended` for runs that are applied or held by these comparisons: no row is read again."""
    who = at_work()
    audit.record_many(_compared(run, found, who) for run, found in together)


def _compared(run: ImportRun, found: Comparison, who: Actor) -> audit.Fact:
    held = found.waits
    return audit.Fact(
        organization=run.connection.organization_id,
        action="import.held" if held else "import.finished",
        target=audit.Target(kind=_RUN, id=str(run.pk), name=str(run.connection), connection=run.connection_id),
        detail={"state": "held" if held else "applied", "code": "", **found.counts},
        actor=who,
        kept=held or bool(run.started_by_id) or bool(found.new or found.changed or found.gone),
    )


def _fact(run: ImportRun) -> audit.Fact:
    held = run.state == RunState.HELD
    return audit.Fact(
        organization=run.connection.organization_id,
        action="import.held" if held else "import.finished",
        target=audit.Target.of(run),
        detail={"state": str(run.state), "code": run.error_code, **counts(run)},
        kept=_worth_a_line(run),
    )


def _worth_a_line(run: ImportRun) -> bool:
    """A decision or a cancellation has a line of its own; an import that nobody began and that changed nothing none."""
    if run.state in {RunState.CANCELLED, RunState.DISCARDED} or run.decided_by_id:
        return False
    changed = bool(run.new or run.changed or run.gone)
    return changed or bool(run.started_by_id) or run.state != RunState.APPLIED

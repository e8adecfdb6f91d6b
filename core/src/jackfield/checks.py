"""The systems check: ordered steps, each timed and time-boxed, none of which ever raises."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from jackfield._permissions import request_text
from jackfield.errors import CATALOGUE, JackfieldError, Kind, error

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

__all__ = ["Account", "CheckReport", "CheckStep", "Finding", "Status", "StepResult", "failing_step", "run_steps"]


class Status(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Which account of the CRM the credentials open, who holds them, and in what role; None where it is not told."""

    id: str | None = None
    name: str | None = None
    holder: str | None = None
    role: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a step found where nothing failed; with a ``warning`` (a code of the catalogue) it is worth a look.

    ``elsewhere`` is the address where the CRM says that the account is, such as that of another region. Nothing is sent
    there by itself: a host asks before it does.
    """

    message: str
    account: Account | None = None
    warning: str | None = None
    remedy: str | None = None
    elsewhere: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckStep:
    """One step: ``run`` takes the connection and returns a Finding, or raises the JackfieldError that it found.

    A step that is not ``required`` names the ``feature`` that does without it. ``time_box`` is in seconds.
    ``permission`` is the right that the step proves, in the CRM's own words, as its administrator finds it there.
    """

    id: str
    title: str
    run: Callable[[Any], Awaitable[Finding]]
    required: bool = True
    feature: str | None = None
    time_box: float = 18.0
    permission: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StepResult:
    """How one step ended; ``kind``, ``code`` and ``remedy`` are there for a failure or a warning."""

    id: str
    title: str
    status: Status
    required: bool
    message: str
    seconds: float
    feature: str | None = None
    kind: str | None = None
    code: str | None = None
    remedy: str | None = None
    detail: str | None = None
    account: Account | None = None
    permission: str | None = None
    elsewhere: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The result as scripts read it."""
        names = ("id", "title", "status", "required", "kind", "code", "message", "remedy", "permission")
        values = {name: getattr(self, name) for name in names}
        return {**values, "status": str(self.status), "seconds": round(self.seconds, 3)}


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckReport:
    """All results of one check; ``ok`` where every required step passed or merely warned."""

    steps: tuple[StepResult, ...]

    @property
    def ok(self) -> bool:
        """Whether the connection can be put to work."""
        return bool(self.steps) and all(
            step.status in {Status.PASSED, Status.WARNED} for step in self.steps if step.required
        )

    @property
    def account(self) -> Account | None:
        """The account that a step found, or None."""
        return next((step.account for step in self.steps if step.account), None)

    @property
    def failure(self) -> StepResult | None:
        """The required step that failed, or None."""
        return next((step for step in self.steps if step.required and step.status is Status.FAILED), None)

    def permission_request(self, title: str, *, told: Callable[[str], str] = str) -> str | None:
        """A text for the CRM's administrator that asks for what is missing, or None where nothing is.

        ``title`` is the platform's. The text names the rights that steps failed for, then those that steps which were
        skipped would have proven. Its sentences are passed through ``told``, such as
        :meth:`jackfield.translations.Translations.translated`.
        """
        missing = [step for step in self.steps if step.status is Status.FAILED and step.kind == Kind.PERMISSION]
        asked = {step.permission for step in missing}
        skipped = [step for step in self.steps if step.status is Status.SKIPPED and step.permission]
        untested = [step for step in skipped if step.permission not in asked]
        holder = self.account.holder if self.account else None
        return request_text(title, holder, missing, untested, told) if missing else None

    def as_dict(self) -> dict[str, Any]:
        """The report as scripts read it."""
        account = asdict(self.account) if self.account else None
        return {"ok": self.ok, "account": account, "steps": [step.as_dict() for step in self.steps]}


def failing_step(failure: JackfieldError) -> CheckStep:
    """A required step that ends in ``failure``; stands for steps that could not be made."""

    async def fail(_: object) -> Finding:
        raise failure

    return CheckStep(id="systems_check", title="Systems check", run=fail)


async def run_steps(
    steps: Sequence[CheckStep],
    subject: object,
    *,
    time_box: float,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[StepResult]:
    """Run the steps in their order, each within its own time box and all within ``time_box`` seconds.

    Once a required step failed, the rest is skipped. Whatever a step raises becomes its result.
    """
    end = clock() + time_box
    failed: CheckStep | None = None
    for step in steps:
        if failed is not None:
            yield _skipped(step, f"Not run, because the step “{failed.title}” failed.")
            continue
        result = await _run(step, subject, min(step.time_box, end - clock()), clock)
        if step.required and result.status is Status.FAILED:
            failed = step
        yield result


async def _run(step: CheckStep, subject: object, seconds: float, clock: Callable[[], float]) -> StepResult:
    begin = clock()
    try:
        async with asyncio.timeout(max(seconds, 0.0)):
            result = _found(step, await step.run(subject))
    except JackfieldError as failure:
        result = _failed(step, failure)
    except TimeoutError:
        result = _failed(step, error("timed_out", "The CRM did not answer within the time of this step."))
    except (Exception, SystemExit) as mistake:  # noqa: BLE001 - a connector's mistake must not take the check down
        result = _failed(step, error("connector_failed", detail=type(mistake).__name__))
    return replace(result, seconds=clock() - begin)


def _found(step: CheckStep, finding: Finding) -> StepResult:
    if finding.warning is None:
        return _result(step, Status.PASSED, finding.message, account=finding.account)
    entry = CATALOGUE[finding.warning]
    result = _result(step, Status.WARNED, finding.message, account=finding.account)
    remedy = finding.remedy or entry.remedy
    return replace(result, kind=entry.kind, code=entry.code, remedy=remedy, elsewhere=finding.elsewhere)


def _failed(step: CheckStep, failure: JackfieldError) -> StepResult:
    result = _result(step, Status.FAILED, failure.message)
    detail = "\n".join(text for text in (failure.request, failure.detail) if text) or None
    return replace(result, kind=str(failure.kind), code=failure.code, remedy=failure.remedy, detail=detail)


def _skipped(step: CheckStep, message: str) -> StepResult:
    return _result(step, Status.SKIPPED, message)


def _result(step: CheckStep, status: Status, message: str, *, account: Account | None = None) -> StepResult:
    return StepResult(
        id=step.id,
        title=step.title,
        status=status,
        required=step.required,
        feature=step.feature,
        permission=step.permission,
        message=message,
        seconds=0.0,
        account=account,
    )

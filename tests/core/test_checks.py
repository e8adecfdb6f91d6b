"""The systems check: ordered steps, each timed and time-boxed, none of which ever raises."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from jackfield.checks import Account, CheckReport, CheckStep, Finding, Status, StepResult, run_steps
from jackfield.errors import CATALOGUE, error
from tests.core.acme import step

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SECRET = "s3cr3t-5550"


async def results(*steps: CheckStep, time_box: float = 5.0, subject: object = None) -> list[StepResult]:
    """How the steps ended."""
    return [result async for result in run_steps(steps, subject, time_box=time_box)]


def raising(failure: BaseException) -> Callable[[Any], Awaitable[Finding]]:
    """A step's coroutine function that raises."""

    async def run(_: Any) -> Finding:
        raise failure

    return run


def finding(**told: Any) -> Callable[[Any], Awaitable[Finding]]:
    """A step's coroutine function that finds this."""

    async def run(_: Any) -> Finding:
        return Finding(message="Found.", **told)

    return run


def result(status: Status, *, required: bool = True, account: Account | None = None) -> StepResult:
    """A result of this status."""
    told = {"id": "reach", "title": "Reach", "message": "m", "seconds": 0.12345}
    return StepResult(status=status, required=required, account=account, **told)  # type: ignore[arg-type]


async def test_steps_run_in_their_order() -> None:
    """C1: results come in the order of the steps, each with its step's id, title and feature."""
    steps = [step(id=name, title=name.upper(), feature=f"f-{name}") for name in "abc"]
    found = await results(*steps)
    assert [(r.id, r.title, r.feature) for r in found] == [("a", "A", "f-a"), ("b", "B", "f-b"), ("c", "C", "f-c")]


async def test_step_is_handed_the_connection() -> None:
    """A step's coroutine function gets what is checked."""

    async def run(subject: str) -> Finding:
        return Finding(message=subject)

    assert [r.message for r in await results(step(run), subject="the connection")] == ["the connection"]


async def test_result_is_there_before_the_next_step_begins() -> None:
    """Results come as the steps end, not all at the end."""
    ran = []

    async def run(_: object) -> Finding:
        ran.append("step")
        return Finding(message="Good.")

    stream = run_steps([step(run), step(run)], None, time_box=5)
    assert (await anext(stream)).status is Status.PASSED
    assert ran == ["step"]
    await stream.aclose()


async def test_passed_step_has_no_kind_and_no_remedy() -> None:
    """A step without a failure tells its message and the account that it found."""
    account = Account(id="1", name="Example", holder="Ann", role="admin")
    found = (await results(step(finding(account=account))))[0]
    assert (Status.PASSED, "Found.", account) == (found.status, found.message, found.account)
    assert (found.kind, found.code, found.remedy, found.detail) == (None, None, None, None)


@pytest.mark.parametrize("own", [None, "Look twice."])
async def test_warning_has_the_texts_of_its_code(own: str | None) -> None:
    """A warned step has kind and code, the finding's message, and the remedy of the finding or of the catalogue."""
    found = (await results(step(finding(warning="inactive_holder", remedy=own))))[0]
    entry = CATALOGUE["inactive_holder"]
    assert (found.status, found.message, found.kind) == (Status.WARNED, "Found.", "settings")
    assert ("inactive_holder", own or entry.remedy) == (found.code, found.remedy)


async def test_warning_may_name_another_address() -> None:
    """A host is told where the CRM says that the account is, so that it can ask before anything is sent there."""
    there = "https://eu.example.com/"
    found = await results(step(finding(warning="unusual_host", elsewhere=there)), step(finding()))
    assert [result.elsewhere for result in found] == [there, None]


@pytest.mark.parametrize("code", ["credentials_refused", "forbidden", "throttled", "server_error"])
async def test_failure_has_the_errors_texts(code: str) -> None:
    """A step that raises a JackfieldError fails with its kind, code, message, remedy, request and detail."""
    failure = error(code, detail="it said no", request="GET /me")
    found = (await results(step(raising(failure))))[0]
    entry = CATALOGUE[code]
    assert (Status.FAILED, entry.kind, code) == (found.status, found.kind, found.code)
    assert (entry.meaning, entry.remedy, "GET /me\nit said no") == (found.message, found.remedy, found.detail)


async def test_required_failure_skips_the_rest() -> None:
    """C2: after a required step failed, nothing else runs, and each skipped step names the one that failed."""
    ran = []

    async def run(_: object) -> Finding:
        ran.append("later")
        return Finding(message="Good.")

    failing = step(raising(error("credentials_refused")), title="Sign in")
    found = await results(failing, step(run), step(run, required=False))
    assert [r.status for r in found] == ["failed", "skipped", "skipped"]
    assert all("“Sign in”" in r.message for r in found[1:])
    assert ran == []


async def test_optional_failure_stops_nothing() -> None:
    """A step that is not required may fail: the rest runs, and the connection can be put to work."""
    found = await results(step(), step(raising(error("forbidden")), required=False), step())
    assert [r.status for r in found] == ["passed", "failed", "passed"]
    assert CheckReport(steps=tuple(found)).ok is True


@pytest.mark.parametrize(
    "mistake",
    [
        ValueError(SECRET),
        KeyError(SECRET),
        SystemExit(SECRET),
        ExceptionGroup(SECRET, [ValueError(SECRET)]),
        RecursionError(),
    ],
)
async def test_connectors_mistake_becomes_a_result(mistake: BaseException) -> None:
    """C7, C8: whatever a step raises becomes connector_failed, with the mistake's type and without its text."""
    found = (await results(step(raising(mistake))))[0]
    assert (found.status, found.kind, found.code) == (Status.FAILED, "vendor", "connector_failed")
    assert type(mistake).__name__ == found.detail
    assert SECRET not in repr(found)


async def nothing(_: object) -> None:
    """A coroutine function that returns no Finding."""


@pytest.mark.parametrize(
    "run", [nothing, lambda _: Finding(message="Not awaitable."), lambda: None, None.__init__, finding(warning="huh")]
)
async def test_step_of_the_wrong_shape_becomes_a_result(run: Any) -> None:
    """A step that is no coroutine function, finds nothing, or warns with an unknown code is the connector's mistake."""
    assert [(r.status, r.code) for r in await results(CheckStep(id="x", title="X", run=run))] == [
        ("failed", "connector_failed")
    ]


async def sleeping(_: object) -> Finding:
    """A step that takes far too long."""
    await asyncio.sleep(60)
    return Finding(message="At last.")


async def test_step_ends_with_its_time_box() -> None:
    """C7: a step that takes longer than its own time box is transient, and the rest is skipped."""
    begin = time.monotonic()
    found = await results(step(sleeping, time_box=0.05), step())
    assert [(r.status, r.kind, r.code) for r in found] == [
        ("failed", "transient", "timed_out"),
        ("skipped", None, None),
    ]
    assert time.monotonic() - begin < 2
    assert 0.04 < found[0].seconds < 2


async def test_all_steps_end_with_the_time_box_of_the_check() -> None:
    """C7: a check never takes longer than its own time box, however many optional steps hang."""
    begin = time.monotonic()
    found = await results(*[step(sleeping, required=False) for _ in range(5)], time_box=0.1)
    assert [r.code for r in found] == ["timed_out"] * 5
    assert time.monotonic() - begin < 2


async def test_steps_own_time_out_is_transient() -> None:
    """A TimeoutError that a step raises by itself is told as what it is."""
    assert [r.code for r in await results(step(raising(TimeoutError(SECRET))))] == ["timed_out"]


async def test_seconds_are_measured_by_the_clock() -> None:
    """Each result says how long its step took; a skipped one took no time."""
    ticks = iter([0.0, 10.0, 10.0, 13.5])
    stream = run_steps([step(raising(error("forbidden"))), step()], None, time_box=60, clock=lambda: next(ticks))
    assert [r.seconds async for r in stream] == [3.5, 0.0]


async def test_cancelling_stops_the_step() -> None:
    """C7: a check that is cancelled stops at once; cancelling is no result."""
    began = asyncio.Event()
    stopped = []

    async def run(_: object) -> Finding:
        began.set()
        try:
            await asyncio.sleep(60)
        finally:
            stopped.append("stopped")
        raise AssertionError

    task = asyncio.create_task(results(step(run), step()))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stopped == ["stopped"]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], False),
        ([result(Status.PASSED)], True),
        ([result(Status.WARNED)], True),
        ([result(Status.FAILED)], False),
        ([result(Status.SKIPPED)], False),
        ([result(Status.PASSED), result(Status.SKIPPED)], False),
        ([result(Status.PASSED), result(Status.FAILED, required=False)], True),
        ([result(Status.PASSED), result(Status.SKIPPED, required=False)], True),
    ],
)
def test_report_is_good_where_every_required_step_is(steps: list[StepResult], expected: bool) -> None:
    """A connection can be put to work when each required step passed or warned, and there was a step."""
    assert expected is CheckReport(steps=tuple(steps)).ok


def test_report_tells_the_first_account_and_failure() -> None:
    """The report's account is the first that a step found, its failure the required step that failed."""
    account = Account(id="1")
    optional, required = result(Status.FAILED, required=False), result(Status.FAILED)
    report = CheckReport(steps=(optional, result(Status.PASSED, account=account), required))
    assert (account, required) == (report.account, report.failure)
    assert (CheckReport(steps=(optional,)).account, CheckReport(steps=(optional,)).failure) == (None, None)


def test_report_is_readable_by_scripts() -> None:
    """The report as a dictionary has the fields of the contract, in JSON's types."""
    told = CheckReport(steps=(result(Status.PASSED, account=Account(id="1", role="admin")),)).as_dict()
    assert told == json.loads(json.dumps(told))
    assert told["account"] == {"id": "1", "name": None, "holder": None, "role": "admin"}
    names = ["id", "title", "status", "required", "kind", "code", "message", "remedy", "permission", "seconds"]
    assert (True, names) == (told["ok"], list(told["steps"][0]))
    assert (told["steps"][0]["seconds"], told["steps"][0]["status"]) == (0.123, "passed")


async def test_result_names_the_right_of_its_step() -> None:
    """The right that a step proves is told however the step ends."""
    right = "System > Members: Inquire"
    given = [step(permission=right), step(raising(error("forbidden")), permission=right), step(permission=right)]
    assert [found.permission for found in await results(*given)] == [right] * 3


async def requested(*steps: CheckStep) -> str | None:
    """What a check of these steps asks the CRM's administrator for."""
    return CheckReport(steps=tuple(await results(*steps))).permission_request("Acme")


REFUSED = raising(error("forbidden", "The key may not do this."))


async def test_nothing_is_asked_for_where_no_right_is_missing() -> None:
    """A check that passes, or fails for another reason, needs no word with the CRM's administrator."""
    assert await requested(step(permission="Read")) is None
    assert await requested(step(raising(error("timed_out")), permission="Read"), step(permission="List")) is None


async def test_missing_rights_are_asked_for_before_untested_ones() -> None:
    """What is missing comes first, then what nobody could test; what was proven is not asked for."""
    proven = step(title="Sign in", permission="API access")
    missing = step(REFUSED, title="List users", permission="Members: List")
    untested = step(title="Find contacts", permission="Contacts: Read", feature="screen pop")
    text = await requested(proven, missing, untested)
    assert text is not None
    listed = [line for line in text.splitlines() if line.startswith("- ")]
    assert listed == ["- Members: List (to list users)", "- Contacts: Read (to find contacts, for screen pop)"]
    assert text.index("could not be tested") < text.index("Contacts: Read")


async def test_right_is_asked_for_once() -> None:
    """A right that several steps need stands there once, with all that it is needed for."""
    first, other = (step(REFUSED, title=title, permission="Read", required=False) for title in ("See", "Find"))
    untested = step(title="Count", permission="Read")
    text = await requested(first, other, step(REFUSED, title="Reach"), untested)
    assert [line for line in str(text).splitlines() if line.startswith("- ")] == [
        "- Read (to see; to find)",
        "- The key may not do this. (to reach)",
    ]


async def test_request_says_whose_credentials_lack_the_rights() -> None:
    """The administrator learns which user the rights are for, where the check found out."""
    signed_in = step(finding(account=Account(holder="Ann Example")))
    text = await requested(signed_in, step(REFUSED, permission="Read"))
    assert "the credentials of Ann Example" in str(text)

"""C: the systems check."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from jackfield.checks import Status
from jackfield.errors import CATALOGUE, Kind
from jackfield.simulation import STANDARD_FAULTS
from jackfield.testing import _matrix
from jackfield.testing._comparing import different_account
from jackfield.testing._credentials import shown_in
from jackfield.testing._facts import ContractFacts
from jackfield.testing._matrix import SOURCES, Cell
from jackfield.testing._nonsense import NONSENSE, Always
from jackfield.testing._replays import replays
from jackfield.testing._running import Hung, logged, outcome, report_of, run, texts_of, users_of
from jackfield.testing._saying import broken, require, skipped, some
from jackfield.testing._sources import baseline
from jackfield.testing._stage import IMPATIENT, ONCE, SHORT, refuse_unknown
from jackfield.testing._watching import Heartbeat, Watch, sleep_watched

if TYPE_CHECKING:
    from jackfield.checks import CheckReport, StepResult
    from jackfield.settings import ConnectionSettings
    from jackfield.testing._stage import Stage

_READING = {"GET", "HEAD"}
_TIME_BOX = 0.4
#: Seconds for which a hook may hold the event loop; a busy machine holds it too, so it is measured twice.
_HELD = 0.15


class SystemsCheck(ContractFacts):
    """The clauses C1 to C8."""

    @pytest.mark.parametrize("source", SOURCES)
    def test_c1_sound_account_passes(self, stage: Stage, source: str) -> None:
        """C1: where all is well every required step passes, and none fails."""
        report = _sound(stage, source)
        good = {Status.PASSED} if source == "simulator" else {Status.PASSED, Status.WARNED}
        for step in report.steps:
            seen = f"the step {step.id} {step.status} as {step.code}: {step.message} {step.detail or ''}"
            require(step.status in good, "C1", seen, promised="nothing to warn of where all is well")
            require(isinstance(step.message, str) and step.message.strip(), "C1", f"the step {step.id} says nothing")
        warned = [
            f"{step.id} as {step.code}" for step in report.steps if step.required and step.status is Status.WARNED
        ]
        require(not warned, "C1", f"the account is sound, and the step {some(warned)} warned")
        require(report.ok, "C1", "the report does not call the connection good")

    def test_c1_steps_keep_their_order(self, stage: Stage) -> None:
        """C1: results come in the order of the declaration, and ids are unique."""
        steps = stage.connector.steps()
        declared = [step.id for step in steps]
        twice = sorted({name for name in declared if declared.count(name) > 1})
        require(declared, "C1", "systems_check() declares no step")
        for step in steps:
            sound = isinstance(step.title, str) and step.title.strip() == step.title and step.title[:1].isupper()
            seen = f"the step {step.id} has the title {step.title!r}"
            require(sound, "C1", seen, promised="a title for people, which begins with a capital")
        require(not twice, "C1", f"several steps have the id {some(twice)}")
        require([step.id for step in stage.connector.steps()] == declared, "C1", "the steps are not the same each time")
        untold = [step.id for step in steps if not step.required and not step.feature]
        require(not untold, "C1", f"the step {some(untold)} is not required, and names no feature that does without it")
        require(any(step.required for step in steps), "C1", "no step is required")
        reported = [step.id for step in _sound(stage, "simulator").steps]
        require(reported == declared, "C1", f"the steps ran as {some(reported, 9)}, declared as {some(declared, 9)}")

    def test_c1_account_is_named(self, stage: Stage) -> None:
        """C1: the check says which account the credentials open, who holds them, and in what role."""
        report = _sound(stage, "simulator")
        require(report.account, "C1", "no step says whose credentials they are")
        expected = stage.simulator("C1").account
        if expected is not None and report.account is not None:
            difference = different_account(report.account, expected)
            require(difference is None, "C1", f"the account's {difference}")

    def test_c1_inactive_holder_is_told(self, stage: Stage) -> None:
        """C1: credentials of an inactive user, which may stop working at any time, are worth a warning."""
        with stage.simulated("C1", "inactive_holder") as served:
            report = run(stage.checked(served.settings))
        told = [step for step in report.steps if step.kind == Kind.SETTINGS]
        require(told, "C1", "nothing is said of credentials whose user is inactive", promised="inactive_holder")
        named = report.account or told[0].status is Status.FAILED
        require(named, "C1", f"the step {told[0].id} warned, and no step says whose credentials they are")

    @replays("check", "unauthorized")
    def test_c2_refused_credentials(self, stage: Stage, act: str, source: str, fault: str, position: str) -> None:
        """C2: credentials that are refused are a matter of settings, at whatever answer."""
        _matrix.judge(stage, "C2", Cell(act, source, fault, position))

    @pytest.mark.parametrize("how", ["fault", "wrong_key"])
    def test_c2_sign_in_fails_and_the_rest_is_skipped(self, stage: Stage, how: str) -> None:
        """C2: credentials that the CRM refuses fail at the step that signs in; every later step is skipped."""
        faults = ["unauthorized"] if how == "fault" else []
        credentials = "wrong" if how == "wrong_key" else "other"
        with stage.simulated("C2", faults=faults, credentials=credentials) as served:
            if how == "wrong_key" and served.credentials is served.own:
                skipped("C2", "no other credentials of this connector can be made up")
            report = run(stage.checked(served.settings, retry=IMPATIENT))
        failure = report.failure
        if failure is None:
            broken("C2", "the check passed with credentials that the CRM refuses")
        seen = f"refused credentials failed at {failure.id} as {failure.code} ({failure.kind}): {failure.message}"
        ids = [step.id for step in report.steps]
        look = "systems_check(), or sign_in_step of the contract class, which names the step that signs in"
        require(self.sign_in_step in ids, "C2", f"there is no step {self.sign_in_step}, but {some(ids)}", look=look)
        require(failure.id == self.sign_in_step, "C2", seen, promised=f"the step {self.sign_in_step}")
        require(failure.kind == Kind.SETTINGS, "C2", seen, promised="kind settings")
        require(failure.remedy, "C2", f"the step {failure.id} failed without a remedy")
        after = report.steps[ids.index(failure.id) + 1 :]
        ran = [step.id for step in after if step.status is not Status.SKIPPED]
        require(not ran, "C2", f"after {failure.id} the steps {some(ran)} ran all the same")

    @replays("check", "forbidden")
    def test_c3_refused_rights(self, stage: Stage, act: str, source: str, fault: str, position: str) -> None:
        """C3: a refusal for want of a right is a matter of permission, at whatever answer."""
        _matrix.judge(stage, "C3", Cell(act, source, fault, position))

    def test_c3_missing_right_is_named(self, stage: Stage) -> None:
        """C3: where one right is missing, the step that needs it fails, and says which right that is."""
        scenes = {name: name.partition(":")[2] for name in stage.simulator("C3").scenes if name.startswith("without:")}
        if not scenes:
            skipped("C3", "the simulator has no scene without:<step>")
        for scene, step_id in scenes.items():
            with stage.simulated("C3", scene) as served:
                report = run(stage.checked(served.settings, retry=IMPATIENT))
            _judge_missing_right(report, step_id)

    @pytest.mark.parametrize("trouble", ["host_unknown", "connection_refused", "tls_failed", "timed_out"])
    def test_c4_unreachable_host_is_no_wrong_key(self, stage: Stage, trouble: str) -> None:
        """C4: a host that cannot be reached fails at the first step, under its own name."""
        faults = ["stalled"] if trouble == "timed_out" else []
        with stage.simulated("C4", faults=faults) as served:
            settings = served.unreachable(trouble)
            report = run(stage.checked(settings, retry=ONCE if faults else IMPATIENT, bounds=SHORT))
        first = report.steps[0]
        failed = next((step for step in report.steps if step.status is Status.FAILED), first)
        seen = f"{trouble}: the step {failed.id} {failed.status} as {failed.code}: {failed.message}"
        require(first.status is Status.FAILED, "C4", seen, promised=f"the first step, {first.id}, fails as {trouble}")
        require(first.code == trouble, "C4", seen, promised=f"the code {trouble}")

    @replays("check", "stalled", "dropped_connection", "not_found_html")
    def test_c4_broken_ways(self, stage: Stage, act: str, source: str, fault: str, position: str) -> None:
        """C4: an answer that does not come, breaks off or is that of another server is never taken for a wrong key."""
        _matrix.judge(stage, "C4", Cell(act, source, fault, position))

    @replays("check", "html_ok", "empty_body", "truncated_json", "wrong_shape", "null_id", "repeated_page")
    def test_c5_success_without_content(self, stage: Stage, act: str, source: str, fault: str, position: str) -> None:
        """C5: an answer with status 200 that is not what the API promises is never a pass."""
        _matrix.judge(stage, "C5", Cell(act, source, fault, position))

    def test_c5_every_answer_is_read(self, stage: Stage) -> None:
        """C5: no answer of a check is taken on trust: where one alone is no data, a step fails or warns."""
        requests = baseline(stage, "C5", "simulator", "check").requests
        known = stage.simulator("C5").faults
        names = [name for name in ("truncated_json", "html_ok") if name in known]
        cells = [Cell("check", "simulator", name, str(place)) for name in names for place in range(1, requests + 1)]
        for cell in cells:
            found = _matrix.ended(stage, "C5", cell)
            told = [step for step in (found.report.steps if found.report else ()) if step.status is not Status.PASSED]
            asked = some(seen.line for seen in found.requests[found.place - 1 : found.place])
            require(told, "C5", f"with {cell} ({asked}), every step of the check passed")

    @pytest.mark.parametrize("body", list(NONSENSE.values()), ids=list(NONSENSE))
    def test_c5_nonsense_is_no_pass(self, stage: Stage, body: str) -> None:
        """C5: JSON with status 200 that tells nothing does not pass, whatever is asked for."""
        with stage.simulated("C5", front=lambda _: Always(body)) as served:
            report = run(stage.checked(served.settings, retry=IMPATIENT))
        require(not report.ok, "C5", f"the check passed while every answer was {body}")
        failed = next(step for step in report.steps if step.status is Status.FAILED)
        seen = f"while every answer was {body}, {failed.id} failed as {failed.code}: {failed.message}"
        require(failed.code not in {"connector_failed", "credentials_refused"}, "C5", seen, promised="kind vendor")

    @replays("check", "throttled", "throttled_no_retry_after", "server_error", "unavailable")
    def test_c6_troubles_of_the_crm(self, stage: Stage, act: str, source: str, fault: str, position: str) -> None:
        """C6: 429 and 5xx that stay are transient or the vendor's, are never blamed on the key, and not hammered at."""
        found = _matrix.judge(stage, "C6", Cell(act, source, fault, position))
        most = IMPATIENT.attempts * baseline(stage, "C6", source, act).requests
        seen = f"with {fault} from the {position} answer on, {len(found.requests)} requests were sent"
        require(
            len(found.requests) <= most,
            "C6",
            seen,
            promised=f"at most {most} requests: the client tries again by itself",
        )

    def test_c6_passing_trouble_is_retried(self, stage: Stage) -> None:
        """C6: a trouble that passes leaves no trace in the result, at whatever answer; Retry-After is waited for."""
        baseline(stage, "C6", "simulator", "check")
        for cell in _matrix.passing_cells(stage):
            found = _matrix.ended(stage, "C6", cell)
            steps = found.report.steps if found.report else ()
            failed = some(f"{step.id} as {step.code}" for step in steps if step.status is Status.FAILED)
            ok = found.report is not None and found.report.ok and not failed
            require(ok, "C6", f"with {cell}, the check failed all the same: {failed or 'it did not end'}")
            waited = found.waits[found.place - 1] if len(found.waits) >= found.place else 0.0
            patient = cell.fault != "throttled" or waited >= 1.0
            require(patient, "C6", f"after 429 with Retry-After: 1 it was asked again in {waited:.2f} s")

    @pytest.mark.parametrize("act", ["check", "import"])
    def test_c6_faults_of_its_own(self, stage: Stage, act: str) -> None:
        """C6: a trouble that only this platform knows ends as its simulator promises, from the first answer on."""
        own = [name for name in stage.simulator("C6").faults if name not in STANDARD_FAULTS]
        if not own:
            skipped("C6", "the simulator has no faults of its own")
        _matrix.play(stage, "C6", [Cell(act, "simulator", name, "first") for name in own])
        for name in own:
            _matrix.judge(stage, "C6", Cell(act, "simulator", name, "first"))

    def test_c7_check_only_reads(self, stage: Stage) -> None:
        """C7: the check asks by GET and HEAD alone, so it changes nothing."""
        with stage.simulated("C7") as served:
            run(stage.checked(served.settings))
        writing = [seen.line for seen in served.watched.requests if seen.method not in _READING]
        require(not writing, "C7", f"the check sends {some(writing)}", promised="GET and HEAD only")

    def test_c7_stalled_crm_ends_the_check(self, stage: Stage) -> None:
        """C7: a CRM that never answers ends the check within its time, as a time-out."""
        with stage.simulated("C7", faults=["stalled"]) as served:
            begin = time.monotonic()
            try:
                report = run(_boxed(stage, served.settings), within=4 * _TIME_BOX)
            except (TimeoutError, Hung):
                broken("C7", f"with a CRM that never answers, the check goes on after {4 * _TIME_BOX:g} s")
            seconds = time.monotonic() - begin
        require(seconds < 3 * _TIME_BOX, "C7", f"a time box of {_TIME_BOX:g} s became {seconds:.1f} s")
        require(report.failure and report.failure.code == "timed_out", "C7", f"it failed as {_code(report.failure)}")

    def test_c7_check_never_blocks(self, stage: Stage) -> None:
        """C7: no step holds the event loop, in which all other connections wait."""
        for _ in range(2):
            watch, heart = Watch(), Heartbeat()
            with stage.simulated("C7") as served, sleep_watched(watch):
                run(_beating(stage, served.settings, heart))
            require(not watch.slept, "C7", some(watch.slept))
            if heart.longest < _HELD:
                return
        broken("C7", f"the check held the event loop for {heart.longest:.2f} s without a break")

    @replays("check", "too_large", "redirect_elsewhere", "foreign_next_page")
    def test_c7_bounded_and_at_home(self, stage: Stage, act: str, source: str, fault: str, position: str) -> None:
        """C7: an answer without an end, or one that leads elsewhere, ends the check with its own error."""
        _matrix.judge(stage, "C7", Cell(act, source, fault, position))

    def test_c8_sound_check_shows_no_secret(self, stage: Stage, capfd: pytest.CaptureFixture[str]) -> None:
        """C8: a check where all is well tells, logs and prints no secret."""
        with stage.simulated("C8") as served, logged() as lines:
            report = run(stage.checked(served.settings))
        printed = capfd.readouterr()
        secrets = served.credentials.secrets
        for step in report.steps:
            require(not shown_in(repr(step), secrets), "C8", f"the step {step.id} shows a secret: {step.message}")
        leaking = [line for line in lines if shown_in(line, secrets)]
        require(not leaking, "C8", f"a secret is logged: {some(leaking, 1)}")
        require(not shown_in(printed.out + printed.err, secrets), "C8", "a secret is printed")

    @pytest.mark.parametrize("fault", [*STANDARD_FAULTS, "wrong_key"])
    def test_c8_no_trouble_shows_a_secret(self, stage: Stage, fault: str) -> None:
        """C8: whatever goes wrong, no message, detail or log line of a check or an import shows a secret."""
        faults = [] if fault == "wrong_key" else [fault]
        if faults:
            refuse_unknown(stage, "C8", fault)
        credentials = "wrong" if fault == "wrong_key" else "other"
        with stage.simulated("C8", faults=faults, credentials=credentials) as served, logged() as lines:
            report, texts = run(_both(stage, served.settings), within=20)
        secrets = served.credentials.secrets
        for step in report.steps:
            require(
                not shown_in(repr(step), secrets),
                "C8",
                f"under {fault} the step {step.id} shows a secret: {step.message}",
            )
        require(
            not any(shown_in(text, secrets) for text in texts), "C8", f"under {fault} the import's error shows a secret"
        )
        leaking = [line for line in lines if shown_in(line, secrets)]
        require(not leaking, "C8", f"under {fault} a secret is logged: {some(leaking, 1)}")


def _sound(stage: Stage, source: str) -> CheckReport:
    report = baseline(stage, "C1", source, "check").report
    if report is None:
        broken("C1", "the check gave no report")
    return report


def _judge_missing_right(report: CheckReport, step_id: str) -> None:
    failed = [step for step in report.steps if step.status is Status.FAILED]
    told = some(f"{step.id} as {step.code} ({step.kind})" for step in failed) or "nothing"
    seen = f"without the right of the step {step_id}, {told} failed"
    require([step.id for step in failed] == [step_id], "C3", seen, promised=f"the step {step_id} alone fails")
    require(failed[0].kind == Kind.PERMISSION, "C3", seen, promised="kind permission")
    named = failed[0].permission or failed[0].message != CATALOGUE[failed[0].code or "forbidden"].meaning
    require(named, "C3", f"{seen}, and said no more than: {failed[0].message}", promised="the right by its name")
    require(failed[0].remedy, "C3", f"the step {step_id} failed without a remedy")
    support = f"the step {step_id} failed without what the CRM was asked and said"
    require(
        "\n" in (failed[0].detail or ""),
        "C3",
        support,
        promised="error(..., detail=refusal.detail, request=refusal.request)",
    )


async def _boxed(stage: Stage, settings: ConnectionSettings) -> CheckReport:
    async with stage.connected(settings) as connection:
        return await report_of(connection, time_box=_TIME_BOX)


async def _beating(stage: Stage, settings: ConnectionSettings, heart: Heartbeat) -> None:
    async with stage.connected(settings) as connection, heart:
        await report_of(connection)


async def _both(stage: Stage, settings: ConnectionSettings) -> tuple[CheckReport, list[str]]:
    async with stage.connected(settings, retry=ONCE, bounds=SHORT) as connection:
        report, imported = await asyncio.gather(report_of(connection, time_box=5.0), outcome(users_of(connection)))
    return report, texts_of(imported) if isinstance(imported, BaseException) else []


def _code(step: StepResult | None) -> str:
    return "nothing" if step is None else str(step.code)

"""N: what a connector sends, and where."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from jackfield.http import Budgets, Scope
from jackfield.testing import _importing, _matrix
from jackfield.testing._beside import beside, slow
from jackfield.testing._facts import ContractFacts
from jackfield.testing._globals import changed, snapshot
from jackfield.testing._matrix import Cell
from jackfield.testing._replays import replays
from jackfield.testing._running import outcome, report_of, run, users_of
from jackfield.testing._saying import require, skipped, some
from jackfield.testing._stage import IMPATIENT
from jackfield.testing._watching import Watch, environment_watched, network_closed

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from jackfield.checks import CheckReport
    from jackfield.http import Limit
    from jackfield.http.budget import Turn
    from jackfield.settings import ConnectionSettings
    from jackfield.testing._hall import Seen
    from jackfield.testing._stage import Served, Stage

_NUMBER = "+1 202 555 0199"
#: Requests at once where no budget would be seen otherwise.
_BURST = 25
_SHORT_WINDOW = 2.0


class Network(ContractFacts):
    """The clauses N1 to N5."""

    def test_n1_only_its_own_host_is_asked(self, stage: Stage) -> None:
        """N1: a check, an import, a lookup and a link touch the connection's own host and no other."""
        served, watch = _all_at_work(stage)
        require(not watch.beyond, "N1", f"beside the connection's own host there was {some(watch.beyond)}")
        others = sorted(watch.ports - {served.watched.port})
        require(not others, "N1", f"connections were made to port {some(others)} of this machine as well")

    def test_n1_every_request_goes_through_the_client(self, stage: Stage) -> None:
        """N1: whatever reaches the CRM was sent by the client that the connector was handed."""
        turns = Turns()
        with stage.simulated("N1") as served:
            run(_everything(stage, served.settings, turns))
        came = len(served.watched.requests)
        seen = f"{came} requests reached the CRM, and {turns.taken} of them through the client that was handed in"
        require(came <= turns.taken, "N1", seen)

    @pytest.mark.parametrize("act", ["check", "import"])
    def test_n1_no_redirect_is_followed_elsewhere(self, stage: Stage, act: str) -> None:
        """N1: nothing is asked of a host that a redirect names, and the redirect is an error."""
        code, asked = _redirected(stage, act)
        require(not asked, "N1", f"the {act} followed a redirect to another host: {some(seen.line for seen in asked)}")
        require(code == "redirected_elsewhere", "N1", f"a redirect to another host ended the {act} as {code}")

    @replays("import", "foreign_next_page", "redirect_elsewhere")
    def test_n1_next_page_elsewhere(self, stage: Stage, act: str, source: str, fault: str, position: str) -> None:
        """N1: a next page or a redirect on another host ends the import in an error, wherever it comes."""
        _matrix.judge(stage, "N1", Cell(act, source, fault, position))
        beyond = _matrix.matrix_of(stage).beyond
        require(not beyond, "N1", f"while faults were played there was {some(beyond)}")

    def test_n2_every_request_is_signed(self, stage: Stage) -> None:
        """N2: every request carries the credentials, but for those that need none and then carry none."""
        served, _ = _all_at_work(stage)
        require(served.credentials.secrets, "N2", "the settings hold no secret, and authenticate() signs with none")
        for seen in served.watched.requests:
            signed = stage.signs(seen.headers, seen.query, served.credentials)
            free = any(seen.path.startswith(prefix) for prefix in self.unsigned)
            require(signed or free, "N2", f"{seen.line} carries no credentials")
            require(not (signed and free), "N2", f"{seen.line} needs no credentials, and carries them")
            for name in () if free else served.credentials.auth.headers():
                require(name.lower() in seen.headers, "N2", f"{seen.line} lacks the header {name} that signs it")

    @pytest.mark.parametrize("act", ["check", "import"])
    def test_n2_no_redirect_takes_the_key_along(self, stage: Stage, act: str) -> None:
        """N2: no credentials reach a host that a redirect names."""
        _, asked = _redirected(stage, act)
        with stage.simulated("N2") as served:
            taken = [seen.line for seen in asked if stage.signs(seen.headers, seen.query, served.credentials)]
        require(not taken, "N2", f"the credentials went along to another host: {some(taken)}")

    def test_n2_no_address_holds_a_secret(self, stage: Stage) -> None:
        """N2: the path of a request holds no secret; where the query does, authenticate() has said so."""
        served, _ = _all_at_work(stage)
        declared = bool(served.credentials.auth.params())
        for seen in served.watched.requests:
            require(not stage.signs({}, seen.path, served.credentials), "N2", f"a path of {seen.method} holds a secret")
            hidden = declared or not stage.signs({}, seen.query, served.credentials)
            require(hidden, "N2", f"the query of {seen.line} holds a secret")

    def test_n3_connections_do_not_mix(self, stage: Stage) -> None:
        """N3: two connections at once see each its own account, and sign each with its own credentials."""
        scenes = ["small_pages"] if stage.has_scene("small_pages") else []  # so that each walk meets the other's
        with (
            stage.simulated("N3", *scenes, users=8) as one,
            stage.simulated("N3", *scenes, users=17, credentials="third") as other,
        ):
            found = run(_at_once(stage, one, other))
        for served, count, users in zip((one, other), (8, 17), found, strict=True):
            truth = stage.truth("N3", count)
            expected = count if truth is None else len(truth)
            seen = f"of two connections at once, the one to an account of {expected} users got {len(users)}"
            require(len(users) == expected, "N3", seen)
            foreign = other if served is one else one
            if foreign.credentials.secrets == served.credentials.secrets:
                continue
            _signed_by_its_own(served)

    def test_n3_nothing_is_remembered(self, stage: Stage) -> None:
        """N3: a connection that is opened after another one knows nothing of it."""
        counts = (5, 9, 5)
        for place, count in enumerate(counts):
            how = "third" if place == 1 else "other"
            with stage.simulated("N3", users=count, credentials=how) as served:
                users, _ = run(_everything(stage, served.settings))
            truth = stage.truth("N3", count)
            expected = count if truth is None else len(truth)
            seen = f"an account of {expected} users, opened after another, gave {len(users)}"
            require(len(users) == expected, "N3", seen)
            _signed_by_its_own(served)

    def test_n3_no_check_remembers_another(self, stage: Stage) -> None:
        """N3: a check knows nothing of the one before, which found other credentials or another answer."""
        with stage.simulated("N3", credentials="wrong") as refused, stage.simulated("N3") as served:
            kept = run(_checked_in_turn(stage, refused, served))
        require(kept.ok, "N3", f"a check of good credentials, after one of refused ones, failed: {_failure(kept)}")

    def test_n3_each_connection_signs_for_itself(self, stage: Stage) -> None:
        """N3: how requests are signed comes from the settings of their own connection."""
        with stage.simulated("N3") as served:
            one, other = served.own, served.own.other()
        if one.settings == other.settings or not one.auth.secrets():
            skipped("N3", "no other credentials of this connector can be made up")
        alike = (one.auth.headers(), one.auth.params()) == (other.auth.headers(), other.auth.params())
        require(not alike, "N3", "authenticate() signs alike for two connections with different credentials")

    def test_n3_no_global_state(self, stage: Stage) -> None:
        """N3: nothing at the module level of the connector changes while it works, and no environment is read."""
        module = _importing.module_of(stage.connector)
        if module is None:
            skipped("N3", "the connector is no module that can be imported by its name")
        watch = Watch()
        with stage.simulated("N3") as served:
            run(_everything(stage, served.settings))  # what is imported late is there now
            before = snapshot(module)
            with environment_watched(watch, module):
                run(_everything(stage, served.settings))
                stage.connector.call("limits")  # which was answered before, once for all connections
        kept = changed(before, snapshot(module))
        require(not kept, "N3", f"while the connector worked, {some(kept)} changed")
        require(not watch.environment, "N3", f"the connector reads {some(watch.environment)} from the environment")

    def test_n4_bursts_wait(self, stage: Stage) -> None:
        """N4: a burst of requests waits its turn, so a CRM that counts them never has to refuse one."""
        requests: list[Seen] = beside(stage, "test_n4_bursts_wait")
        found = _too_early(stage, requests)
        for _ in range(2):  # what a busy machine delivers late is not the connector's doing, and does not come again
            found = found and _too_early(stage, run(_burst(stage)))
        require(not found, "N4", found)

    def test_n5_every_request_is_introduced(self, stage: Stage) -> None:
        """N5: every request says what it accepts, and names product, connector and version."""
        served, _ = _all_at_work(stage)
        agent = f"jackfield-{stage.connector.id}/{stage.connector.version}"
        require(served.watched.requests, "N5", "a check, an import and a lookup sent no request")
        for seen in served.watched.requests:
            sent = seen.headers.get("user-agent", "")
            own = sent.startswith("jackfield/") and agent in sent
            look = "requests that do not go through connection.http"
            require(
                own, "N5", f"{seen.line} says User-Agent {sent!r}", promised=f"jackfield/VERSION {agent}", look=look
            )
            accept = seen.headers.get("accept", "")
            specific = accept and "*" not in accept
            require(specific, "N5", f"{seen.line} says Accept {accept!r}", promised=stage.connector.platform.accept)


def _all_at_work(stage: Stage) -> tuple[Served, Watch]:
    """A check, an import and a lookup, done once for all tests that look at what was sent."""

    def work() -> tuple[Served, Watch]:
        with stage.simulated("N1") as served, network_closed() as watch:
            run(_everything(stage, served.settings))
        return served, watch

    found: tuple[Served, Watch] = stage.once("all at work", work)
    return found


class Turns(Budgets):
    """Budgets that keep nobody waiting, and count the requests of the client that asks them."""

    def __init__(self) -> None:
        super().__init__(lifted=True)
        self.taken = 0

    async def turn(self, limits: Sequence[tuple[Hashable, Limit]]) -> Turn:
        self.taken += 1
        return await super().turn(limits)


async def _everything(
    stage: Stage, settings: ConnectionSettings, budgets: Budgets | None = None
) -> tuple[list[Any], Any]:
    """A check, an import, a lookup where there is one; what the import and the check gave."""
    async with stage.connected(settings, budgets=budgets) as connection:
        report = await report_of(connection)
        users = await users_of(connection)
        if stage.connector.implements("find_contacts"):
            await outcome(connection.find(_NUMBER))
    return users, report


async def _at_once(stage: Stage, one: Served, other: Served) -> list[list[Any]]:
    async with stage.connected(one.settings) as first, stage.connected(other.settings) as second:
        both = await asyncio.gather(users_of(first), users_of(second), report_of(first), report_of(second))
    return [both[0], both[1]]


async def _checked_in_turn(stage: Stage, *those: Served) -> CheckReport:
    """The last of several checks."""
    reports = [await stage.checked(served.settings, retry=IMPATIENT) for served in those]
    return reports[-1]


def _failure(report: CheckReport) -> str:
    failure = report.failure
    return "no step passed" if failure is None else f"the step {failure.id} as {failure.code}: {failure.message}"


def _signed_by_its_own(served: Served) -> None:
    for seen in served.watched.requests:
        for name, value in served.credentials.auth.headers().items():
            sent = seen.headers.get(name.lower())
            require(sent in {None, value}, "N3", f"{seen.line} was signed with another connection's credentials")
    refused = [seen.line for seen in served.watched.requests if seen.status in {401, 403}]
    require(not refused, "N3", f"{some(refused)} was refused: it did not carry this connection's credentials")


def _redirected(stage: Stage, act: str) -> tuple[str | None, list[Seen]]:
    """The code that a redirect to another host ends with, and what that host was asked."""
    found: tuple[str | None, list[Seen]] = stage.once(("redirected", act), lambda: _redirect(stage, act))
    return found


def _redirect(stage: Stage, act: str) -> tuple[str | None, list[Seen]]:
    with stage.elsewhere() as elsewhere, stage.simulated("N1", front=elsewhere.redirecting) as served:
        if act == "check":
            report = run(stage.checked(served.settings, retry=IMPATIENT))
            return (report.failure.code if report.failure else "no failure"), elsewhere.watched.requests
        found = run(outcome(stage.imported(served.settings, retry=IMPATIENT)))
        return getattr(found, "code", "no error"), elsewhere.watched.requests


def _limits(stage: Stage) -> tuple[Limit, ...]:
    return tuple(stage.connector.call("limits") or ())


def _is_short(limit: Limit) -> bool:
    return limit.amount <= _BURST and limit.window <= _SHORT_WINDOW


@slow("test_n4_bursts_wait")
async def _burst(stage: Stage) -> list[Seen]:
    """So many requests at once that the shortest budget has to make some wait: imports, and what a check asks for."""
    burst = max((limit.amount + limit.amount // 4 + 1 for limit in filter(_is_short, _limits(stage))), default=_BURST)
    with stage.simulated("N4") as served:
        async with stage.connected(served.settings) as connection:
            await report_of(connection)
        paths = list(dict.fromkeys(seen.path for seen in served.watched.requests))
    with stage.simulated("N4", limited=True) as served:
        async with stage.connected(served.settings, budgets=Budgets(), retry=IMPATIENT) as connection:
            asked = (connection.http.get(paths[place % len(paths)], judged=False) for place in range(burst // 2))
            await asyncio.gather(
                *(outcome(users_of(connection)) for _ in range(burst - burst // 2)), *map(outcome, asked)
            )
    return served.watched.requests


def _too_early(stage: Stage, requests: list[Seen]) -> str:
    """What shows that requests did not wait; nothing where all did."""
    limits = _limits(stage)
    said = f"limits() declares {some(limits)}" if limits else "limits() declares none"
    refused = [seen for seen in requests if seen.status == 429]  # noqa: PLR2004 - HTTP's "Too Many"
    if refused:
        return f"{len(refused)} of {len(requests)} requests at once were refused, and {said}"
    for limit in filter(_is_short, limits):
        most = max(_most_within(those, limit.window) for those in _counted_together(requests, limit))
        if most > limit.amount:
            return f"{most} requests came within {limit.window:g} s, and {said}"
    return ""


def _counted_together(requests: list[Seen], limit: Limit) -> list[list[Seen]]:
    """The requests that share a budget: all, or those of each endpoint."""
    if limit.scope is not Scope.ENDPOINT:
        return [requests]
    return [[seen for seen in requests if seen.path == path] for path in {seen.path for seen in requests}]


def _most_within(requests: list[Seen], window: float) -> int:
    times = sorted(seen.at for seen in requests)
    return max((sum(begin <= time < begin + window for time in times) for begin in times), default=0)

"""The stage that contract tests play on: a connector, its simulator in many scenes, and connections to it."""

from __future__ import annotations

import math
import socket
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from jackfield.http import Bounds, Budgets, OutboundPolicy, Redactor, RetryPolicy
from jackfield.simulation import Reply
from jackfield.testing._credentials import Credentials
from jackfield.testing._hall import Translated
from jackfield.testing._running import report_of, run, users_of
from jackfield.testing._saying import broken, keep_secret, skipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

    from jackfield.checks import CheckReport
    from jackfield.connector import Connection, Connector
    from jackfield.settings import ConnectionSettings
    from jackfield.simulation import ASGIApp, Receive, Scope, Send, Simulator, SimulatorOptions
    from jackfield.testing._hall import Hall, Watched
    from jackfield.testing.replay import Replay
    from jackfield.testing.tapes import Tape
    from jackfield.users import CrmUser

LOOPBACK: Final = OutboundPolicy(allowed=(ip_network("127.0.0.0/8"),))
#: Time enough for the second that a CRM asks for.
PATIENT: Final = RetryPolicy(attempts=3, total=8.0, first_wait=0.01, longest_wait=0.05)


class _Impatient(RetryPolicy):
    def wait(self, tries: int, retry_after: float | None) -> float:
        """No end of waiting where the CRM asks for a second, so that nobody begins to wait."""
        return math.inf if retry_after else super().wait(tries, retry_after)


#: One retry, and never the second for which a CRM asks that slows down.
IMPATIENT: Final = _Impatient(attempts=2, total=8.0, first_wait=0.01, longest_wait=0.02)
#: For a CRM that never answers: to wait for it once is enough.
ONCE: Final = RetryPolicy(attempts=1, total=2.0)
LONG: Final = Bounds(body=2 * 1024 * 1024, connect=2.0, read=4.0)
#: For a CRM that never answers; sound answers come in a tenth of it, unless the machine is very busy.
SHORT: Final = replace(LONG, read=0.6)
#: For a CRM that never stops: less to read until that is known.
SMALL: Final = replace(LONG, body=256 * 1024)
#: Three pages where five come in one answer.
FEW: Final = 12


@dataclass(frozen=True)
class Facts:
    """What a contract class says of its connector."""

    platform: str
    sign_in_step: str
    unsigned: tuple[str, ...]
    folder: Path | None = None


@dataclass(frozen=True)
class Served:
    """A simulator that is served, and the settings that lead to it."""

    watched: Watched
    settings: ConnectionSettings
    options: SimulatorOptions
    credentials: Credentials
    own: Credentials

    def unreachable(self, trouble: str) -> ConnectionSettings:
        """Settings that lead to where the connection fails with this code."""
        url = self.watched.url
        origins = {"host_unknown": "https://crm.invalid", "tls_failed": url.replace("http:", "https:")}
        origin = origins.get(trouble) or (_closed_port() if trouble == "connection_refused" else url)
        moved = {name: value.replace(url, origin) for name, value in self.credentials.values.items()}
        return Credentials.of(self.credentials.connector, moved).settings


@dataclass
class Elsewhere:
    """Another host, to which a server redirects every request."""

    watched: Watched

    def redirecting(self, _: ASGIApp) -> ASGIApp:
        """An application that redirects every request here."""

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            target = f"{self.watched.url}{scope['raw_path'].decode()}?{scope['query_string'].decode()}"
            await Reply(302, b"", (("location", target),))(scope, receive, send)

        return app


@dataclass(frozen=True)
class Good:
    """What comes of a sound account: how many requests it took, and what was seen."""

    requests: int
    users: tuple[CrmUser, ...] = ()
    report: CheckReport | None = None


@dataclass(frozen=True)
class Stage:
    """For one test; ``kept`` outlives it, and is shared by all tests of a contract class."""

    connector: Connector
    facts: Facts
    hall: Hall
    kept: dict[Any, Any] = field(default_factory=dict)

    @property
    def items(self) -> Sequence[Any]:
        """The selected tests of the contract class."""
        found: Sequence[Any] = self.kept.get("items", ())
        return found

    def simulator(self, clause: str) -> Simulator:
        """The connector's simulator; skips where it has none."""
        found = self.connector.simulator()
        if found is None:
            skipped(clause, "the connector does not declare simulator")
        return found

    def needs(self, clause: str, capability: str) -> None:
        """Skip where the connector does not declare the capability."""
        if capability not in self.connector.platform.capabilities:
            skipped(clause, f"the connector does not declare {capability}")

    def has_scene(self, name: str) -> bool:
        """Whether the simulator can show it."""
        found = self.connector.simulator()
        return found is not None and name in found.scenes

    def knobs(self, clause: str, scenes: Sequence[str], *, limited: bool = False) -> dict[str, object]:
        """The knobs that show these scenes at once; skips where the simulator has none of the name."""
        known: Mapping[str, Mapping[str, object]] = self.simulator(clause).scenes
        knobs: dict[str, object] = {} if limited else dict(known.get("unlimited", {}))
        for name in scenes:
            if name not in known:
                skipped(clause, f"the simulator has no scene {name}")
            knobs |= known[name]
        return knobs

    @contextmanager
    def simulated(  # noqa: PLR0913 - the ways in which a simulator can be served, each by name
        self,
        clause: str,
        *scenes: str,
        users: int = FEW,
        faults: Sequence[str] = (),
        front: Callable[[ASGIApp], ASGIApp] = lambda app: app,
        credentials: str = "other",
        limited: bool = False,
        knobs: Mapping[str, object] | None = None,
    ) -> Iterator[Served]:
        """Serve the simulator, with ``front`` put before it; ``knobs`` lie over those of the scenes.

        The ``other`` and the ``third`` credentials are of high entropy and are taken for the simulator's ``own`` ones;
        the ``wrong`` ones are not.
        """
        simulator = self.simulator(clause)
        turned = {**self.knobs(clause, scenes, limited=limited), **(knobs or {})}
        options = simulator.options(users=users, faults=faults, knobs=turned)
        app = simulator.build(options)
        lock = _Lock(app)
        with self.hall.serving(front(lock)) as watched:
            own = Credentials.of(self.connector, simulator.settings(watched.url, options))
            used = own if credentials == "own" else own.other(turns=3 if credentials == "third" else 1)
            if credentials != "wrong" and used is not own:
                lock.app = Translated(app, *used.translations(own))
            keep_secret((*own.secrets, *used.secrets))
            yield Served(watched, used.settings, options, used, own)

    @contextmanager
    def elsewhere(self) -> Iterator[Elsewhere]:
        """Serve another host, which answers whatever it is asked."""
        with self.hall.serving(Reply.of(200, "application/json", "{}")) as watched:
            yield Elsewhere(watched)

    @asynccontextmanager
    async def connected(
        self, settings: ConnectionSettings, *, retry: RetryPolicy = PATIENT, bounds: Bounds = LONG, budgets: Any = None
    ) -> AsyncIterator[Connection]:
        """A connection that waits for no budget unless it is given some."""
        opened = self.connector.connect(
            settings, network=LOOPBACK, retry=retry, bounds=bounds, budgets=budgets or Budgets(lifted=True)
        )
        async with opened as connection:
            yield connection

    async def checked(self, settings: ConnectionSettings, **how: Any) -> CheckReport:
        """A whole check."""
        async with self.connected(settings, **how) as connection:
            return await report_of(connection)

    async def imported(self, settings: ConnectionSettings, **how: Any) -> list[CrmUser]:
        """A whole import, as a host gets it."""
        async with self.connected(settings, **how) as connection:
            return await users_of(connection)

    def good(self, clause: str, act: str) -> Good:
        """What a check, or an import in small pages, is where all is well; worked out once."""
        found: Good = self.once(("good", act), lambda: self._good(clause, act))
        return found

    def _good(self, clause: str, act: str) -> Good:
        scenes = ["small_pages"] if act == "import" and self.has_scene("small_pages") else []
        with self.simulated(clause, *scenes) as served:
            if act == "check":
                report = run(self.checked(served.settings), within=20.0)
                return Good(len(served.watched.requests), report=report)
            users = run(self.imported(served.settings), within=20.0)
            return Good(len(served.watched.requests), users=tuple(users))

    def once(self, key: Any, work: Callable[[], Any]) -> Any:
        """What the work gives or raises, done once for all tests of the class."""
        if key not in self.kept:
            try:
                self.kept[key] = work()
            except (Exception, pytest.skip.Exception, pytest.fail.Exception) as failure:
                self.kept[key] = failure
                raise
        if isinstance(self.kept[key], BaseException):
            raise self.kept[key]
        return self.kept[key]

    def account(self, clause: str, users: int, *scenes: str) -> tuple[CrmUser, ...]:
        """All users of a simulated account of this size; imported once."""

        def work() -> tuple[CrmUser, ...]:
            with self.simulated(clause, *scenes, users=users) as served:
                return tuple(run(self.imported(served.settings), within=20.0))

        found: tuple[CrmUser, ...] = self.once(("account", users, scenes), work)
        return found

    def truth(self, clause: str, users: int, *scenes: str) -> dict[str, CrmUser] | None:
        """What a faithful import of that account gives, by id; None where the simulator does not say."""
        simulator = self.simulator(clause)
        if simulator.truth is None:
            return None
        options = simulator.options(users=users, knobs=self.knobs(clause, scenes))
        return {user.id: user for user in simulator.truth(options)}

    @property
    def folder(self) -> Path | None:
        """Where the cassettes are, or should be."""
        return self.facts.folder

    def tape(self, name: str) -> Tape | None:
        """The good cassette of that name; None where there is none, or none that can be read."""
        from jackfield.testing.tapes import Tape, TapeError

        def load() -> Tape | None:
            path = (self.folder or Path()) / f"{name}.yaml"
            try:
                return Tape.load(path) if path.is_file() else None
            except TapeError:
                return None  # the tests of K2 say so

        found: Tape | None = self.once(("tape", name), load)
        return found

    @contextmanager
    def replaying(self, tape: Tape, faults: Sequence[str] = ()) -> Iterator[tuple[Replay, ConnectionSettings]]:
        """Serve a cassette, and give settings that lead to it."""
        from jackfield.testing.replay import replaying

        with replaying(tape, faults=faults, hall=self.hall) as replay:
            values = replay.settings(self.connector)
            used = Credentials.of(self.connector, values)
            used = used.other() if self.connector.implements("authenticate") else used
            keep_secret(used.secrets)
            yield replay, used.settings

    @contextmanager
    def replayed(self, name: str, faults: Sequence[str] = ()) -> Iterator[tuple[Replay, ConnectionSettings]]:
        """Serve the cassette of that name, which is there."""
        tape = self.tape(name)
        if tape is None:
            skipped("K2", f"there is no cassette {name}.yaml")
        with self.replaying(tape, faults) as served:
            yield served

    def signs(self, headers: Mapping[str, str], query: str, credentials: Credentials) -> bool:
        """Whether a request carries any of the credentials, in whatever spelling."""
        redact = Redactor(credentials.secrets)
        told = "\n".join((*headers.values(), query))
        return redact(told) != told


def _closed_port() -> str:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{sock.getsockname()[1]}"


class _Lock:
    """Stands before an application that is not known yet."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


def page_size_is_clamped(stage: Stage, clause: str) -> None:
    """Skip where the whole list comes in one answer, so that it has no middle."""
    if not stage.has_scene("small_pages"):
        skipped(clause, "the simulator has no scene small_pages")


def refuse_unknown(stage: Stage, clause: str, fault: str) -> None:
    """Skip a fault that the platform cannot have, with the simulator's reason; one without a reason is a failure."""
    simulator = stage.simulator(clause)
    if fault in simulator.faults:
        return
    reason = simulator.left_out.get(fault)
    if reason is None:
        look = "simulator(): put standard_faults() into faults=, or a reason into left_out="
        broken(clause, f"the simulator neither shows the fault {fault} nor says why not", look=look)
    skipped(clause, f"the simulator leaves {fault} out: {reason}")

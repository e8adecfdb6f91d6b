"""The clauses that every connector promises, as tests that any connector can switch on.

A connector's test module subclasses :class:`ConnectorContract` and says which platform it is; every test below then
runs against the connector's own simulator, over real HTTP on loopback. The clause stands in each test's name and in
what it says when it fails.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import tracemalloc
from contextlib import asynccontextmanager, contextmanager
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import pytest

from jackfield import discover
from jackfield.checks import CheckReport, Status
from jackfield.errors import JackfieldError, Kind, SettingsError
from jackfield.hookspecs import REQUIRED
from jackfield.http import Budgets, OutboundPolicy, RetryPolicy
from jackfield.platform import HOOK_API, Capability
from jackfield.records import Record
from jackfield.simulation import running
from jackfield.users import email_or_none
from tests.support.front import Front, in_front_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping

    from jackfield.connector import Connection, Connector
    from jackfield.settings import ConnectionSettings
    from jackfield.users import CrmUser

T = TypeVar("T")

LOOPBACK = OutboundPolicy(allowed=(ip_network("127.0.0.0/8"),))
IMPATIENT = RetryPolicy(attempts=2, total=4.0, first_wait=0.01, longest_wait=0.05)
#: Three pages and a short one at the size that most CRMs allow at most.
SEVERAL_PAGES = 1_234
CAPABILITY_HOOKS = {
    Capability.RECORD_LINKS: "record_link",
    Capability.CONTACT_LOOKUP: "find_contacts",
    Capability.SIMULATOR: "simulator",
}


class ConnectorContract:
    """Subclass it, name the platform, and every clause is tested on its connector."""

    platform: ClassVar[str]
    #: Texts for a URL field as people paste them, all of which must be repaired to the same value.
    repairable: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    #: The step that signs in, the one that lists users, and the step and the knobs of each right that may be missing.
    sign_in_step: ClassVar[str] = "sign_in"
    missing_rights: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    #: A number that the simulator's data holds, spelt in several ways, and a kind of record that has a page.
    known_number: ClassVar[tuple[str, ...]] = ()
    linked_kind: ClassVar[str] = "contact"
    #: Knobs under which users move between pages, and under which the list never ends.
    moving: ClassVar[Mapping[str, str]] = {}
    endless: ClassVar[Mapping[str, str]] = {}

    # --- what the clauses stand on -----------------------------------------------------------------------------------

    @pytest.fixture
    def connector(self) -> Connector:
        return discover()[self.platform]

    def example(self, connector: Connector) -> dict[str, str]:
        return connector.dump(connector.settings_class.example(), secrets=True)

    def secrets(self, connector: Connector, settings: ConnectionSettings) -> list[str]:
        plain = connector.dump(settings)
        return [value for name, value in connector.dump(settings, secrets=True).items() if name not in plain]

    @contextmanager
    def simulated(self, connector: Connector, *faults: str, users: int = 7, **knobs: str) -> Iterator[dict[str, str]]:
        """The settings that lead to a running simulator."""
        simulator = connector.simulator()
        assert simulator is not None
        options = simulator.options(users=users, faults=faults, knobs=knobs)
        with running(simulator, options) as url:
            yield simulator.settings(url, options)

    @asynccontextmanager
    async def connected(
        self, connector: Connector, *faults: str, users: int = 7, **knobs: str
    ) -> AsyncIterator[Connection]:
        with self.simulated(connector, *faults, users=users, **knobs) as values:
            settings = connector.parse(values).settings
            async with connector.connect(settings, network=LOOPBACK, retry=IMPATIENT) as connection:
                yield connection

    async def checked(self, connector: Connector, *faults: str, **knobs: str) -> CheckReport:
        async with self.connected(connector, *faults, **knobs) as connection:
            return await report_of(connection)

    # --- declaration -------------------------------------------------------------------------------------------------

    def test_d1_entry_point_is_the_platform(self, connector: Connector) -> None:
        """D1: the entry point's name is the platform's id, and it was written for this hook API."""
        assert (connector.platform.id, connector.platform.hook_api) == (self.platform, HOOK_API), "D1"
        assert connector.platform.instructions.strip(), "D1: the admin finds no instructions beside the form"
        assert connector.version, "D1: the connector's distribution tells no version"

    def test_d2_every_field_is_explained(self, connector: Connector) -> None:
        """D2: every field has a title and help, secrets are marked write-only, and the example parses."""
        properties = connector.schema()["properties"]
        bare = [name for name, field in properties.items() if not (field.get("title") and field.get("description"))]
        secrets = {name for name, field in properties.items() if field["x-jackfield"]["kind"] == "secret"}
        assert bare == [], "D2: fields without title or help"
        assert secrets == {name for name, field in properties.items() if field.get("writeOnly")}, "D2: secrets"
        assert connector.parse(self.example(connector)).settings == connector.settings_class.example(), "D2: example"

    def test_d3_settings_never_show_a_secret(self, connector: Connector) -> None:
        """D3: no way to print settings, and no refusal of them, shows a secret."""
        values = self.example(connector)
        settings = connector.parse(values).settings
        secrets = self.secrets(connector, settings)
        with pytest.raises(SettingsError) as refused:
            connector.parse({**values, **dict.fromkeys(connector.dump(settings), ""), "nonsense": "1"})
        texts = [repr(settings), str(settings), settings.model_dump_json(), repr(connector.dump(settings))]
        assert leaks([*texts, *texts_of(refused.value)], secrets) == [], "D3"

    def test_d4_repair_is_idempotent(self, connector: Connector) -> None:
        """D4: parsing what parsing gave changes nothing."""
        once = connector.parse(self.example(connector)).settings
        again = connector.parse(connector.dump(once, secrets=True))
        assert (once, {}) == (again.settings, dict(again.repaired)), "D4"

    def test_d5_capabilities_and_hooks_agree(self, connector: Connector) -> None:
        """D5: every declared capability has its hook, and every such hook its capability."""
        hooks = {capability for capability, hook in CAPABILITY_HOOKS.items() if connector.implements(hook)}
        assert hooks == set(connector.platform.capabilities), "D5"
        assert all(connector.implements(hook) for hook in REQUIRED), "D5"

    # --- validation --------------------------------------------------------------------------------------------------

    def test_v1_blank_required_fields_are_refused(self, connector: Connector) -> None:
        """V1: each required field, left blank, is refused at that field, whatever blank looks like."""
        values = self.example(connector)
        for field in connector.schema()["required"]:
            for blank in ("", "   ", None):
                with pytest.raises(SettingsError) as refused:
                    connector.parse({**values, field: blank})
                found = {(problem.field, problem.code) for problem in refused.value.problems}
                assert found == {(field, "required")}, f"V1: {field} = {blank!r}"

    def test_v2_pasted_forms_are_repaired(self, connector: Connector) -> None:
        """V2: blanks around a value, a missing final slash and a missing scheme are repaired."""
        values = self.example(connector)
        expected = connector.parse(values).settings
        pasted = {name: f"  {value}\t" for name, value in values.items()}
        assert connector.parse(pasted).settings == expected, "V2: blanks"
        for name, forms in self.url_forms(connector).items():
            for form in forms:
                assert connector.parse({**values, name: form}).settings == expected, f"V2: {name} = {form!r}"

    def url_forms(self, connector: Connector) -> dict[str, tuple[str, ...]]:
        values = self.example(connector)
        return {
            name: (values[name].rstrip("/"), values[name].removeprefix("https://"), *self.repairable.get(name, ()))
            for name in url_fields(connector)
        }

    @pytest.mark.parametrize(
        ("form", "code"),
        [
            ("http://crm.example.com/", "insecure_url"),
            ("https://user:word@crm.example.com/", "credentials_in_url"),
            ("ftp://crm.example.com/", "unsupported_scheme"),
            ("file:///etc/passwd", "unsupported_scheme"),
            ("javascript:alert(1)", "unsupported_scheme"),
            ("https://crm.example.com/\x00", "control_characters"),
            ("https://crm.exa\nmple.com/", "control_characters"),
            ("not an address", "invalid_url"),
        ],
    )
    def test_v3_dangerous_addresses_are_refused(self, connector: Connector, form: str, code: str) -> None:
        """V3: an address that would send credentials in the clear, or is none, is refused at its field."""
        for field in url_fields(connector):
            with pytest.raises(SettingsError) as refused:
                connector.parse({**self.example(connector), field: form})
            assert [(problem.field, problem.code) for problem in refused.value.problems] == [(field, code)], "V3"

    def test_v4_validation_touches_no_network(self, connector: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
        """V4: parsing and linking open no socket and look up no name."""
        opened: list[object] = []
        monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **_: opened.append(asked))
        monkeypatch.setattr(socket.socket, "connect", lambda _, address: opened.append(address))
        settings = connector.parse(self.example(connector)).settings
        connector.link(settings, Record(kind=self.linked_kind, id="1"))
        assert opened == [], "V4"

    # --- systems check -----------------------------------------------------------------------------------------------

    async def test_c1_good_account_passes(self, connector: Connector) -> None:
        """C1: where all is well every step passes; ids are unique, and the order is that of the declaration."""
        report = await self.checked(connector)
        declared = [step.id for step in connector.steps()]
        assert [step.id for step in report.steps] == declared == list(dict.fromkeys(declared)), "C1: order"
        assert {step.status for step in report.steps} == {Status.PASSED}, f"C1: {report.as_dict()}"
        assert report.ok, "C1"
        assert report.account is not None, "C1: nobody is told whose key it is"

    async def test_c2_refused_credentials(self, connector: Connector) -> None:
        """C2: refused credentials fail at the step that signs in, with a remedy; the rest is skipped."""
        report = await self.checked(connector, "unauthorized")
        assert report.failure is not None, "C2: a refused key passed"
        assert (report.failure.id, report.failure.kind) == (self.sign_in_step, Kind.SETTINGS), "C2"
        assert report.failure.remedy, "C2: no remedy"
        after = report.steps[[step.id for step in report.steps].index(self.sign_in_step) + 1 :]
        assert {step.status for step in after} == {Status.SKIPPED}, "C2"

    async def test_c3_missing_right(self, connector: Connector) -> None:
        """C3: a missing right is of kind permission, at the step that needs it."""
        assert self.missing_rights, "C3: the test module names no right that may be missing"
        for step_id, knobs in self.missing_rights.items():
            report = await self.checked(connector, **knobs)
            failed = [(step.id, step.kind) for step in report.steps if step.status is Status.FAILED]
            assert failed == [(step_id, Kind.PERMISSION)], f"C3: {knobs}"

    async def test_c4_unreachable_host_is_no_wrong_key(self, connector: Connector) -> None:
        """C4: a refused connection and an unknown host fail at the first step, and never as a wrong key."""
        with self.simulated(connector) as values:
            pass
        for host, codes in {"127.0.0.1": {"connection_refused"}, "crm.invalid": {"host_unknown"}}.items():
            moved = {name: value.replace("127.0.0.1", host) for name, value in values.items()}
            secure = {name: value if host == "127.0.0.1" else as_https(value) for name, value in moved.items()}
            async with connector.connect(connector.parse(secure).settings, network=LOOPBACK, retry=IMPATIENT) as crm:
                report = await report_of(crm)
            assert (report.steps[0].status, report.steps[0].code) == (Status.FAILED, *codes), f"C4: {host}"

    @pytest.mark.parametrize("fault", ["html_ok", "empty_body", "truncated_json", "wrong_shape", "null_id"])
    async def test_c5_success_without_content_is_none(self, connector: Connector, fault: str) -> None:
        """C5: an answer with status 200 that is not what the API promises is never a pass."""
        report = await self.checked(connector, fault)
        assert not report.ok, f"C5: {fault}"
        assert report.failure is not None and report.failure.code != "credentials_refused", f"C5: {fault}"

    @pytest.mark.parametrize("fault", ["throttled", "throttled_no_retry_after", "server_error", "unavailable"])
    async def test_c6_troubles_of_the_crm_are_not_the_keys(self, connector: Connector, fault: str) -> None:
        """C6: 429 and 5xx are transient or the vendor's, and never blamed on the key."""
        report = await self.checked(connector, fault)
        assert report.failure is not None, f"C6: {fault} passed"
        assert report.failure.kind in {Kind.TRANSIENT, Kind.VENDOR}, f"C6: {fault}"

    @pytest.mark.parametrize(
        "fault", ["throttled@1-1", "unavailable@2-2", "server_error@3-3", "dropped_connection@2-2"]
    )
    async def test_c6_passing_trouble_is_retried(self, connector: Connector, fault: str) -> None:
        """C6: a trouble that passes leaves no trace in the result."""
        assert (await self.checked(connector, fault)).ok, f"C6: {fault}"

    async def test_c7_check_only_reads(self, connector: Connector) -> None:
        """C7: the check asks by GET and HEAD alone."""
        with self.simulated(connector) as values, in_front_of(values) as front:
            await self.check_through(connector, front)
        assert {request.method for request in front.requests} <= {"GET", "HEAD"}, "C7"

    async def test_c7_stalled_crm_ends_the_check(self, connector: Connector) -> None:
        """C7: a CRM that never answers ends the check as a time-out, and nothing hangs."""
        async with self.connected(connector, "stalled") as connection:
            async with asyncio.timeout(10):
                report = await report_of(connection, time_box=1.0)
        assert report.failure is not None and report.failure.code == "timed_out", "C7"

    # --- faults over the whole line ----------------------------------------------------------------------------------

    @pytest.mark.parametrize("position", [1, 2, 3])
    async def test_u6_c8_every_fault_ends_rightly(
        self, connector: Connector, position: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        """U6, C8: any fault at any page raises with its code or leaves the list whole; no text shows a secret."""
        caplog.set_level(logging.DEBUG)
        simulator = connector.simulator()
        assert simulator is not None
        names = list(simulator.faults)
        ended = await a_few_at_once(self.listed(connector, f"{name}@{position}") for name in names)
        for name, (users, failure, texts, secrets) in zip(names, ended, strict=True):
            codes = simulator.faults[name].codes
            assert failure in codes or (position > 1 and failure is None and len(users) == SEVERAL_PAGES), (
                f"U6: {name} at page {position} gave {len(users)} users and {failure}, promised {codes}"
            )
            assert leaks([*texts, caplog.text], secrets) == [], f"C8: {name}"

    async def listed(self, connector: Connector, fault: str) -> tuple[list[str], str | None, list[str], list[str]]:
        users: list[str] = []
        async with self.connected(connector, fault, users=SEVERAL_PAGES) as crm:
            secrets = self.secrets(connector, crm.settings)
            try:
                async for page in crm.users():
                    users.extend(user.id for user in page)
            except JackfieldError as failure:
                return users, failure.code, texts_of(failure), secrets
        return users, None, [], secrets

    async def test_c8_no_check_shows_a_secret(self, connector: Connector, caplog: pytest.LogCaptureFixture) -> None:
        """C8: whatever goes wrong, no message, detail or log line of a check shows a secret."""
        caplog.set_level(logging.DEBUG)
        simulator = connector.simulator()
        assert simulator is not None
        ended = await a_few_at_once(self.faulted(connector, name) for name in simulator.faults)
        for name, (report, secrets) in zip(simulator.faults, ended, strict=True):
            assert leaks([repr(report), caplog.text], secrets) == [], f"C8: {name}"
            assert report.failure is not None, f"C8: {name} passed"
            assert report.failure.code in simulator.faults[name].codes, f"C8: {name} was taken for {report.failure}"

    async def faulted(self, connector: Connector, fault: str) -> tuple[CheckReport, list[str]]:
        async with self.connected(connector, fault) as crm:
            return await report_of(crm, time_box=6.0), self.secrets(connector, crm.settings)

    # --- user import -------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("users", [1, 7, 499, 500, 501, 1000, SEVERAL_PAGES])
    async def test_u1_every_user_once(self, connector: Connector, users: int) -> None:
        """U1: all users of all pages come, each once, also where pages divide them without rest."""
        found = await self.imported(connector, users=users)
        assert (len(found), len({user.id for user in found})) == (users, users), "U1"

    async def test_u2_ids_and_mails_and_names(self, connector: Connector) -> None:
        """U2: ids are texts that stay the same, e-mails are normalised or None, names are never made of None."""
        first = await self.imported(connector, users=200)
        again = await self.imported(connector, users=200)
        assert first == again, "U2: not the same the second time"
        assert all(isinstance(user.id, str) and user.id.strip() for user in first), "U2: ids"
        assert [user.email for user in first] == [email_or_none(user.email) for user in first], "U2: e-mails"
        assert not [user.name for user in first if not user.name.strip() or "None" in user.name.split()], "U2: names"

    async def test_u3_inactive_users_are_there(self, connector: Connector) -> None:
        """U3: inactive users are in the list, and marked."""
        states = {user.active for user in await self.imported(connector, users=200)}
        assert states == {True, False}, "U3"

    async def test_u4_moving_users_come_once(self, connector: Connector) -> None:
        """U4: users that move between pages while paging are neither lost nor given twice."""
        assert self.moving, "U4: the test module names no knobs under which users move"
        found = await self.imported(connector, users=SEVERAL_PAGES, **self.moving)
        assert (len(found), len({user.id for user in found})) == (SEVERAL_PAGES, SEVERAL_PAGES), "U4"

    async def test_u5_endless_list_ends_in_an_error(self, connector: Connector) -> None:
        """U5: a CRM that repeats a page, or always has more, ends in an error and soon."""
        for faults, knobs in (("repeated_page",), {}), ((), self.endless):
            async with self.connected(connector, *faults, users=SEVERAL_PAGES, **knobs) as crm:
                with pytest.raises(JackfieldError) as failure:
                    async with asyncio.timeout(20):
                        [page async for page in crm.users()]
            assert failure.value.code in {"repeated_page", "endless_listing"}, f"U5: {faults} {knobs}"

    async def test_u8_memory_stays_flat(self, connector: Connector) -> None:
        """U8: pages are given as they come, so the memory for ten times the users is not ten times as much."""
        few, many = [await self.peak(connector, users) for users in (1_000, 10_000)]
        assert many < 3 * few, f"U8: {few} bytes at 1,000 users, {many} at 10,000"

    async def peak(self, connector: Connector, users: int) -> int:
        budgets = Budgets(lifted=True)
        with self.simulated(connector, users=users, rate_limit="off") as values:
            settings = connector.parse(values).settings
            async with connector.connect(settings, network=LOOPBACK, retry=IMPATIENT, budgets=budgets) as crm:
                pages = crm.users()
                await anext(pages)
                tracemalloc.start()
                async for _ in pages:
                    pass
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
        return peak

    async def test_u9_cancelling_leaves_no_request(self, connector: Connector) -> None:
        """U9: a cancelled import stops at once, and no request of it goes on."""
        async with self.connected(connector, "stalled@2", users=SEVERAL_PAGES) as crm:
            task = asyncio.create_task(pages_of(crm))
            await asyncio.sleep(0.3)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                async with asyncio.timeout(1):
                    await task

    async def test_u11_odd_texts_come_unharmed(self, connector: Connector) -> None:
        """U11: names beyond ASCII, with quotes and very long ones come through, and so do shared e-mails."""
        found = await self.imported(connector, users=200)
        names = [user.name for user in found]
        mails = [user.email for user in found if user.email]
        assert any(not name.isascii() for name in names), "U11: no name beyond ASCII came through"
        assert any("'" in name or '"' in name for name in names), "U11: no name with a quote came through"
        assert max(map(len, names)) > 100, "U11: no long name came through"
        assert len(mails) > len(set(mails)), "U11: no shared e-mail came through"

    async def imported(self, connector: Connector, *, users: int, **knobs: str) -> list[CrmUser]:
        async with self.connected(connector, users=users, **knobs) as crm:
            return [user async for page in crm.users() for user in page]

    # --- network -----------------------------------------------------------------------------------------------------

    async def test_n2_n5_every_request_is_signed_and_introduced(self, connector: Connector) -> None:
        """N2, N5: every request carries credentials, says what it accepts, and names product and version."""
        with self.simulated(connector) as values, in_front_of(values) as front:
            await self.check_through(connector, front)
        for request in front.requests:
            assert "authorization" in request.headers or request.query, "N2: an unsigned request"
            assert request.headers["accept"].startswith("application/json"), "N5: Accept"
            assert f"jackfield-{self.platform}/{connector.version}" in request.headers["user-agent"], "N5: User-Agent"

    async def test_n1_n2_no_redirect_takes_the_key_along(self, connector: Connector) -> None:
        """N1, N2: nothing is sent to a host that a redirect names, credentials least of all."""
        with (
            in_front_of({}) as elsewhere,
            self.simulated(connector) as values,
            in_front_of(values, redirect_to=elsewhere.url) as front,
        ):
            report = await self.check_through(connector, front)
        assert report.failure is not None and report.failure.code == "redirected_elsewhere", "N1"
        assert elsewhere.requests == [], "N2: the other host was asked"

    async def check_through(self, connector: Connector, front: Front) -> CheckReport:
        async with connector.connect(
            connector.parse(front.settings).settings, network=LOOPBACK, retry=IMPATIENT
        ) as connection:
            return await report_of(connection)

    async def test_n3_connections_do_not_mix(self, connector: Connector) -> None:
        """N3: two connections at once see each their own account, and each is signed with its own key."""
        async with self.connected(connector, users=30) as one, self.connected(connector, users=550) as other:
            counts = await asyncio.gather(pages_of(one), pages_of(other))
        assert [sum(map(len, pages)) for pages in counts] == [30, 550], "N3"

    async def test_n4_budget_is_kept(self, connector: Connector) -> None:
        """N4: a burst of requests waits its turn, so a CRM that counts them never has to refuse one."""
        with self.simulated(connector) as values, in_front_of(values) as front:
            settings = connector.parse(front.settings).settings
            async with connector.connect(settings, network=LOOPBACK, retry=IMPATIENT) as crm:
                await asyncio.gather(*(pages_of(crm) for _ in range(15)))
        assert front.statuses == [200] * 15, "N4"

    # --- links and lookup --------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("record_id", ["42", "a/b", "a b", "../x", "?q#f", "ü"])
    def test_l1_link_lies_under_the_root_and_is_encoded(self, connector: Connector, record_id: str) -> None:
        """L1: a link begins with the details root, and nothing in an id can lead elsewhere."""
        settings = connector.settings_class.example()
        link = connector.link(settings, Record(kind=self.linked_kind, id=record_id))
        root = next(value for name, value in connector.dump(settings).items() if name == self.root_field(connector))
        assert link is not None and link.startswith(root), "L1"
        rest = link.removeprefix(root)
        assert rest.count("/") == 1 and rest.isascii() and not set(rest) & set(" ?#"), f"L1: {link}"

    def root_field(self, connector: Connector) -> str:
        properties: dict[str, Any] = connector.schema()["properties"]
        return next(name for name, field in properties.items() if field["x-jackfield"]["kind"] == "web_root")

    def test_l2_unknown_kind_has_no_link(self, connector: Connector) -> None:
        """L2: a kind of record that the CRM has no page for gives None, not a guess."""
        settings = connector.settings_class.example()
        assert connector.link(settings, Record(kind="no-such-kind", id="1")) is None, "L2"

    async def test_l3_number_is_found_in_every_spelling(self, connector: Connector) -> None:
        """L3: one number, however the caller's telephone spells it, leads to the same contacts, each once."""
        assert self.known_number, "L3: the test module names no number that the simulator knows"
        async with self.connected(connector) as crm:
            found = [await crm.find(number) for number in self.known_number]
        assert found[0] and len(set(found[0])) == len(found[0]), "L3"
        assert found == [found[0]] * len(found), "L3"

    async def test_l3_unknown_number_finds_nobody(self, connector: Connector) -> None:
        """L3: a number that nobody has gives no contact, and so does a text without a digit."""
        async with self.connected(connector) as crm:
            assert [await crm.find("+1 202 555 0199"), await crm.find("anonymous")] == [(), ()], "L3"


def url_fields(connector: Connector) -> list[str]:
    properties: dict[str, Any] = connector.schema()["properties"]
    return [name for name, field in properties.items() if field["x-jackfield"]["kind"] in {"base_url", "web_root"}]


def as_https(value: str) -> str:
    return value.replace("http://", "https://")


def texts_of(failure: JackfieldError) -> list[str]:
    chain = [failure, failure.__cause__, failure.__context__]
    return [str(vars(link)) + repr(link) for link in chain if link is not None]


def leaks(texts: list[str], secrets: list[str]) -> list[str]:
    """The places in the texts where a secret shows, without the secret."""
    return [text.replace(secret, "<<SECRET>>")[:200] for text in texts for secret in secrets if secret in text]


async def report_of(connection: Connection, **limits: float) -> CheckReport:
    return CheckReport(steps=tuple([step async for step in connection.check(**limits)]))


async def a_few_at_once(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    turn = asyncio.Semaphore(4)

    async def taking_turns(work: Coroutine[Any, Any, T]) -> T:
        async with turn:
            return await work

    return await asyncio.gather(*map(taking_turns, works))


async def pages_of(connection: Connection) -> list[Any]:
    return [page async for page in connection.users()]

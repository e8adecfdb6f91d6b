"""What a host calls: a :class:`Connector` for each platform, a :class:`Connection` for each organization's account."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from copy import deepcopy
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

import pluggy

from jackfield import hookspecs
from jackfield import settings as settings_module
from jackfield._connection import Connection
from jackfield._plugged import broken_unless_kept, connector_at_fault, refuse_hidden_hooks
from jackfield.checks import CheckStep
from jackfield.errors import JackfieldError, error
from jackfield.http import Auth, Bounds, Budgets, HttpClient, NoAuth, OutboundPolicy, Redactor, RetryPolicy
from jackfield.platform import HOOK_API, Platform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from jackfield.errors import Problem
    from jackfield.http import Limit, Pool, RequestEvent
    from jackfield.records import Record
    from jackfield.settings import ConnectionSettings, Parsed
    from jackfield.simulation import Simulator

__all__ = ["Connection", "Connector"]

T = TypeVar("T")


class Connector:
    """One plugin behind a pluggy manager of its own, so that its faults touch nobody else's calls.

    ``observers`` are ordinary pluggy plugins of the host, wrapped around every hook (audit, tracing, policy). A plugin
    that does not keep the contract is refused here with VendorError ``connector_broken`` and the reason. ``deployment``
    holds the values of the deployment's own fields; None takes them from the environment whenever settings are parsed.
    """

    def __init__(
        self,
        platform_id: str,
        plugin: object,
        *,
        version: str,
        observers: Sequence[object] = (),
        deployment: Mapping[str, str] | None = None,
    ) -> None:
        self.id = platform_id
        self.version = version
        self._given_deployment = deployment
        self._manager = pluggy.PluginManager("jackfield")
        self._manager.add_hookspecs(hookspecs)
        refuse_hidden_hooks(plugin)
        with broken_unless_kept():
            self._manager.register(plugin, name=platform_id)
            self._manager.check_pending()
        for observer in observers:
            self._manager.register(observer)
        self._refuse_missing_hooks()
        self.platform: Platform = self._declared("platform")
        self._refuse_foreign_platform()
        self.settings_class: type[ConnectionSettings] = self._declared("connection_schema")
        self._refuse_foreign_settings()

    @cached_property
    def _deployment_fields(self) -> tuple[str, ...]:
        return settings_module.deployment_fields(self.settings_class)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the settings, from which a host draws its form."""
        return deepcopy(self._schema)

    @cached_property
    def _schema(self) -> dict[str, Any]:
        with connector_at_fault():
            return settings_module.json_schema(self.settings_class)

    def parse(self, values: Mapping[str, Any]) -> Parsed:
        """Read and repair settings; raises SettingsError with every problem by field. Touches no network."""
        with connector_at_fault():
            parsed = self._read(settings_module.parse, values)
        found = self._found_in(parsed.settings)
        if not found:
            return parsed
        with connector_at_fault():
            redactor = Redactor(settings_module.secrets_of(parsed.settings))
            found = error("invalid_settings", problems=found).rewritten(redactor).problems
        problems = [problem for problem in found if not problem.warning]
        if problems:
            raise error("invalid_settings", " ".join(problem.message for problem in problems), problems=problems)
        return replace(parsed, warnings=found)

    def reread(self, values: Mapping[str, Any]) -> ConnectionSettings:
        """The settings of values that are stored, as :meth:`parse` reads them, where nobody is there to be warned."""
        with connector_at_fault():
            settings = self._read(settings_module.reread, values)
            usable = all(problem.warning for problem in self._found_in(settings))
        return settings if usable else self.parse(values).settings

    def _found_in(self, settings: ConnectionSettings) -> tuple[Problem, ...]:
        with connector_at_fault():
            return tuple(self.call("validate_connection", settings=settings) or ())

    def dump(self, settings: ConnectionSettings, *, secrets: bool = False) -> dict[str, str]:
        """The settings as plain values for storage; secrets are left out unless asked for.

        A deployment field is kept only where it was given for this connection alone.
        """
        plain = settings_module.dump(settings, secrets=secrets)
        return {name: value for name, value in plain.items() if not self._deployments_own(name, settings)}

    def base_host(self, settings: ConnectionSettings) -> str | None:
        """The host (with its port) that the credentials are sent to."""
        url = settings_module.base_url_of(settings)
        return urlsplit(url).netloc if url else None

    def steps(self) -> tuple[CheckStep, ...]:
        """The steps of the systems check, made afresh."""
        with connector_at_fault():
            steps = tuple(self.call("systems_check"))
        if not all(isinstance(step, CheckStep) for step in steps):
            raise error("connector_failed", "The connector's check holds something that is not a step.")
        return steps

    def link(self, settings: ConnectionSettings, record: Record) -> str | None:
        """The address of a record's page in the CRM, or None where there is none. Touches no network."""
        root = settings_module.web_root_of(settings)
        with connector_at_fault():
            url: str | None = self.call("record_link", settings=settings, record=record)
            if url is not None and not url.startswith(root or ("https://", "http://")):
                raise error("connector_failed", "The connector made a link that leads outside the CRM's web address.")
        return url

    def simulator(self) -> Simulator | None:
        """The platform's simulator, or None where the connector has none."""
        return cast("Simulator | None", self.call("simulator"))

    def connect(  # noqa: PLR0913 - all but the first have names and a default
        self,
        settings: ConnectionSettings,
        *,
        network: OutboundPolicy | None = None,
        budgets: Budgets | None = None,
        retry: RetryPolicy | None = None,
        bounds: Bounds | None = None,
        on_request: Callable[[RequestEvent], None] | None = None,
        pool: Pool | None = None,
    ) -> AbstractAsyncContextManager[Connection]:
        """Open a connection; what it may reach (``network``) and how fast come from the environment unless given.

        ``retry`` and ``bounds`` say how often a request is tried and what an answer may cost. ``on_request`` is told of
        each request as it ends; it has to be quick and must not raise. A ``pool`` lends connections that stay open.
        """
        policy = network or (pool.policy if pool else OutboundPolicy.from_environment())
        how = {"budgets": budgets, "retry": retry, "bounds": bounds, "on_request": on_request, "pool": pool}
        return _Opening(lambda: self._connection(settings, policy=policy, **how))

    def _connection(self, settings: ConnectionSettings, **how: Any) -> Connection:
        auth: Auth = self.call("authenticate", settings=settings) or NoAuth()
        base_url = settings_module.base_url_of(settings)
        if base_url is None:
            raise error("connector_broken", "The connector's settings name no address to connect to.")
        secrets = settings_module.secrets_of(settings)
        client = HttpClient(
            base_url,
            auth=auth,
            user_agent=f"jackfield-{self.id}/{self.version}",
            accept=self.platform.accept,
            judge=self._judge,
            limits=self._limits,
            budget_key=_account_key(self.id, base_url, secrets),
            redactor=Redactor(secrets),
            **how,
        )
        return Connection(self, settings, client)

    @cached_property
    def _limits(self) -> tuple[Limit, ...]:
        """Asked for when a connection is first opened: the hook is given nothing, so it has one answer."""
        return tuple(self.call("limits") or ())

    def _read(self, read: Callable[..., T], values: Mapping[str, Any]) -> T:
        """What ``read`` makes of the values and of those of the deployment."""
        names = self._deployment_fields
        if not names:
            return read(self.settings_class, values)
        variables = {name: settings_module.deployment_variable(self.id, name) for name in names}
        given = self._given_deployment
        if given is None:
            given = settings_module.deployment_from_environment(self.id, self.settings_class)
        return read(self.settings_class, values, deployment=given, variables=variables)

    def _deployments_own(self, name: str, settings: ConnectionSettings) -> bool:
        """Whether the field would have this value without having been given."""
        if name not in self._deployment_fields:
            return False
        values = settings_module.dump(settings, secrets=True)
        del values[name]
        try:
            return bool(getattr(self._read(settings_module.reread, values), name) == getattr(settings, name))
        except JackfieldError:
            return False

    def _judge(self, answer: Any) -> JackfieldError | None:
        judged: JackfieldError | None = self.call("judge", answer=answer)
        return judged

    def call(self, hook: str, **arguments: Any) -> Any:
        """Call a hook; what it raises by mistake becomes VendorError ``connector_failed``."""
        with connector_at_fault():
            return getattr(self._manager.hook, hook)(**arguments)

    def implements(self, hook: str) -> bool:
        """Whether the connector has this hook."""
        return any(found.plugin_name == self.id for found in getattr(self._manager.hook, hook).get_hookimpls())

    def _declared(self, hook: str) -> Any:
        try:
            return self.call(hook)
        except JackfieldError as failure:
            raise error("connector_broken", f"Its hook {hook}() fails: {failure.detail or failure.message}") from None

    def _refuse_missing_hooks(self) -> None:
        missing = sorted(hook for hook in hookspecs.REQUIRED if not self.implements(hook))
        if missing:
            raise error("connector_broken", f"It lacks the hook {', '.join(missing)}.")

    def _refuse_foreign_platform(self) -> None:
        if not isinstance(self.platform, Platform):
            raise error("connector_broken", "Its hook platform() does not return a Platform.")
        if self.platform.id != self.id:
            raise error("connector_broken", f"It calls itself {self.platform.id}, but is installed as {self.id}.")
        if self.platform.hook_api != HOOK_API:
            raise error(
                "connector_broken", f"It was written for hook API {self.platform.hook_api}, this is {HOOK_API}."
            )

    def _refuse_foreign_settings(self) -> None:
        found = self.settings_class
        if not (isinstance(found, type) and issubclass(found, settings_module.ConnectionSettings)):
            raise error("connector_broken", "Its hook connection_schema() does not return a ConnectionSettings class.")


class _Opening(AbstractAsyncContextManager[Connection]):
    """A connection that is made as it is entered."""

    def __init__(self, make: Callable[[], Connection]) -> None:
        self._make = make

    async def __aenter__(self) -> Connection:
        self._made = self._make()
        await self._made.http.__aenter__()
        return self._made

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._made.http.__aexit__(exc_type, exc, traceback)


def _account_key(platform_id: str, base_url: str, secrets: Sequence[str]) -> str:
    """Names the account in the budgets' registry without holding its secret."""
    return sha256("\0".join((platform_id, base_url, *secrets)).encode()).hexdigest()

"""What a host calls: a :class:`Connector` for each platform, a :class:`Connection` for each organization's account."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from dataclasses import asdict, replace
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import pluggy

from jackfield import hookspecs
from jackfield import settings as settings_module
from jackfield.checks import Account, CheckStep, failing_step, run_steps
from jackfield.errors import JackfieldError, error
from jackfield.http import Auth, Budgets, HttpClient, NoAuth, OutboundPolicy, Redactor, RetryPolicy
from jackfield.platform import HOOK_API, Platform
from jackfield.users import CrmUser, UserPage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence

    from jackfield.checks import StepResult
    from jackfield.records import Contact, Record
    from jackfield.settings import ConnectionSettings, Parsed
    from jackfield.simulation import Simulator

__all__ = ["Connection", "Connector"]


class Connector:
    """One plugin behind a pluggy manager of its own, so that its faults touch nobody else's calls.

    ``observers`` are ordinary pluggy plugins of the host, wrapped around every hook (audit, tracing, policy). A plugin
    that does not keep the contract is refused here with VendorError ``connector_broken`` and the reason.
    """

    def __init__(self, platform_id: str, plugin: object, *, version: str, observers: Sequence[object] = ()) -> None:
        self.id = platform_id
        self.version = version
        self._manager = pluggy.PluginManager("jackfield")
        self._manager.add_hookspecs(hookspecs)
        _refuse_hidden_hooks(plugin)
        with _broken_unless_kept():
            self._manager.register(plugin, name=platform_id)
            self._manager.check_pending()
        for observer in observers:
            self._manager.register(observer)
        self._refuse_missing_hooks()
        self.platform: Platform = self._declared("platform")
        self._refuse_foreign_platform()
        self.settings_class: type[ConnectionSettings] = self._declared("connection_schema")
        self._refuse_foreign_settings()

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the settings, from which a host draws its form."""
        with _connector_at_fault():
            return settings_module.json_schema(self.settings_class)

    def parse(self, values: Mapping[str, Any]) -> Parsed:
        """Read and repair settings; raises SettingsError with every problem by field. Touches no network."""
        with _connector_at_fault():
            parsed = settings_module.parse(self.settings_class, values)
            found = tuple(self.call("validate_connection", settings=parsed.settings) or ())
            redactor = Redactor(settings_module.secrets_of(parsed.settings))
            found = error("invalid_settings", problems=found).rewritten(redactor).problems
        problems = [problem for problem in found if not problem.warning]
        if problems:
            raise error("invalid_settings", " ".join(problem.message for problem in problems), problems=problems)
        return replace(parsed, warnings=found)

    def dump(self, settings: ConnectionSettings, *, secrets: bool = False) -> dict[str, str]:
        """The settings as plain values for storage; secrets are left out unless asked for."""
        return settings_module.dump(settings, secrets=secrets)

    def base_host(self, settings: ConnectionSettings) -> str | None:
        """The host (with its port) that the credentials are sent to."""
        url = settings_module.base_url_of(settings)
        return urlsplit(url).netloc if url else None

    def steps(self) -> tuple[CheckStep, ...]:
        """The steps of the systems check, made afresh."""
        with _connector_at_fault():
            steps = tuple(self.call("systems_check"))
        if not all(isinstance(step, CheckStep) for step in steps):
            raise error("connector_failed", "The connector's check holds something that is not a step.")
        return steps

    def link(self, settings: ConnectionSettings, record: Record) -> str | None:
        """The address of a record's page in the CRM, or None where there is none. Touches no network."""
        root = settings_module.web_root_of(settings)
        with _connector_at_fault():
            url: str | None = self.call("record_link", settings=settings, record=record)
            if url is not None and not url.startswith(root or ("https://", "http://")):
                raise error("connector_failed", "The connector made a link that leads outside the CRM's web address.")
        return url

    def simulator(self) -> Simulator | None:
        """The platform's simulator, or None where the connector has none."""
        return cast("Simulator | None", self.call("simulator"))

    def connect(
        self,
        settings: ConnectionSettings,
        *,
        network: OutboundPolicy | None = None,
        budgets: Budgets | None = None,
        retry: RetryPolicy | None = None,
    ) -> AbstractAsyncContextManager[Connection]:
        """Open a connection; what it may reach (``network``) and how fast come from the environment unless given."""
        return self._connect(settings, network or OutboundPolicy.from_environment(), budgets, retry)

    @asynccontextmanager
    async def _connect(
        self,
        settings: ConnectionSettings,
        network: OutboundPolicy,
        budgets: Budgets | None,
        retry: RetryPolicy | None,
    ) -> AsyncIterator[Connection]:
        auth: Auth = self.call("authenticate", settings=settings) or NoAuth()
        redactor = Redactor((*settings_module.secrets_of(settings), *auth.secrets()))
        base_url = settings_module.base_url_of(settings)
        if base_url is None:
            raise error("connector_broken", "The connector's settings name no address to connect to.")
        client = HttpClient(
            base_url,
            auth=auth,
            user_agent=f"jackfield-{self.id}/{self.version}",
            judge=self._judge,
            policy=network,
            limits=tuple(self.call("limits") or ()),
            budgets=budgets,
            budget_key=_account_key(self.id, base_url, settings),
            redactor=redactor,
            retry=retry,
        )
        async with client:
            yield Connection(self, settings, client, redactor)

    def _judge(self, answer: Any) -> JackfieldError | None:
        return cast("JackfieldError | None", self.call("judge", answer=answer))

    def call(self, hook: str, **arguments: Any) -> Any:
        """Call a hook; what it raises by mistake becomes VendorError ``connector_failed``."""
        with _connector_at_fault():
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


class Connection:
    """One account of a CRM, opened with its settings; made by :meth:`Connector.connect`.

    ``http`` is the client that the connector's hooks use. Every text that leaves here is without secrets.
    """

    def __init__(
        self, connector: Connector, settings: ConnectionSettings, client: HttpClient, redactor: Callable[[str], str]
    ) -> None:
        self.connector = connector
        self.platform = connector.platform
        self.settings: Any = settings
        self.http = client
        self._redact = redactor

    async def check(self, *, time_box: float = 25.0) -> AsyncGenerator[StepResult]:
        """Run the systems check, a result for each step as it ends; never raises, ends within ``time_box`` seconds."""
        async with aclosing(run_steps(self._steps(), self, time_box=time_box)) as results:
            async for result in results:
                yield self._clean(result)

    def _steps(self) -> tuple[CheckStep, ...]:
        try:
            return self.connector.steps()
        except JackfieldError as failure:
            return (failing_step(failure),)

    async def users(self) -> AsyncGenerator[UserPage]:
        """All users of the account, page by page, each once; a listing that ends without an exception is complete."""
        met: set[str] = set()
        with self._guarded():
            pages = self.connector.call("import_users", connection=self)
            async with AsyncExitStack() as stack:
                if hasattr(pages, "aclose"):  # an iterator need not be a generator
                    stack.push_async_callback(pages.aclose)
                async for page in pages:
                    yield _checked(page, met)

    def link(self, record: Record) -> str | None:
        """The address of a record's page in the CRM, or None where there is none."""
        with self._guarded():
            return self.connector.link(self.settings, record)

    async def find(self, number: str) -> tuple[Contact, ...]:
        """The contacts that have this telephone number, each once."""
        with self._guarded():
            search = self.connector.call("find_contacts", connection=self, number=number)
            if search is None:
                raise error("unsupported", f"The connector of {self.platform.title} cannot look up numbers.")
            once: dict[Record, Contact] = {}
            for contact in await search:
                once.setdefault(contact.record, contact)
        return tuple(once.values())

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            with _connector_at_fault():
                yield
        except JackfieldError as failure:
            raise failure.rewritten(self._redact) from None

    def _clean(self, result: StepResult) -> StepResult:
        return replace(
            result,
            message=self._redact(result.message),
            remedy=result.remedy and self._redact(result.remedy),
            detail=result.detail and self._redact(result.detail),
            account=result.account and _redacted_account(result.account, self._redact),
        )


def _redacted_account(account: Account, redact: Callable[[str], str]) -> Account:
    return Account(**{name: text and redact(text) for name, text in asdict(account).items()})


def _checked(page: UserPage, met: set[str]) -> UserPage:
    """The page without users met before; raises where it holds something else than users."""
    for user in page:
        if not (isinstance(user, CrmUser) and isinstance(user.id, str) and user.id):
            raise error("connector_failed", "The connector gave something that is not a user with an id.")
    fresh = tuple({user.id: user for user in page if user.id not in met}.values())
    met.update(user.id for user in fresh)
    return UserPage(users=fresh, total=page.total)


def _account_key(platform_id: str, base_url: str, settings: ConnectionSettings) -> str:
    """Names the account in the budgets' registry without holding its secret."""
    secrets = "\0".join(settings_module.secrets_of(settings))
    return sha256(f"{platform_id}\0{base_url}\0{secrets}".encode()).hexdigest()


@contextmanager
def _connector_at_fault() -> Iterator[None]:
    """Turns what a connector's code raises by mistake into ``connector_failed``, without what it carried."""
    try:
        yield
    except JackfieldError:
        raise
    except (Exception, SystemExit) as mistake:  # noqa: BLE001 - whatever a plugin does, it is its own fault alone
        raise error("connector_failed", detail=type(mistake).__name__) from None


def _refuse_hidden_hooks(plugin: object) -> None:
    """Importing ``acme/simulator.py`` puts the module in the place of a hook ``simulator`` of ``acme/__init__.py``."""
    if not hasattr(plugin, "__path__"):
        return
    for name in (name for name in dir(plugin) if hasattr(getattr(plugin, name), "jackfield_impl")):
        if find_spec(f"{getattr(plugin, '__name__', '')}.{name}") is not None:
            reason = f"Its module {name}.py hides its hook {name}: call the function otherwise and mark it"
            raise error("connector_broken", f'{reason} @hookimpl(specname="{name}").')


@contextmanager
def _broken_unless_kept() -> Iterator[None]:
    try:
        yield
    except pluggy.PluginValidationError as broken:
        reason = " ".join(str(broken).replace(f" in plugin {broken.plugin!r}", "").split())
        raise error("connector_broken", f"One of its hooks does not fit: {reason}") from None

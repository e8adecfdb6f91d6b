"""A connector behind the core's face: what is refused when it is loaded, and what its hooks may do."""

from __future__ import annotations

import json
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from jackfield import Platform, Record, hookimpl
from jackfield.connector import Connector
from jackfield.errors import JackfieldError, Problem, SettingsError, error
from jackfield.settings import dump
from tests.core.acme import GIVEN, KEY, RECORD, AcmeSettings, connector, plugin, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jackfield.settings import ConnectionSettings

LONG_KEY = f"{KEY}/+{KEY}"


def raising(failure: BaseException) -> Callable[[], Any]:
    """A hook without arguments that raises."""

    def hook() -> Any:
        raise failure

    return hook


def broken(**hooks: Any) -> str:
    """The reason for which a connector with these hooks is refused."""
    with pytest.raises(JackfieldError) as refused:
        connector(**hooks)
    assert refused.value.code == "connector_broken"
    return refused.value.message


def platform(**told: Any) -> Callable[[], Platform]:
    """A hook ``platform`` that says this."""
    return lambda: Platform(**{"id": "acme", "title": "Acme", "instructions": "", "docs_url": "", **told})


def test_connector_tells_its_platform() -> None:
    """A connector that keeps the contract has its id, its version and what it says of itself."""
    acme = connector()
    assert (acme.id, acme.version, acme.platform.title) == ("acme", "1.2.3", "Acme")


@pytest.mark.parametrize("hook", ["platform", "connection_schema", "systems_check", "import_users"])
def test_missing_hook_is_named(hook: str) -> None:
    """D5: a connector without one of the needed hooks is refused with the hook's name."""
    assert broken(**{hook: None}) == f"It lacks the hook {hook}."


def test_observer_does_not_stand_in_for_a_missing_hook() -> None:
    """A hook that only the host wraps is missing all the same."""
    with pytest.raises(JackfieldError, match="It lacks the hook systems_check"):
        connector(observers=[Observer()], systems_check=None)


def test_misspelt_hook_is_named() -> None:
    """D5: a hook that the contract does not know is refused by name."""
    assert "unknown hook 'import_user'" in broken(import_user=lambda connection: None)


@pytest.mark.parametrize("hook", [lambda settings, rec: None, lambda record, extra: None])
def test_wrong_argument_is_named(hook: Callable[..., None]) -> None:
    """A hook whose arguments are not those of the contract is refused with the hook and the argument."""
    reason = broken(record_link=hook)
    assert "record_link" in reason
    assert any(name in reason for name in ("'rec'", "'extra'"))
    assert "\n" not in reason


def test_hook_may_leave_arguments_out() -> None:
    """A hook takes the arguments that it needs."""
    assert connector(record_link=lambda: "https://crm.example.com/").link(settings(), RECORD) == (
        "https://crm.example.com/"
    )


def test_foreign_id_is_refused() -> None:
    """D1: the entry point's name is the platform's id."""
    assert broken(platform=platform(id="other")) == "It calls itself other, but is installed as acme."


@pytest.mark.parametrize("version", [0, 2, 99])
def test_other_hook_api_is_refused(version: int) -> None:
    """A connector that was written for other hooks is refused with both versions."""
    assert broken(platform=platform(hook_api=version)) == f"It was written for hook API {version}, this is 1."


@pytest.mark.parametrize("given", [None, "acme", {"id": "acme"}])
def test_platform_of_another_type_is_refused(given: object) -> None:
    """The hook platform gives a Platform."""
    assert broken(platform=lambda: given) == "Its hook platform() does not return a Platform."


@pytest.mark.parametrize("given", [None, dict, {"api_key": "str"}, AcmeSettings.example()])
def test_schema_of_another_type_is_refused(given: object) -> None:
    """The hook connection_schema gives a settings class, not settings and not a dictionary."""
    expected = "Its hook connection_schema() does not return a ConnectionSettings class."
    assert expected == broken(connection_schema=lambda: given)


@pytest.mark.parametrize("hook", ["platform", "connection_schema"])
@pytest.mark.parametrize("failure", [ValueError(KEY), SystemExit(KEY)])
def test_declaration_that_raises_is_refused(hook: str, failure: BaseException) -> None:
    """A connector that cannot say what it is, is broken: the reason names the hook and not what was raised with it."""
    assert broken(**{hook: raising(failure)}) == f"Its hook {hook}() fails: {type(failure).__name__}"


def test_object_without_hooks_is_refused() -> None:
    """An entry point that names anything else is refused."""
    with pytest.raises(JackfieldError, match="It lacks the hook connection_schema, import_users"):
        Connector("acme", ModuleType("acme"), version="1")


def settings(**given: str) -> ConnectionSettings:
    """Acme's settings."""
    return connector().parse({**GIVEN, **given}).settings


def test_two_connectors_of_one_module_share_nothing() -> None:
    """N3: each connector has a pluggy manager of its own."""
    module = plugin()
    first, second = (Connector("acme", module, version=version) for version in ("1", "2"))
    assert first.parse(GIVEN).settings == second.parse(GIVEN).settings


def test_schema_is_that_of_the_settings() -> None:
    """D2: a host draws its form from the connector's JSON Schema."""
    schema = connector().schema()
    assert schema == json.loads(json.dumps(schema))
    assert list(schema["properties"]) == ["api_key", "endpoint", "web", "region", "note"]


def test_dumped_settings_parse_again() -> None:
    """D4: what is stored is what was parsed."""
    acme = connector()
    first = acme.parse(GIVEN).settings
    assert first == acme.parse(acme.dump(first, secrets=True)).settings
    assert acme.dump(first) == dump(first)


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [("https://api.example.com/v1", "api.example.com"), ("https://api.example.com:8443", "api.example.com:8443")],
)
def test_base_host_is_where_credentials_go(endpoint: str, expected: str) -> None:
    """The host of the endpoint, with its port where it is not the usual one."""
    assert expected == connector().base_host(settings(endpoint=endpoint))


def problem(text: str, *, warning: bool = False, field: str | None = "note") -> Problem:
    """A problem that says ``text``."""
    return Problem(field=field, code="unusual_host", message=text, remedy=f"Not {text}", warning=warning)


def test_what_is_stored_is_read_as_it_was_entered() -> None:
    """A host that uses stored settings gets the same, whatever is to be warned of, and the same refusals."""
    acme = connector()
    assert acme.reread(GIVEN) == acme.parse(GIVEN).settings
    warned = connector(validate_connection=lambda: [problem(KEY, warning=True)])
    assert warned.reread(GIVEN) == acme.parse(GIVEN).settings
    refusing = connector(validate_connection=lambda: [problem("well", warning=True), problem(KEY)])
    assert [failure(lambda: refusing.parse(GIVEN)), failure(lambda: refusing.reread(GIVEN))] == ["invalid_settings"] * 2
    assert failure(lambda: acme.reread({**GIVEN, "endpoint": "nowhere"})) == "invalid_settings"


def test_warnings_stop_nothing() -> None:
    """A warning of validate_connection is handed on beside the settings."""
    warnings = connector(validate_connection=lambda: [problem("Odd.", warning=True)]).parse(GIVEN).warnings
    assert [(each.field, each.message) for each in warnings] == [("note", "Odd.")]


def test_problems_refuse_the_settings() -> None:
    """Every problem of validate_connection is told at once, on its field."""
    found = [problem("Bad."), problem("Worse.", field="web"), problem("Odd.", warning=True)]
    with pytest.raises(SettingsError, match=r"^Bad\. Worse\.$") as refused:
        connector(validate_connection=lambda: found).parse(GIVEN)
    assert [each.field for each in refused.value.problems] == ["note", "web"]


@pytest.mark.parametrize("warning", [True, False])
def test_secret_shows_in_no_problem_of_a_connector(warning: bool) -> None:
    """D3: a connector that tells the key that it looked at tells it to nobody."""
    acme = connector(
        validate_connection=lambda settings: [problem(settings.api_key.get_secret_value(), warning=warning)]
    )
    try:
        told = repr(acme.parse({**GIVEN, "api_key": LONG_KEY}).warnings)
    except SettingsError as refused:
        told = repr([str(refused), refused.as_dict(), refused.problems])
    assert "***" in told
    assert KEY not in told


def generator_that_raises() -> Iterator[Problem]:
    """A hook that fails while its problems are read."""
    yield problem("Bad.")
    raise ValueError(KEY)


@pytest.mark.parametrize(
    "hooks",
    [
        {"validate_connection": raising(ValueError(KEY))},
        {"validate_connection": raising(SystemExit(KEY))},
        {"validate_connection": generator_that_raises},
        {"validate_connection": lambda: [KEY]},
        {"validate_connection": lambda: 5},
    ],
)
def test_mistake_while_parsing_is_the_connectors(hooks: dict[str, Any]) -> None:
    """Whatever a connector does wrong while settings are read becomes connector_failed, without its text."""
    assert failure(lambda: connector(**hooks).parse(GIVEN)) == "connector_failed"
    assert failure(lambda: connector(**hooks).reread(GIVEN)) == "connector_failed"


def failure(call: Callable[[], object]) -> str:
    """The code of the error that ``call`` ends in, which shows no key."""
    with pytest.raises(JackfieldError) as failed:
        call()
    assert KEY not in repr([str(failed.value), failed.value.as_dict(), failed.value.detail])
    return failed.value.code


def test_mistake_in_the_settings_class_is_the_connectors() -> None:
    """A settings class that cannot complete what was entered takes nobody down."""

    class Careless(AcmeSettings):
        @classmethod
        def complete(cls, given: Any) -> Any:
            raise KeyError(given["api_key"])

    assert failure(lambda: connector(connection_schema=lambda: Careless).parse(GIVEN)) == "connector_failed"


def test_steps_are_made_afresh() -> None:
    """Each check has steps of its own."""
    acme = connector(systems_check=lambda: [step()])
    assert acme.steps()[0].id == "reach"
    assert acme.steps()[0] is not acme.steps()[0]


@pytest.mark.parametrize("given", [None, 5, ["reach"], [None], raising(ValueError(KEY))])
def test_steps_of_another_type_are_the_connectors_mistake(given: Any) -> None:
    """The hook systems_check gives steps."""
    hook = given if callable(given) else lambda: given
    assert failure(connector(systems_check=hook).steps) == "connector_failed"


@pytest.mark.parametrize(
    ("url", "root", "expected"),
    [
        ("https://crm.example.com/contact/42", "https://crm.example.com/", "https://crm.example.com/contact/42"),
        ("https://crm.example.com/contact/42", "", "https://crm.example.com/contact/42"),
        (None, "https://crm.example.com/", None),
    ],
)
def test_link_is_the_connectors(url: str | None, root: str, expected: str | None) -> None:
    """L1, L2: a link under the web root is handed on, and none stays none."""
    assert expected == connector(record_link=lambda: url).link(settings(web=root), RECORD)


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://evil.example/contact/42", "https://crm.example.com/"),
        ("https://crm.example.com.evil.example/42", "https://crm.example.com/"),
        ("https://crm.example.com@evil.example/42", "https://crm.example.com/"),
        ("http://crm.example.com/contact/42", "https://crm.example.com/"),
        ("//crm.example.com/contact/42", "https://crm.example.com/"),
        ("https://crm.example.com/other/42", "https://crm.example.com/details/"),
        ("", "https://crm.example.com/"),
        ("javascript:alert(1)", "https://crm.example.com/"),
        ("javascript:alert(1)", ""),
        ("/contact/42", ""),
        (42, "https://crm.example.com/"),
    ],
)
def test_link_outside_the_web_root_is_refused(url: object, root: str) -> None:
    """L1: no link leads anywhere but under the web root, or to a web page where the settings have no root."""
    assert failure(lambda: connector(record_link=lambda: url).link(settings(web=root), RECORD)) == "connector_failed"


def test_connector_without_links_has_none() -> None:
    """A connector without the hook gives no link, no simulator."""
    assert (connector().link(settings(), RECORD), connector().simulator()) == (None, None)


def test_hooks_get_what_the_contract_says() -> None:
    """record_link is handed the settings and the record."""
    acme = connector(record_link=lambda settings, record: f"{settings.web}{record.kind}/{record.id}")
    assert acme.link(settings(web="crm.example.com"), Record(kind="lead", id="7")) == "https://crm.example.com/lead/7"


def test_error_that_a_hook_means_is_passed_on() -> None:
    """A JackfieldError of a hook keeps its code."""
    assert failure(connector(simulator=raising(error("unsupported"))).simulator) == "unsupported"


def test_implements_counts_the_connectors_own_hooks() -> None:
    """Whether a connector has a hook does not depend on who observes it."""
    acme = connector(observers=[Observer()])
    assert (acme.implements("import_users"), acme.implements("record_link")) == (True, False)


class Observer:
    """A host's plugin around every call; keeps what it saw."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    @hookimpl(wrapper=True)
    def systems_check(self) -> Iterator[None]:
        """Wraps the check's declaration."""
        return (yield from self._told("systems_check"))

    @hookimpl(wrapper=True)
    def record_link(self, record: Record) -> Iterator[None]:
        """Wraps a link."""
        return (yield from self._told(f"record_link {record.id}"))

    def _told(self, what: str) -> Iterator[None]:
        self.seen.append(f"before {what}")
        answer = yield
        self.seen.append(f"after {what}")
        return answer


def test_observers_are_wrapped_around_calls() -> None:
    """A host's plugin sees each call before and after the connector, and leaves its answer alone."""
    observer = Observer()
    acme = connector(observers=[observer], record_link=lambda: "https://crm.example.com/42")
    assert acme.link(settings(), RECORD) == "https://crm.example.com/42"
    assert observer.seen == ["before record_link 42", "after record_link 42"]


async def test_settings_without_an_address_are_refused() -> None:
    """A connection needs an address to go to."""

    class Nowhere(AcmeSettings):
        endpoint: str = "unused"

    acme = connector(connection_schema=lambda: Nowhere)
    with pytest.raises(JackfieldError, match="name no address to connect to"):
        async with acme.connect(acme.parse({"api_key": KEY}).settings):
            raise AssertionError


def test_bad_environment_is_told_when_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment setting that cannot be read is a SettingsError that names it, before anything is opened."""
    monkeypatch.setenv("JACKFIELD_ALLOWED_NETWORKS", "10.0.0.0/99")
    with pytest.raises(SettingsError, match="JACKFIELD_ALLOWED_NETWORKS"):
        connector().connect(settings())

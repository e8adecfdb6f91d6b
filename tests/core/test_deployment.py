"""Settings that belong to the deployment: on no form, filled in by the operator, kept with no connection."""

from __future__ import annotations

import pytest

from jackfield.connector import Connector
from jackfield.errors import JackfieldError, Problem, SettingsError
from jackfield.settings import (
    BaseUrl,
    ConnectionSettings,
    Secret,
    Text,
    deployment_fields,
    deployment_variable,
    dump,
    json_schema,
    parse,
    setting,
)
from tests.core.acme import plugin

CLIENT = "client-of-5550"
VARIABLE = "JACKFIELD_ACME_CLIENT_ID"
GIVEN = {"endpoint": "https://api.example.com/"}


class Settings(ConnectionSettings):
    """Settings with two fields of the deployment's."""

    endpoint: BaseUrl = setting("Endpoint", help="Where Acme's API is.", example="https://api.example.com/")
    client_id: Secret = setting("Client ID", help="From Acme's partners' page.", example="0-5550", deployment=True)
    product: Text = setting("Product", help="Ours.", example="Phones", default="Jackfield", deployment=True)


def acme(deployment: dict[str, str] | None = None) -> Connector:
    """A connector with these settings."""
    return Connector("acme", plugin(connection_schema=lambda: Settings), version="1", deployment=deployment)


def problems(values: dict[str, str], deployment: dict[str, str]) -> list[Problem]:
    """What is wrong with these settings."""
    with pytest.raises(SettingsError) as refused:
        acme(deployment).parse(values)
    return list(refused.value.problems)


def test_fields_of_the_deployment_are_known() -> None:
    """A settings class tells which of its fields the deployment fills in."""
    assert deployment_fields(Settings) == ("client_id", "product")


def test_form_leaves_them_out() -> None:
    """The schema's properties are the form's; the deployment's are named beside them."""
    schema = json_schema(Settings)
    assert (list(schema["properties"]), schema["required"]) == (["endpoint"], ["endpoint"])
    first = {"name": "client_id", "title": "Client ID", "help": "From Acme's partners' page.", "example": "0-5550"}
    other = {"name": "product", "title": "Product", "help": "Ours.", "example": "Phones"}
    expected = [{**first, "required": True, "secret": True}, {**other, "required": False, "secret": False}]
    assert expected == schema["x-jackfield"]["deployment"]


def test_schema_without_them_says_nothing_of_deployments() -> None:
    """Settings that are all the form's have no word on deployments."""
    assert "x-jackfield" not in json_schema(ConnectionSettings)


def test_deployment_fills_them_in() -> None:
    """What the deployment holds is taken, without a word on a repair."""
    parsed = acme({"client_id": f" {CLIENT} ", "product": "Phones"}).parse(GIVEN)
    assert dump(parsed.settings, secrets=True) == {**GIVEN, "client_id": CLIENT, "product": "Phones"}
    assert parsed.repaired == {}


def test_connections_own_value_comes_first() -> None:
    """What is given for one connection is taken in the place of the deployment's."""
    settings = acme({"client_id": CLIENT}).parse({**GIVEN, "client_id": "mine-5551"}).settings
    assert dump(settings, secrets=True)["client_id"] == "mine-5551"


def test_blank_value_is_none() -> None:
    """A blank on either side counts as nothing given."""
    assert acme({"client_id": CLIENT, "product": " "}).parse({**GIVEN, "client_id": ""}).settings
    assert [problem.code for problem in problems(GIVEN, {"client_id": " "})] == ["deployment_setting_missing"]


def test_other_fields_are_no_business_of_the_deployment() -> None:
    """A deployment cannot fill in what belongs to the admin's form, nor what is no field."""
    found = problems({}, {"client_id": CLIENT, "endpoint": "https://api.example.com/", "other": "x"})
    assert [(problem.field, problem.code) for problem in found] == [("endpoint", "required")]


def test_missing_one_is_the_operators_to_set() -> None:
    """A missing value is told as such, beside what else is wrong, and its remedy names the variable."""
    found = {problem.field: problem for problem in problems({}, {})}
    assert {name: problem.code for name, problem in found.items()} == {
        "endpoint": "required",
        "client_id": "deployment_setting_missing",
    }
    assert found["client_id"].message == "The operator of this deployment has to set the Client ID first."
    assert VARIABLE in found["client_id"].remedy


def test_error_that_is_the_operators_alone_says_so() -> None:
    """Where nothing else is wrong, the error itself is the operator's, in whole sentences."""
    with pytest.raises(SettingsError) as refused:
        acme({}).parse(GIVEN)
    assert refused.value.code == "deployment_setting_missing"
    assert refused.value.message == "The operator of this deployment has to set the Client ID first."
    assert VARIABLE in refused.value.remedy


def test_missing_one_without_a_variable_is_called_by_its_title() -> None:
    """Where nobody told which variable holds it, the field's title has to do."""
    with pytest.raises(SettingsError) as refused:
        parse(Settings, GIVEN)
    assert "“Client ID”" in refused.value.problems[0].remedy


def test_wrong_one_is_the_operators_to_correct() -> None:
    """What the deployment holds and cannot be used is told without its value, to whom it concerns."""
    [problem] = problems(GIVEN, {"client_id": "****"})
    assert (problem.code, VARIABLE in problem.remedy) == ("placeholder", True)


def test_wrong_one_of_the_connection_is_whose_it_is() -> None:
    """What was given for one connection is not the operator's."""
    [problem] = problems({**GIVEN, "client_id": "****"}, {"client_id": CLIENT})
    assert VARIABLE not in problem.remedy


@pytest.mark.clause("D3")
def test_deployments_secret_is_in_no_text() -> None:
    """A secret of the deployment is taken out of messages like any other."""
    with pytest.raises(SettingsError) as refused:
        acme({"client_id": CLIENT}).parse({"endpoint": f"ftp://{CLIENT}.example.com/"})
    assert CLIENT not in repr((refused.value.as_dict(), refused.value.problems))
    assert CLIENT not in repr(acme({"client_id": CLIENT}).parse(GIVEN))


def test_dump_leaves_out_what_the_deployment_fills_in() -> None:
    """What is stored with a connection holds nothing that is the deployment's own."""
    connector = acme({"client_id": f"{CLIENT} ", "product": "Phones"})
    assert connector.dump(connector.parse(GIVEN).settings, secrets=True) == GIVEN


def test_dump_keeps_what_was_given_for_one_connection() -> None:
    """A value of the connection's own is stored with it; a secret only where secrets are asked for."""
    connector = acme({"client_id": CLIENT})
    settings = connector.parse({**GIVEN, "client_id": "mine-5551"}).settings
    assert connector.dump(settings, secrets=True) == {**GIVEN, "client_id": "mine-5551"}
    assert connector.dump(settings) == GIVEN


def test_dump_keeps_it_where_the_deployment_has_none() -> None:
    """Without a value of the deployment's, the connection's is all there is."""
    connector = acme({})
    settings = connector.parse({**GIVEN, "client_id": "mine-5551"}).settings
    assert connector.dump(settings, secrets=True)["client_id"] == "mine-5551"


def test_environment_is_read_whenever_settings_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a host says nothing, the environment at that moment is the deployment's word."""
    connector = acme()
    with pytest.raises(JackfieldError):
        connector.parse(GIVEN)
    monkeypatch.setenv(VARIABLE, CLIENT)
    assert dump(connector.parse(GIVEN).settings, secrets=True)["client_id"] == CLIENT


def test_host_that_says_it_keeps_the_environment_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that hands the values in has the last word, even with none."""
    monkeypatch.setenv(VARIABLE, CLIENT)
    assert [problem.field for problem in problems(GIVEN, {})] == ["client_id"]


def test_variable_is_spelt_as_a_shell_can() -> None:
    """Platform and field make a name in upper case, without hyphens."""
    assert deployment_variable("acme-crm", "client_id") == "JACKFIELD_ACME_CRM_CLIENT_ID"

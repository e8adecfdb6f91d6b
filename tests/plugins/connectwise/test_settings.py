"""The connection form: whatever people paste for ConnectWise is repaired, or refused with a remedy."""

from __future__ import annotations

import pytest

from jackfield.errors import SettingsError
from jackfield.settings import dump, json_schema, parse
from jackfield_connectwise.settings import ConnectWiseSettings, warnings

CLIENT_ID = "0ff1ce00-5550-4000-8000-000000000042"
PUBLIC, PRIVATE = "PubKey5550000042", "PrvKey5550000042"
GIVEN = {"company_id": "acme", "public_key": PUBLIC, "private_key": PRIVATE, "client_id": CLIENT_ID}
API = "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/"
WEB = "https://na.myconnectwise.net/"
OWN_API = "https://cw.example.com/v4_6_release/apis/3.0/"


def settings_of(**values: str) -> dict[str, str]:
    return dump(parse(ConnectWiseSettings, {**GIVEN, **values}).settings, secrets=True)


def refusal_of(**values: str) -> list[tuple[str | None, str]]:
    with pytest.raises(SettingsError) as refused:
        parse(ConnectWiseSettings, {**GIVEN, **values})
    assert all(problem.message and problem.remedy for problem in refused.value.problems)
    return [(problem.field, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize(
    "pasted",
    [
        API,
        f"  {API}\n",
        "na.myconnectwise.net",
        "NA.MyConnectWise.net/",
        "api-na.myconnectwise.net",
        "https://na.myconnectwise.net",
        "https://na.myconnectwise.net/v2026_1/connectwise.aspx?locale=en_US#x",
        "https://na.myconnectwise.net/v4_6_release/services/system_io/router/openrecord.rails?recid=1",
        "https://api-na.myconnectwise.net/v4_6_release/apis/3.0",
        "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/v4_6_release/apis/3.0/",
        "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/system/info",
        "https://api-na.myconnectwise.net/v2025_1/apis/3.0/",
        "https://na.myconnectwise.net/login/companyinfo/acme",
        "https://api-na.myconnectwise.net:443//v4_6_release//apis//3.0",
    ],
)
@pytest.mark.parametrize("field", ["endpoint", "details_link"])
def test_any_address_of_the_cloud_gives_both(pasted: str, field: str) -> None:
    """Host of the people or of the API, with and without scheme, path or doubled root: each tells both addresses."""
    found = settings_of(**{field: pasted})
    assert (found["endpoint"], found["details_link"]) == (API, WEB)


@pytest.mark.parametrize("region", ["na", "eu", "au", "aus", "za"])
def test_each_region_keeps_its_own_hosts(region: str) -> None:
    """Both au and aus are there, and neither is taken for the other."""
    found = settings_of(endpoint=f"{region}.myconnectwise.net")
    assert found["endpoint"] == f"https://api-{region}.myconnectwise.net/v4_6_release/apis/3.0/"
    assert found["details_link"] == f"https://{region}.myconnectwise.net/"
    assert warnings(parse(ConnectWiseSettings, {**GIVEN, **found}).settings) == []


def test_staging_has_both_hosts_too() -> None:
    """The vendor's staging cloud is at another domain, by the same rule."""
    found = settings_of(details_link="staging.connectwisedev.com")
    assert found["endpoint"] == "https://api-staging.connectwisedev.com/v4_6_release/apis/3.0/"
    assert found["details_link"] == "https://staging.connectwisedev.com/"


@pytest.mark.parametrize(
    ("pasted", "site"),
    [
        ("cw.example.com", "https://cw.example.com"),
        (OWN_API, "https://cw.example.com"),
        ("https://cw.example.com:8443/v4_6_release/connectwise.aspx", "https://cw.example.com:8443"),
        ("https://proxy.example.com/psa/v4_6_release/apis/3.0/", "https://proxy.example.com/psa"),
        ("http://127.0.0.1:8010/", "http://127.0.0.1:8010"),
        ("api-cw.example.com", "https://api-cw.example.com"),
    ],
)
def test_server_of_ones_own_has_one_host(pasted: str, site: str) -> None:
    """On premises the same host serves people and programs, and no prefix is put before it or taken from it."""
    found = settings_of(endpoint=pasted)
    assert (found["endpoint"], found["details_link"]) == (f"{site}/v4_6_release/apis/3.0/", f"{site}/")


def test_addresses_that_were_both_given_are_both_kept() -> None:
    """A blank one is filled in; one that was given is not changed by the other."""
    found = settings_of(endpoint="cw.example.com", details_link="https://psa.example.com/")
    assert (found["endpoint"], found["details_link"]) == (OWN_API, "https://psa.example.com/")


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("eu", "invalid_url"),
        ("https://www.connectwise.com/", "wrong_host"),
        ("https://developer.connectwise.com/", "wrong_host"),
        ("https://www.myconnectwise.net/", "wrong_host"),
        ("http://na.myconnectwise.net/", "insecure_url"),
        ("https://me:secret@na.myconnectwise.net/", "credentials_in_url"),
        ("ftp://na.myconnectwise.net/", "unsupported_scheme"),
        ("https://na.myconnectwise.net/\x07", "control_characters"),
        (PUBLIC, "invalid_url"),
    ],
)
@pytest.mark.parametrize("field", ["endpoint", "details_link"])
def test_address_is_refused_at_its_field(field: str, pasted: str, code: str) -> None:
    """What cannot be repaired is refused at the field it stands in, and nowhere else."""
    assert refusal_of(**{field: pasted}) == [(field, code)]


def test_no_address_at_all_is_asked_for() -> None:
    """One of the two is needed; the Endpoint is the one that is asked for."""
    assert refusal_of() == [("endpoint", "required")]


def test_region_alone_names_the_address_to_enter() -> None:
    """A bare region is refused with the very address that it stands for."""
    with pytest.raises(SettingsError) as refused:
        parse(ConnectWiseSettings, {**GIVEN, "endpoint": "AU"})
    assert refused.value.problems[0].remedy == "Enter https://au.myconnectwise.net/"


@pytest.mark.parametrize(
    ("company", "public"),
    [
        (f"acme+{PUBLIC}", ""),
        ("", f"acme+{PUBLIC}"),
        ("acme", f"acme+{PUBLIC}"),
        ("ACME", f"acme+{PUBLIC}"),
        (f"acme+{PUBLIC}", PUBLIC),
        (f"acme+{PUBLIC}", f"acme+{PUBLIC}"),
        ("  acme ", f" {PUBLIC} "),
    ],
)
def test_company_and_key_pasted_as_one_are_taken_apart(company: str, public: str) -> None:
    """``company+publicKey``, as some programs ask for it, is understood in either field."""
    found = settings_of(endpoint=API, company_id=company, public_key=public)
    assert (found["company_id"].lower(), found["public_key"]) == ("acme", PUBLIC)


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"public_key": f"other+{PUBLIC}"}, ["public_key"]),
        ({"company_id": f"acme+{PUBLIC}", "public_key": "AnotherKey555000"}, ["company_id"]),
        ({"private_key": PUBLIC}, ["private_key"]),
        ({"public_key": PRIVATE}, ["private_key"]),
        ({"public_key": CLIENT_ID}, ["public_key"]),
        ({"private_key": f"{{{CLIENT_ID.upper()}}}"}, ["private_key"]),
        ({"company_id": "https://na.myconnectwise.net/"}, ["company_id"]),
        ({"company_id": "na.myconnectwise.net"}, ["company_id"]),
        ({"company_id": "../system"}, ["company_id"]),
        ({"company_id": ".."}, ["company_id"]),
        ({"company_id": "acme:x"}, ["company_id"]),
    ],
)
def test_what_cannot_be_a_company_or_a_key_is_refused(values: dict[str, str], fields: list[str]) -> None:
    """Another company's key, one key twice, a GUID for a key, an address for a company: said at the field."""
    assert refusal_of(endpoint=API, **values) == [(field, "invalid_value") for field in fields]


def test_key_given_twice_says_that_the_private_one_is_shown_once() -> None:
    """Whoever lost the private key is told to make new ones."""
    with pytest.raises(SettingsError) as refused:
        parse(ConnectWiseSettings, {**GIVEN, "endpoint": API, "private_key": PUBLIC})
    assert "shown once only" in refused.value.problems[0].remedy


def test_no_text_shows_a_key() -> None:
    """Neither settings nor repairs nor refusals hold a key, or the client ID."""
    parsed = parse(ConnectWiseSettings, {**GIVEN, "endpoint": API, "public_key": "", "company_id": f"acme+{PUBLIC}"})
    with pytest.raises(SettingsError) as refused:
        parse(ConnectWiseSettings, {**GIVEN, "public_key": f"x+{PUBLIC}", "private_key": f"{PRIVATE}\nmore"})
    texts = [repr(parsed), str(parsed.settings), parsed.settings.model_dump_json(), repr(refused.value.problems)]
    assert not [text for text in texts if any(secret in text for secret in (PUBLIC, PRIVATE, CLIENT_ID))]


def test_client_id_is_no_field_of_the_form() -> None:
    """It belongs to the integrating product, as the vendor's guide says, and not to the customer."""
    schema = json_schema(ConnectWiseSettings)
    assert list(schema["properties"]) == ["company_id", "public_key", "private_key", "endpoint", "details_link"]
    assert schema["required"] == ["company_id", "public_key", "private_key"]
    assert [field["name"] for field in schema["x-jackfield"]["deployment"]] == ["client_id"]


@pytest.mark.parametrize("endpoint", [API, "cw.example.com", "http://127.0.0.1:8010/", "proxy.example.com/psa/"])
def test_repair_is_idempotent(endpoint: str) -> None:
    """Parsing what parsing gave changes nothing."""
    once = settings_of(endpoint=endpoint)
    assert settings_of(**once) == once


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"details_link": "https://eu.myconnectwise.net/"}, ["details_link"]),
        ({"endpoint": "cw.example.com", "details_link": "psa.example.com"}, ["details_link"]),
        ({"endpoint": "moon.myconnectwise.net"}, ["endpoint"]),
        ({"company_id": "Acme Managed Services"}, ["company_id"]),
    ],
)
def test_what_is_odd_is_warned_of(values: dict[str, str], fields: list[str]) -> None:
    """Two regions, two servers, an unheard-of region, a full name: let through, with a warning at the field."""
    found = warnings(parse(ConnectWiseSettings, {**GIVEN, "endpoint": API, **values}).settings)
    assert [(problem.field, problem.warning) for problem in found] == [(field, True) for field in fields]

"""The connection form: whatever form of an address people paste is repaired, or refused with a remedy."""

from __future__ import annotations

import pytest

from jackfield.errors import SettingsError
from jackfield.settings import dump, parse
from jackfield_insightly.settings import InsightlySettings, warnings

KEY = "0ff1ce00-5550-4000-8000-000000000042"
API = "https://api.na1.insightly.com/v3.1/"
DETAILS = "https://crm.na1.insightly.com/details/"


def settings_of(**values: str) -> dict[str, str]:
    return dump(parse(InsightlySettings, {"api_key": KEY, **values}).settings)


def refusal_of(**values: str) -> list[tuple[str | None, str]]:
    with pytest.raises(SettingsError) as refused:
        parse(InsightlySettings, {"api_key": KEY, **values})
    assert all(problem.message and problem.remedy for problem in refused.value.problems)
    return [(problem.field, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize(
    "pasted",
    [
        API,
        f"  {API}\n",
        f'"{API}"',
        "api.na1.insightly.com",
        "https://api.na1.insightly.com",
        "https://api.na1.insightly.com/v3.1",
        "HTTPS://API.NA1.INSIGHTLY.COM/V3.1/",
        "https://api.na1.insightly.com:443/v3.1/",
        "https://api.na1.insightly.com//v3.1//",
        "https://api.na1.insightly.com/v3.1/Users/Me?top=1",
        "https:\\\\api.na1.insightly.com\\v3.1",
        "https://crm.na1.insightly.com/",
        "https://crm.na1.insightly.com/list/Contact/?blade=/details/contact/7",
        "https://crm.na1.insightly.com/Users/UserSettings/#apikey",
    ],
)
def test_endpoint_is_repaired(pasted: str) -> None:
    """Every form in which the API's or the web's address is pasted becomes the API's address with version and slash."""
    assert settings_of(endpoint=pasted, details_link=DETAILS)["endpoint"] == API


@pytest.mark.parametrize("version", ["v2.1", "v2.3", "v3.0", "v3.1"])
def test_version_that_was_given_is_kept(version: str) -> None:
    """A version that the address already has is kept, not replaced by the current one."""
    endpoint = settings_of(endpoint=f"https://api.insightly.com/{version}", details_link=DETAILS)["endpoint"]
    assert endpoint == f"https://api.insightly.com/{version}/"


@pytest.mark.parametrize(
    "pasted",
    [
        DETAILS,
        "crm.na1.insightly.com",
        "https://crm.na1.insightly.com/home",
        "https://crm.na1.insightly.com/details/contact/42",
        "https://crm.na1.insightly.com/list/Lead/?blade=/details/lead/7",
        API,
    ],
)
def test_details_link_is_repaired(pasted: str) -> None:
    """Every address of the account becomes the root under which records are shown."""
    assert settings_of(endpoint=API, details_link=pasted)["details_link"] == DETAILS


@pytest.mark.parametrize("field", ["endpoint", "details_link"])
def test_web_address_gives_both(field: str) -> None:
    """The browser's address, pasted into either field, fills both with the same pod."""
    assert settings_of(**{field: "https://crm.au1.insightly.com/home"}) == {
        "endpoint": "https://api.au1.insightly.com/v3.1/",
        "details_link": "https://crm.au1.insightly.com/details/",
    }


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("na1", "invalid_url"),
        ("https://www.insightly.com/pricing", "wrong_host"),
        ("https://acme.insight.ly/Contacts", "wrong_host"),
        ("http://api.na1.insightly.com/v3.1/", "insecure_url"),
        ("https://me:secret@api.na1.insightly.com/v3.1/", "credentials_in_url"),
        ("ftp://api.na1.insightly.com/", "unsupported_scheme"),
        ("https://api.na1.insightly.com/v3.1/\x07", "control_characters"),
        ("https://", "invalid_url"),
        (KEY, "invalid_url"),
        ("", "required"),
    ],
)
def test_endpoint_is_refused(pasted: str, code: str) -> None:
    """What cannot be repaired is refused at its field, with a code and a remedy."""
    assert refusal_of(endpoint=pasted, details_link=DETAILS) == [("endpoint", code)]


def test_pod_alone_names_the_address_to_enter() -> None:
    """A bare pod is refused with the very address that it stands for."""
    with pytest.raises(SettingsError) as refused:
        parse(InsightlySettings, {"api_key": KEY, "endpoint": "AU1", "details_link": DETAILS})
    assert refused.value.problems[0].remedy == "Enter https://api.au1.insightly.com/v3.1/"


def test_key_is_trimmed_and_never_shown() -> None:
    """Blanks around the key go; no text of the settings or of a refusal shows it."""
    parsed = parse(InsightlySettings, {"api_key": f" {KEY}\t", "endpoint": API, "details_link": DETAILS})
    with pytest.raises(SettingsError) as refused:
        parse(InsightlySettings, {"api_key": f"{KEY}\nmore", "endpoint": KEY})
    texts = [repr(parsed), str(parsed.settings), parsed.settings.model_dump_json(), repr(refused.value.problems)]
    assert dump(parsed.settings, secrets=True)["api_key"] == KEY
    assert not [text for text in texts if KEY in text]


@pytest.mark.parametrize("endpoint", [API, "http://127.0.0.1:8010/", "https://proxy.example.com/insightly/"])
def test_repair_is_idempotent(endpoint: str) -> None:
    """Parsing what parsing gave changes nothing."""
    once = settings_of(endpoint=endpoint, details_link=DETAILS)
    assert settings_of(**once) == once


@pytest.mark.parametrize(
    ("endpoint", "details_link", "fields"),
    [
        (API, DETAILS, []),
        ("https://api.insight.ly/v3.1/", DETAILS, []),
        ("http://127.0.0.1:8010/v3.1/", DETAILS, ["endpoint"]),
        ("https://proxy.example.com/", "https://crm.example.com/", ["endpoint", "details_link"]),
        ("https://api.au1.insightly.com/v3.1/", DETAILS, ["details_link"]),
    ],
)
def test_unusual_addresses_are_warned_of(endpoint: str, details_link: str, fields: list[str]) -> None:
    """A host that is not Insightly's, or a link into another pod, is let through with a warning at its field."""
    values = {"api_key": KEY, "endpoint": endpoint, "details_link": details_link}
    found = warnings(parse(InsightlySettings, values).settings)
    assert [(problem.field, problem.warning) for problem in found] == [(field, True) for field in fields]

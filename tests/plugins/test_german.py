"""What real checks of both connectors say is known in German, whatever goes wrong: no English is left over."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from jackfield import discover
from jackfield.checks import CheckReport
from jackfield.errors import CATALOGUE, SettingsError
from jackfield.http import Budgets, RetryPolicy
from jackfield.simulation import running
from jackfield.translations import for_language
from tests.plugins.connectwise.scripted import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield.simulation import Simulator

QUICK = RetryPolicy(attempts=1, total=2.0, first_wait=0.0, longest_wait=0.0)
GERMAN = for_language("de")
PLATFORMS = ("connectwise", "insightly")
#: Knobs and settings that lead to words of their own.
TURNED: dict[str, list[dict[str, Any]]] = {
    "connectwise": [{"member_maintenance": "none"}, {"contacts": "my"}, {"company_maintenance": "none"}],
    "insightly": [],
}
#: What people enter wrongly, and what is worth a second look.
ENTERED: dict[str, list[dict[str, str]]] = {
    "connectwise": [
        {},
        {"company_id": "https://x/", "public_key": "a+b", "private_key": "•••••", "endpoint": "na"},
        {"company_id": "x+", "public_key": "0ff1ce00-5550-4000-8000-000000005550", "endpoint": "ftp://x/"},
        {"company_id": "acme", "public_key": "same555", "private_key": "same555", "endpoint": "www.connectwise.com"},
        {"company_id": "Acme Ltd", "public_key": "k555", "private_key": "l555", "endpoint": "xy.myconnectwise.net"},
        {"endpoint": "https://psa.example.com/", "details_link": "https://na.myconnectwise.net/", "nonsense": "1"},
    ],
    "insightly": [
        {},
        {"api_key": "*****", "endpoint": "na1", "details_link": "https://www.insightly.com/"},
        {"api_key": "k\x00ey", "endpoint": "https://www.insightly.com/", "details_link": "not an address"},
        {"api_key": "k" * 3000, "endpoint": "http://a:b@example.com/", "details_link": "http://example.com/"},
        {"api_key": "key555", "endpoint": "https://x.example.com:99999/", "details_link": "https://a b/"},
        {"api_key": "key555", "endpoint": "https://api.na1.insightly.com/", "details_link": "crm.au1.insightly.com"},
        {"api_key": "key555", "endpoint": "https://proxy.example.com/", "details_link": "https://proxy.example.com/"},
    ],
}


def english(text: str | None) -> list[str]:
    """The text, where it is not known."""
    return [] if text is None or GERMAN.translated(text) != text else [text]


async def _checked(platform: str, settings: dict[str, str]) -> CheckReport:
    connector = discover(deployment={platform: {}})[platform]
    parsed = connector.parse(settings).settings
    how = {"network": LOOPBACK, "retry": QUICK, "budgets": Budgets(lifted=True)}
    async with connector.connect(parsed, **how) as crm:
        return CheckReport(steps=tuple([step async for step in crm.check(time_box=4)]))


def _ways(simulator: Simulator, platform: str) -> Iterator[dict[str, Any]]:
    yield {}
    yield from ({"faults": (fault,)} for fault in simulator.faults)
    yield from ({"faults": (f"{fault}@3",)} for fault in ("forbidden", "unauthorized") if fault in simulator.faults)
    yield from ({"knobs": knobs} for knobs in TURNED[platform])


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_step_speaks_german_whatever_is_wrong(platform: str) -> None:
    """Each fault that the simulator has, and missing rights: titles, findings, remedies, features; and the letter."""
    simulator = discover()[platform].simulator()
    assert simulator is not None
    left: list[str] = []
    seen: set[str] = set()
    for way in _ways(simulator, platform):
        options = simulator.options(users=3, **way)
        with running(simulator, options) as url:
            report = asyncio.run(_checked(platform, simulator.settings(url, options)))
        for step in report.steps:
            seen.add(step.message)
            left += [one for text in (step.title, step.message, step.remedy, step.feature) for one in english(text)]
        letter = report.permission_request(platform, told=GERMAN.translated) or ""
        assert "which lack rights" not in letter and "to look up" not in letter
    assert left == []
    assert len(seen) > 15


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_problem_of_a_field_speaks_german(platform: str) -> None:
    """What is refused beside its field, and what is warned of: sentence and remedy."""
    connector = discover()[platform]
    problems = []
    for entered in ENTERED[platform]:
        try:
            problems += connector.parse(entered).warnings
        except SettingsError as refused:
            problems += refused.problems
    assert len({problem.message for problem in problems}) > 8
    assert [one for each in problems for text in (each.message, each.remedy) for one in english(text)] == []


def test_every_code_of_the_catalogue_speaks_german() -> None:
    """Title, meaning and remedy."""
    assert [
        one for code in CATALOGUE.values() for text in (code.title, code.meaning, code.remedy) for one in english(text)
    ] == []

"""The traps that rivals fell into, and the tests that are named after them: none of either may be missing.

Where a trap concerns the portal, each app that may fall into it has a ``test_trap_<name>`` in its ``test_traps.py``.
Where it concerns the core or connectors, tests there are named, and those of the contract for one connector of many.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_CORE: Final = "tests/core"
_CONTRACT: Final = "tests/plugins/insightly/test_contract.py::TestInsightly"


@dataclass(frozen=True, kw_only=True)
class Trap:
    """What others do, the apps of the portal where it would happen, and the tests of it elsewhere."""

    said: str
    apps: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def tests(self, name: str) -> Iterator[str]:
        """Where the tests of it are; a test of an app may have more behind that name."""
        yield from (f"tests/portal/{app}/test_traps.py::test_trap_{name}" for app in self.apps)
        yield from self.also


TRAPS: Final = {
    "masked_placeholder": Trap(
        said="The dots that a form shows for a secret are taken for it, and stored or sent.",
        apps=("connections",),
        also=(f"{_CORE}/test_settings.py::test_placeholder_is_no_secret",),
    ),
    "edited_host": Trap(
        said="The host is edited, and the next request takes the stored secret there.",
        apps=("connections",),
    ),
    "nothing_for_a_change": Trap(
        said="Blank, null, 0 and not there at all are held for different values, and so for a change.",
        apps=("connections", "imports", "mapping"),
        also=(f"{_CONTRACT}::test_u7_null_and_missing_members_survive",),
    ),
    "undrawn_fields": Trap(
        said="What a form does not show is blank in what it sends, and saved as blank.",
        apps=("connections",),
    ),
    "page_with_status_200": Trap(
        said="A web page is a success, since its status is 200.",
        apps=("checks", "imports"),
        also=(
            f"{_CORE}/http/test_verdict.py::test_good_status_needs_data",
            f"{_CONTRACT}::test_c5_success_without_content",
        ),
    ),
    "one_good_call": Trap(
        said="Something worked, so everything did.",
        apps=("checks", "imports"),
        also=(f"{_CONTRACT}::test_u10_every_answer_counts",),
    ),
    "unknown_host_tried_again": Trap(
        said="A name that does not exist is waited for, as if it were a CRM that is away.",
        apps=("checks", "imports"),
        also=(
            f"{_CORE}/http/test_failures.py::test_unknown_host_is_a_matter_of_the_settings",
            f"{_CONTRACT}::test_c4_unreachable_host_is_no_wrong_key",
        ),
    ),
    "bad_address_tried_again": Trap(
        said="An address that cannot be one is tried again and again.",
        apps=("connections",),
        also=(f"{_CONTRACT}::test_v3_dangerous_addresses_are_refused",),
    ),
    "wrong_region": Trap(
        said="The account lives in another region, and the key gets the blame.",
        apps=("checks",),
        also=(
            "tests/plugins/connectwise/test_checks.py::test_company_of_another_region_is_sent_there_in_words_only",
            f"{_CONTRACT}::test_c2_refused_credentials",
        ),
    ),
    "blank_emails": Trap(
        said="Two people without an e-mail address have the same one.",
        apps=("imports", "mapping"),
        also=(f"{_CONTRACT}::test_u2_mails_and_names",),
    ),
    "case_of_an_email": Trap(
        said="Capitals make another address.",
        apps=("imports", "mapping"),
        also=(f"{_CONTRACT}::test_u2_mails_and_names_are_those_of_the_crm",),
    ),
    "name_beats_an_email": Trap(
        said="A namesake is preferred to whoever has the address.",
        apps=("mapping",),
    ),
    "first_of_several": Trap(
        said="Several would do, so the first is taken.",
        apps=("mapping", "api"),
        also=(f"{_CONTRACT}::test_l3_each_contact_comes_once",),
    ),
    "first_page": Trap(
        said="A list ends where its first page does.",
        apps=("imports",),
        also=(f"{_CONTRACT}::test_u1_every_user_once",),
    ),
    "listing_broken_off": Trap(
        said="A listing breaks off half-way, nobody says so, and whoever was not read is deleted.",
        apps=("imports", "mapping"),
        also=(f"{_CONTRACT}::test_u6_fault_in_mid_listing_raises",),
    ),
    "overlapping_secrets": Trap(
        said="Of two secrets that share a part, one is blotted out and the rest of the other is left.",
        apps=("checks",),
        also=(f"{_CORE}/test_settings.py::test_one_secret_inside_another_is_taken_out_whole",),
    ),
    "secret_in_a_failure": Trap(
        said="What was scrubbed from a recording stands in the message that its test failed with.",
        apps=("imports",),
        also=(
            f"{_CORE}/testing/test_recording.py::test_failing_test_shows_no_secret",
            f"{_CORE}/testing/test_leaks.py::test_leak_never_shows_what_it_found",
            f"{_CONTRACT}::test_c8_no_trouble_shows_a_secret",
        ),
    ),
    "another_account": Trap(
        said="A new key opens another account, whose people take the places of those known so far.",
        apps=("connections", "imports"),
    ),
    "address_as_identity": Trap(
        said="A connection is known by its address: spelt otherwise, it is another one.",
        apps=("connections",),
    ),
    "plugin_raises_on_import": Trap(
        said="One connector cannot be imported, and nothing works.",
        apps=("connections",),
        also=(f"{_CORE}/test_discovery.py::test_broken_connector_is_told_with_its_reason",),
    ),
    "plugin_raises_on_registration": Trap(
        said="One connector's hooks do not fit, and nothing works.",
        apps=("connections",),
        also=(f"{_CORE}/test_discovery.py::test_good_connector_is_loaded_beside_broken_ones",),
    ),
    "plugin_raises_in_a_hook": Trap(
        said="One connector makes a mistake, and it is everybody's.",
        apps=("connections", "checks", "imports"),
        also=(f"{_CORE}/test_connector.py::test_declaration_that_raises_is_refused",),
    ),
    "redirect_to_a_private_address": Trap(
        said="The first address is looked at, and then followed to wherever it leads.",
        apps=("checks",),
        also=(
            f"{_CORE}/http/test_redirects.py::test_no_trick_leads_elsewhere",
            f"{_CONTRACT}::test_n1_no_redirect_is_followed_elsewhere",
        ),
    ),
    "spellings_of_loopback": Trap(
        said="127.0.0.1 is refused; the same in IPv6, or as one number, is not.",
        apps=("checks",),
        also=(f"{_CORE}/http/test_guard.py::test_private_address_is_refused_in_any_spelling",),
    ),
    "plus_in_a_number": Trap(
        said="The plus sign of a telephone number arrives as a blank.",
        apps=("api",),
        also=(f"{_CONTRACT}::test_l3_plus_is_encoded",),
    ),
    "windows_time_zones": Trap(
        said="A name by which Windows calls a time zone is kept as if everybody knew it.",
        apps=("imports",),
        also=(f"{_CORE}/test_zones.py::test_zone_gets_its_iana_name",),
    ),
    "naive_dates": Trap(
        said="A moment without a zone is moved by the zone of whichever machine reads it.",
        apps=("imports",),
    ),
}


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """Every test in the files that are named, without its parameters, as a run of its own collects them."""
    files = sorted({test.partition("::")[0] for name, trap in TRAPS.items() for test in trap.tests(name)})
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "JACKFIELD_"))}
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *files],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return {line.partition("[")[0] for line in ended.stdout.splitlines() if "::" in line}


@pytest.mark.parametrize("name", TRAPS)
def test_every_trap_has_its_tests(name: str, collected: set[str]) -> None:
    """A test that is named after a trap is there, wherever the trap is."""
    tests = list(TRAPS[name].tests(name))
    assert [test for test in tests if not any(each == test or each.startswith(f"{test}_") for each in collected)] == []


def test_every_trap_of_a_test_is_known(collected: set[str]) -> None:
    """No test is named after a trap that the table does not know."""
    named = {test.partition("::test_trap_")[2] for test in collected if "::test_trap_" in test}
    assert [each for each in named if not any(each == name or each.startswith(f"{name}_") for name in TRAPS)] == []

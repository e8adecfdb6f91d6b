"""What a check's dialog says besides its verdict: where to look, which rights, whose key, how often."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from jackfield.simulation import serving
from jackfield_portal.checks import holders, rights
from jackfield_portal.checks import services as checks
from jackfield_portal.checks.models import CheckRun, StepRun
from jackfield_portal.connections import recurring, services
from jackfield_portal.connections.instructions import as_html, place_of
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.jobs.models import Schedule
from jackfield_portal.jobs.services import run_pending
from tests.portal.acme import Server

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.connections.models import Connection
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
INSTRUCTIONS = """You need a **Key**.

1. Open **Settings**. It shows the Token.
2. Copy the **Token**.

   It is long.
3. Under **Roles** grant Contacts.
"""


def checked(connection: Connection) -> CheckRun:
    run = checks.start_one(connection)
    run_pending()
    run.refresh_from_db()
    return run


def dialog(portal: Client, run: CheckRun) -> str:
    return portal.get(reverse("checks:show", args=[run.batch]), headers=HTMX).content.decode()


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (["Token"], "instructions-3"),
        (["Key"], "instructions-1"),
        (["contacts"], "instructions-4"),
        (["Nowhere", "Settings"], "instructions-2"),
        (["Tok", ""], ""),
        ([], ""),
    ],
)
def test_place_is_where_a_word_is_spoken_of(words: list[str], place: str) -> None:
    """In bold before anyhow, whole words only, the first word that is there at all."""
    assert place_of(INSTRUCTIONS, words) == place


def test_every_place_can_be_linked_to(portal: Client) -> None:
    """Each paragraph and each item has a name of its own; the one that was asked for is marked."""
    drawn = as_html(INSTRUCTIONS, "instructions-3")
    assert re.findall(r'id="([\w-]+)"', drawn) == [f"instructions-{number}" for number in (1, 2, 3, 4)]
    assert drawn.count('class="here"') == 1


def test_failure_links_into_the_instructions(portal: Client, connection: Connection, acme: Acme) -> None:
    """A refused secret leads to where the instructions speak of it, which is marked there."""
    services.save_settings(connection, acme.values(token="wrong-555"))
    page = dialog(portal, checked(connection))
    found = re.search(r'hx-get="([^"]+\?at=instructions-\d+)"', page)
    assert found and "instructions" in page
    assert 'class="here"' in portal.get(found[1], headers=HTMX).content.decode()


def test_rights_are_listed_with_what_proves_them(portal: Client, live: Connection) -> None:
    """Each right with its step, what needs it, and whether it is granted."""
    run = checks.last(live)
    assert run is not None
    (right,) = rights.rights_of(run)
    assert (right.name, right.steps, right.features, right.state) == (
        "Contacts: Read",
        ("Look up contacts",),
        ("screen pop",),
        "failed",
    )
    assert '<th scope="row">Contacts: Read</th>' in dialog(portal, run)


@pytest.mark.parametrize(
    ("state", "kind", "expected"),
    [
        ("passed", "", "passed"),
        ("warned", "permission", "warned"),
        ("warned", "settings", "passed"),
        ("failed", "permission", "failed"),
        ("failed", "transient", "skipped"),
        ("skipped", "", "skipped"),
    ],
)
def test_right_stands_as_its_step_has_proven(connection: Connection, state: str, kind: str, expected: str) -> None:
    """Only a refusal speaks against a right; what failed otherwise says nothing of it."""
    run = CheckRun.objects.create(batch=connection.pk, connection=connection)
    StepRun.objects.create(run=run, position=0, step="x", state=state, kind=kind, permission="Users: Read")
    assert [right.state for right in rights.rights_of(run)] == [expected]


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ({"state": "inactive"}, "who is not active in the CRM any more"),
        ({"state": "active", "gone_at": timezone.now()}, "who is gone from the CRM"),
        ({"state": "active"}, ""),
        ({"state": "inactive", "name": "Somebody Else"}, ""),
    ],
)
def test_warns_of_a_holder_who_left(portal: Client, live: Connection, user: dict[str, object], said: str) -> None:
    """The card and the check warn where the key's owner is inactive or gone among the imported users."""
    now = timezone.now()
    CrmUser.objects.create(
        **{"connection": live, "crm_id": "u1", "name": "Kim Holder", "first_seen": now, "last_seen": now, **user}
    )
    run = checks.last(live)
    assert run is not None
    pages = (portal.get(reverse("web:cards")).content.decode(), dialog(portal, run), holders.trouble(live))
    assert [bool(said) and said in page for page in pages] == [bool(said)] * 3


def test_holder_is_known_by_his_address(live: Connection) -> None:
    """A namesake is somebody else; one active user with the address is enough."""
    live.account_holder = "Kim Holder <Kim@Example.com>"
    now = timezone.now()
    for number, (name, email, state) in enumerate(
        (("Kim Holder", "other@example.com", "inactive"), ("K. Holder", "kim@example.com", "active"))
    ):
        CrmUser.objects.create(
            connection=live, crm_id=f"u{number}", name=name, email=email, state=state, first_seen=now, last_seen=now
        )
    assert holders.trouble(live) == ""


@pytest.mark.parametrize(("hours", "every"), [("1", 3600), ("24", 86_400), ("0", None), ("usual", 6 * 3600)])
def test_rhythm_is_the_connections_own(
    portal: Client, live: Connection, settings: SettingsWrapper, hours: str, every: int | None
) -> None:
    """Off, hourly, daily or as usual, for each connection; a worker's start leaves it so."""
    settings.JACKFIELD_CHECK_EVERY = 6
    portal.post(reverse("checks:history", args=[live.pk]), {"hours": hours}, headers=HTMX)
    for _ in range(2):
        found = Schedule.objects.filter(task="checks.daily", key=str(live.pk)).first()
        assert (found.every if found else None) == every
        recurring.settle()


def test_another_rhythm_is_refused(portal: Client, live: Connection) -> None:
    """Only what is offered can be chosen."""
    answer = portal.post(reverse("checks:history", args=[live.pk]), {"hours": "7"}, headers=HTMX)
    live.refresh_from_db()
    assert (answer.status_code, live.check_every) == (422, None)


def test_trap_the_key_sent_to_another_region_without_consent(portal: Client, live: Connection, acme: Acme) -> None:
    """The other address is named; nothing is sent there until somebody has agreed to that very host."""
    other = Server()
    with serving(other) as url:
        acme.server.elsewhere = f"{url}/"
        run = checked(live)
        step = run.steps.get(step="sign_in")
        address = reverse("checks:move", args=[step.pk])
        assert address in dialog(portal, run)
        page = portal.get(address, headers=HTMX).content.decode()
        assert ("the stored Token will be sent to" in page, other.seen) == (True, [])
        refused = portal.post(address, {"host": "evil.example.net"}, headers=HTMX)
        run_pending()
        assert (refused.status_code, other.seen) == (422, [])
        portal.post(address, {"host": url.removeprefix("http://")}, headers=HTMX)
        run_pending()
    version = services.live(live)
    assert version is not None and (version.host, bool(other.seen)) == (url.removeprefix("http://"), True)
    whole = services.connector_of(live).dump(services.settings_for(version), secrets=True)
    assert (whole["token"], whole["pages"]) == ("token-555-0100", f"{url}/")


def test_address_that_is_none_is_not_gone_to(portal: Client, live: Connection, acme: Acme) -> None:
    """What a CRM names as another address is judged as if it were entered by hand."""
    acme.server.elsewhere = "ftp://example.com/"
    step = checked(live).steps.get(step="sign_in")
    answer = portal.get(reverse("checks:move", args=[step.pk]), headers=HTMX)
    assert answer.status_code == 422


def test_nobody_else_moves_a_connection(stranger: Client, onlooker: Client, live: Connection, acme: Acme) -> None:
    """The step of another organization is like none, and a read-only member may not."""
    acme.server.elsewhere = "https://elsewhere.example.com/"
    address = reverse("checks:move", args=[checked(live).steps.get(step="sign_in").pk])
    given = {"host": "elsewhere.example.com"}
    assert (stranger.post(address, given).status_code, onlooker.post(address, given).status_code) == (404, 403)


def test_onlooker_may_look_at_the_history(onlooker: Client, live: Connection) -> None:
    """A read-only member reads what was, and is offered nothing to change."""
    page = onlooker.get(reverse("checks:history", args=[live.pk]), headers=HTMX).content.decode()
    assert (">passed<" in page, "<form" in page) == (True, False)

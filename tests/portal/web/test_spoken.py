"""The portal in German: what comes from the core and from a connector is German on every screen, and English below."""

from __future__ import annotations

import re
from contextlib import contextmanager
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.urls import reverse

from jackfield import discover
from jackfield.simulation import running
from jackfield_portal.checks import services as checks
from jackfield_portal.connections import services
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.notices.models import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.checks.models import CheckRun
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Membership, Organization
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
GERMAN = {**HTMX, "Accept-Language": "de"}
REFUSED = {"en": "Insightly refused the API Key.", "de": "Insightly hat den API Key abgelehnt."}


@pytest.fixture
def insightly(organization: Organization) -> Connection:
    """A draft of a connection to a platform whose connector ships German."""
    return services.add(organization, "insightly")


@contextmanager
def simulated(*faults: str) -> Iterator[dict[str, str]]:
    """The settings of a simulated account with these faults."""
    simulator = discover()["insightly"].simulator()
    assert simulator is not None
    options = simulator.options(users=3, faults=faults, knobs={"rate_limit": False})
    with running(simulator, options) as url:
        yield simulator.settings(url, options)


def checked(connection: Connection, *faults: str) -> CheckRun:
    """A check of the simulated account."""
    with simulated(*faults) as settings:
        services.save_settings(connection, settings)
        run = checks.start_one(connection)
        run_pending()
    run.refresh_from_db()
    return run


def shown(portal: Client, address: str, headers: dict[str, str], *arguments: object) -> str:
    """The page's words, as a reader sees them."""
    return unescape(portal.get(reverse(address, args=arguments), headers=headers).content.decode())


def test_form_is_in_german(portal: Client, insightly: Connection) -> None:
    """Help and instructions; labels stay those of the vendor's screen. In English nothing changes."""
    german = shown(portal, "connections:settings", GERMAN, insightly.pk)
    assert "Aus den User Settings von Insightly, Abschnitt API." in german
    assert "Wählen Sie oben rechts Ihr Profilsymbol" in german
    assert re.search(r"<label[^>]*>API Key</label>", german)
    assert "Choose your profile icon" not in german
    assert "Choose your profile icon" in shown(portal, "connections:settings", HTMX, insightly.pk)


def test_problems_beside_fields_are_in_german(portal: Client, insightly: Connection) -> None:
    """What is refused, with its remedy, and a pasted address that is worth a second look."""
    address = reverse("connections:settings", args=[insightly.pk])
    entered = {"api_key": "", "endpoint": "na1", "details_link": "https://www.insightly.com/"}
    page = unescape(portal.post(address, entered, headers=GERMAN).content.decode())
    for said in (
        "Dieses Feld wird benötigt. Füllen Sie es aus.",
        "„na1“ ist der Name eines Pods. Geben Sie https://api.na1.insightly.com/v3.1/ ein.",
        "Unter dieser Adresse zeigt Insightly keine Datensätze.",
    ):
        assert said in page
    repair = f"{reverse('connections:repair', args=[insightly.pk])}?field=endpoint"
    entered = {"endpoint": "https://proxy.example.com/", "details_link": "https://proxy.example.com/"}
    assert (
        "Dies ist keine eigene Adresse von Insightly." in portal.post(repair, entered, headers=GERMAN).content.decode()
    )


def test_check_dialog_is_in_german_and_its_report_in_english(portal: Client, insightly: Connection) -> None:
    """Titles, findings, remedies, what was not run and why; the report for support keeps the words of the sources."""
    run = checked(insightly, "unauthorized")
    page = shown(portal, "checks:show", GERMAN, run.batch)
    dialog, report = page.partition('id="check-report"')[::2]
    for said in (
        "<strong>Insightly erreichen</strong>",
        REFUSED["de"],
        "Kopieren Sie den Schlüssel noch einmal aus den User Settings von Insightly",
        "Nicht ausgeführt, weil der Schritt „Mit dem API Key anmelden“ fehlgeschlagen ist.",
    ):
        assert said in dialog
    assert (REFUSED["en"] in report, "Systems Check: not passed" in report) == (True, True)
    assert REFUSED["de"] not in report
    assert REFUSED["en"] in shown(portal, "checks:show", HTMX, run.batch).partition('id="check-report"')[0]
    assert REFUSED["de"] in shown(portal, "checks:history", GERMAN, insightly.pk)


def test_stored_texts_are_english(insightly: Connection, settings: SettingsWrapper) -> None:
    """A job stores what the connector said as it was said, whatever the deployment speaks."""
    settings.LANGUAGE_CODE = "de"
    run = checked(insightly, "unauthorized")
    assert REFUSED["en"] in [step.message for step in run.steps.all()]


def test_letter_for_rights_is_in_german(portal: Client, live: Connection) -> None:
    """The CRM's administrator is asked in the language of whoever asks, for the rights by the CRM's own names."""
    run = checks.start_one(live)
    run_pending()
    page = shown(portal, "checks:show", GERMAN, run.batch)
    assert "Unsere Verbindung zu Acme meldet sich mit den Zugangsdaten von Kim Holder an." in page
    assert "- Contacts: Read (look up contacts, für Screen-Pop)" in page
    assert "Die Verbindung liest nur; sie ändert nichts im CRM." in page
    assert "- Contacts: Read (to look up contacts, for screen pop)" in shown(portal, "checks:show", HTMX, run.batch)


def test_notice_and_mail_are_in_the_readers_language(
    portal: Client, insightly: Connection, administrator: Membership, settings: SettingsWrapper
) -> None:
    """A notice is kept once and read by each in his own language, what the connector said in its middle too."""
    settings.EMAIL_HOST = "mail.example.com"
    administrator.user.language = "de"
    administrator.user.save()
    with simulated("unauthorized@6") as account:  # after the first check, which asks five times
        services.save_settings(insightly, account)
        for _ in range(2):
            checks.start_one(insightly)
            run_pending()
    assert Notice.objects.filter(text__contains=REFUSED["en"]).exists()
    assert REFUSED["de"] in shown(portal, "notices:all", {})
    assert any(REFUSED["de"] in sent.body for sent in mail.outbox)
    administrator.user.language = "en"
    administrator.user.save()
    assert REFUSED["en"] in shown(portal, "notices:all", {})


def test_connector_that_is_not_offered_says_nothing(
    portal: Client, connection: Connection, acme: Acme, settings: SettingsWrapper
) -> None:
    """Texts come from the connectors that this deployment offers, and from the core."""
    from django.utils.translation import override

    from jackfield_portal.spoken import spoken

    with override("de"):
        assert spoken(REFUSED["en"]) == REFUSED["de"]
        settings.JACKFIELD_CONNECTORS = ["acme"]
        assert (spoken(REFUSED["en"]), spoken("Fill it in.")) == (REFUSED["en"], "Füllen Sie es aus.")

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield_portal.checks import services as checks
from jackfield_portal.checks.models import CheckRun
from jackfield_portal.connections import platforms, services
from jackfield_portal.connections.lapses import lapsed
from jackfield_portal.connections.many import live_settings
from jackfield_portal.connections.models import Connection, State
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import services as imports
from jackfield_portal.imports.many import run_many
from jackfield_portal.imports.models import CrmUser, ImportRun
from jackfield_portal.mapping import services as mapping
from jackfield_portal.organizations import plans
from jackfield_portal.organizations.models import Organization

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from jackfield import Description
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db
NEEDS, CONTACT = "View licence required.", "Call 555 0100."
HTMX = {"HX-Request": "true"}


@pytest.fixture
def kept(live: Connection, settings: SettingsWrapper) -> Connection:
    """A connection in use with an imported user, whose organization's plan has lapsed since."""
    imports.run_now(live)
    settings.JACKFIELD_PLANS = {"basic": {"platforms": [], "needs": NEEDS, "contact": CONTACT}}
    Organization.objects.update(plan="basic")
    return Connection.objects.select_related("organization").get(pk=live.pk)


def host_gate(organization: Organization, description: Description) -> plans.Gate:
    """A host's own function: who is called Example Ltd has everything."""
    if organization.name == "Example Ltd":
        return plans.Gate(allowed=True)
    return plans.Gate(allowed=False, reason=f"{description.title} costs extra.", contact="Ask Sales.")


def broken_gate(_organization: Organization, _description: Description) -> plans.Gate:
    """A host's function that fails."""
    raise RuntimeError("sesame-555")


def test_lapsed_connection_refuses_and_says_why(kept: Connection, acme: Acme) -> None:
    """Opening, checking, importing, changing, renaming and mapping are refused, each with what the plan needs."""
    refused = (
        lambda: services.open_live(kept),
        lambda: checks.start_one(kept),
        lambda: imports.start(kept),
        lambda: imports.run_now(kept),
        lambda: services.save_settings(kept, acme.values()),
        lambda: services.rename(kept, "Other"),
        lambda: mapping.save(kept, []),
    )
    for act in refused:
        with pytest.raises(PortalError, match="no longer in your plan") as said:
            act()
        assert said.value.remedy == f"{NEEDS} {CONTACT}"


def test_lapsed_connection_loses_nothing(kept: Connection) -> None:
    """Its state, settings and imported users stay as they are, whatever is tried meanwhile."""
    before = CrmUser.objects.count()
    runs = ImportRun.objects.count()
    checks.start(kept.organization)
    assert run_many([kept])["applied"] == 0
    kept.refresh_from_db()
    assert (kept.state, services.live(kept) is not None, CrmUser.objects.count()) == (State.LIVE, True, before)
    assert (before > 0, CheckRun.objects.count(), ImportRun.objects.filter(state="applied").count()) == (True, 1, runs)


def test_lapsed_connection_comes_back_with_its_plan(kept: Connection, settings: SettingsWrapper) -> None:
    """When the plan includes the platform again everything goes on where it was."""
    settings.JACKFIELD_PLANS = {}
    assert (lapsed(kept), imports.run_now(kept).state) == ("", "applied")


def test_card_of_a_lapsed_connection_says_what_it_needs(portal: Client, kept: Connection) -> None:
    """The card stays, says what the plan needs and whom to ask, and offers nothing but to delete it."""
    page = portal.get(reverse("web:cards")).content.decode()
    texts = ("Not in your plan", f"{NEEDS} {CONTACT}", ">Delete<")
    assert [text for text in texts if text not in page] == []
    assert [word for word in ("Edit settings", ">Check<", "Rename", "Import users") if word in page] == []


def test_dialogs_of_a_lapsed_connection_refuse_in_words(portal: Client, kept: Connection, acme: Acme) -> None:
    """A page that stood open since before the plan lapsed is answered in words, and changes nothing."""
    for name, given in (("settings", acme.values()), ("rename", {"name": "Other"})):
        answer = portal.post(reverse(f"connections:{name}", args=[kept.pk]), given, headers=HTMX)
        assert (name, answer.status_code, "no longer in your plan" in answer.content.decode()) == (name, 422, True)
    answer = portal.post(reverse("checks:start-one", args=[kept.pk]), headers=HTMX)
    assert "no longer in your plan" in answer.content.decode()


def test_settings_of_many_are_refused_one_by_one(kept: Connection) -> None:
    """Among many connections the lapsed one alone is refused."""
    assert "no longer in your plan" in str(live_settings([kept])[kept.pk])


def test_function_of_the_host_decides(organization: Organization, settings: SettingsWrapper) -> None:
    """With JACKFIELD_PLAN_GATE the host's function is asked, and its words are shown."""
    settings.JACKFIELD_PLAN_GATE = f"{__name__}.host_gate"
    assert [offer.reason for offer in platforms.offers(organization) if offer.id == "acme"] == [""]
    other = Organization.objects.create(name="Other Ltd")
    assert [offer.reason for offer in platforms.offers(other) if offer.id == "acme"] == ["Acme costs extra. Ask Sales."]
    with pytest.raises(PortalError, match=r"Acme costs extra\. Ask Sales\."):
        services.add(other, "acme")


def test_function_that_fails_stops_nobodys_calls(live: Connection, settings: SettingsWrapper) -> None:
    """Where the host's function fails nothing new is added, what is in use goes on, and no text of it is shown."""
    settings.JACKFIELD_PLAN_GATE = f"{__name__}.broken_gate"
    with pytest.raises(PortalError, match="cannot be looked up at the moment") as said:
        services.add(live.organization, "acme")
    assert ("sesame" in str(said.value), lapsed(live)) == (False, "")


def test_plan_of_nobody_is_that_of_the_blank_name(organization: Organization, settings: SettingsWrapper) -> None:
    """Organizations without a plan have what the table gives the plan "", everything where it gives nothing."""
    description = platforms.description("acme")
    assert description is not None
    for table, allowed in (
        ({"view": {}}, True),
        ({"": {"platforms": []}}, False),
        ({"": {"platforms": ["acme"]}}, True),
    ):
        settings.JACKFIELD_PLANS = table
        assert plans.gate(organization, description).allowed == allowed

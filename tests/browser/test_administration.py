"""What an administrator sees of the audit log, the timeline, the API tokens and the webhooks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from jackfield.simulation import serving
from tests.browser import steps
from tests.portal.events.receiver import Receiver

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Portal

pytestmark = pytest.mark.browser


def both_themes(page: Page, name: str) -> None:
    """Looked at in light and dark."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        steps.looked_at(page, f"{name}-{theme}")
    page.emulate_media(color_scheme="light")


def by_menu(page: Page, link: str) -> None:
    """To a page of the menu Administration, by keyboard."""
    page.locator("#administration > summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("navigation").get_by_role("link", name=link, exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=link, level=1)).to_be_visible()
    steps.stands_still(page)


@pytest.mark.parametrize("width", [1280, 360], indirect=True)
def test_administration(portal: Portal, page: Page) -> None:
    """A token is made and revoked, a webhook takes a test event, and all of it stands in the log; on any screen."""
    steps.sign_in(page, portal)
    steps.add_platform(page)
    steps.enter_settings(page, portal.settings)
    steps.check(page)
    page.keyboard.press("Escape")
    page.get_by_text("More Insightly").click()
    page.get_by_role("link", name="Timeline Insightly").click()
    expect(page.get_by_text("Systems Check passed")).to_be_visible()
    both_themes(page, "timeline")
    make_and_revoke_a_token(page)
    add_and_try_a_webhook(page)
    read_and_export_the_log(page)


def make_and_revoke_a_token(page: Page) -> None:
    by_menu(page, "API tokens")
    page.get_by_role("button", name="Make a token").click()
    making = steps.dialog(page, "Make a token")
    making.get_by_label("Name").fill("Telephony")
    making.get_by_label("Map: save and undo mappings").check()
    both_themes(page, "token-form")
    making.get_by_role("button", name="Make the token").click()
    made = steps.dialog(page, "Token made")
    expect(made.get_by_label("Token")).to_have_value(re.compile("^jft_"))
    both_themes(page, "token-made")
    made.get_by_role("button", name="Copy").click()
    expect(made.get_by_role("status")).to_have_text("Copied.")
    made.get_by_role("button", name="Done").click()
    expect(page.get_by_role("rowheader", name="Telephony")).to_be_visible()
    both_themes(page, "tokens")
    page.get_by_role("button", name="Revoke Telephony").click()
    steps.dialog(page, "Revoke token").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("cell", name="revoked")).to_be_visible()


def add_and_try_a_webhook(page: Page) -> None:
    with serving(Receiver()) as url:
        by_menu(page, "Webhooks")
        page.get_by_role("button", name="Add webhook").click()
        adding = steps.dialog(page, "Add webhook")
        adding.get_by_label("Name").fill("Ticket system")
        adding.get_by_label("Address").fill(f"{url}/hook")
        adding.get_by_label("An import has ended").check()
        both_themes(page, "webhook-form")
        adding.get_by_role("button", name="Save").click()
        shown = steps.dialog(page, "Webhook added")
        both_themes(page, "webhook-secret")
        shown.get_by_role("button", name="Done").click()
        page.get_by_role("button", name="Send a test event").click()
        expect(page.get_by_role("rowheader", name="test")).to_be_visible()
        expect(page.get_by_text("next try").or_(page.get_by_text("delivered"))).to_be_visible(timeout=20_000)
        both_themes(page, "webhook")


def read_and_export_the_log(page: Page) -> None:
    by_menu(page, "Audit log")
    expect(page.get_by_role("cell", name="API token revoked")).to_be_visible()
    both_themes(page, "audit-log")
    page.get_by_label("What").select_option(label="Webhook added")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(2)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Export as CSV").click()
    assert "subscription.added" in taken.value.path().read_text("utf-8")

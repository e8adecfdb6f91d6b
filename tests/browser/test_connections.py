"""What happens to a connection after its set-up: paused, changed, handed over, deleted, restored, told of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import steps

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Portal

pytestmark = pytest.mark.browser


def more(page: Page, act: str) -> None:
    """One of the acts that are behind More on the card."""
    page.get_by_text("More Insightly", exact=True).click()
    page.get_by_role("button", name=f"{act} Insightly", exact=True).click()


def set_up(page: Page, portal: Portal) -> None:
    """A connection whose check has passed."""
    steps.sign_in(page, portal)
    steps.add_platform(page)
    steps.enter_settings(page, portal.settings)
    expect(page.get_by_text("Saved, and not in use until its Systems Check has passed.")).to_be_visible()
    steps.looked_at(page, "draft")
    page.get_by_role("button", name="Go on Insightly").click()
    checking = steps.dialog(page, "Systems Check")
    expect(checking.get_by_text("Connection successful")).to_be_visible(timeout=20_000)
    checking.get_by_text("Rights that this needs in the CRM").click()
    expect(checking.get_by_role("cell", name="screen pop")).to_be_visible()
    steps.looked_at(page, "rights")
    checking.locator("footer").get_by_role("button", name="Close").click()


def pause_and_resume(page: Page) -> None:
    more(page, "Pause")
    steps.looked_at(page, "pause")
    steps.dialog(page, "Pause connection").get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused: nothing is sent to the CRM")).to_be_visible()
    steps.looked_at(page, "paused")
    page.get_by_role("button", name="Resume Insightly").click()
    expect(page.get_by_text("Connection successful")).to_be_visible(timeout=20_000)
    page.keyboard.press("Escape")


def choose_a_rhythm(page: Page) -> None:
    page.get_by_role("link", name="Past checks Insightly", exact=True).click()
    past = steps.dialog(page, "Checks of Insightly")
    expect(past.get_by_text("by hand").first).to_be_visible()
    steps.looked_at(page, "history")
    past.get_by_label("Check by itself").select_option(label="each hour")
    past.get_by_role("button", name="Save").click()
    expect(past).to_be_hidden()


def connect_twice(page: Page, portal: Portal) -> None:
    """The same account once more is held, and says why."""
    steps.add_platform(page)
    steps.fill_in(page, portal.settings).get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved, and not in use until its Systems Check has passed.")).to_be_visible()
    page.get_by_role("button", name="Go on Insightly 2").click()
    expect(page.get_by_text("the settings are held for your word")).to_be_visible(timeout=20_000)
    steps.looked_at(page, "held")
    page.keyboard.press("Escape")
    expect(page.get_by_text("which the connection Insightly has already")).to_be_visible()
    steps.looked_at(page, "twins")


def delete_and_restore(page: Page) -> None:
    more(page, "Delete")
    steps.looked_at(page, "delete")
    steps.dialog(page, "Delete connection").get_by_role("button", name="Delete").click()
    page.get_by_text("Deleted (1)").click()
    steps.looked_at(page, "deleted")
    page.get_by_role("button", name="Restore Insightly", exact=True).click()
    expect(page.get_by_text("Connection successful").first).to_be_visible(timeout=20_000)
    page.keyboard.press("Escape")
    expect(page.get_by_text("Deleted (1)")).to_be_hidden()


def hand_over(page: Page, browser: Browser, portal: Portal) -> None:
    """Somebody without an account enters the secret, in a browser of his own."""
    page.get_by_role("button", name="Edit settings Insightly", exact=True).click()
    form = steps.dialog(page, "Edit Insightly Connection Settings")
    steps.looked_at(page, "settings-of-one-in-use")
    form.get_by_role("button", name="Send a link to enter it").click()
    made = steps.dialog(page, "Let somebody else enter it")
    steps.looked_at(page, "link")
    address = made.get_by_label("Link", exact=True).input_value()
    page.keyboard.press("Escape")
    other = browser.new_context(viewport=page.viewport_size).new_page()
    other.goto(address)
    steps.looked_at(other, "enter")
    other.get_by_role("button", name="Hand over").click()
    expect(other.get_by_text("Nothing was stored yet")).to_be_visible()
    other.get_by_label("API Key").fill(portal.settings["API Key"])
    other.get_by_role("button", name="Hand over").click()
    expect(other.get_by_text("You can close this page")).to_be_visible()
    steps.looked_at(other, "entered")
    other.context.close()


def read_the_bell(page: Page) -> None:
    page.reload()
    page.get_by_role("link", name=re.compile("Notices.*1 unread")).click()
    expect(page.get_by_text("API Key of Insightly was entered")).to_be_visible()
    steps.looked_at(page, "notices")
    page.reload()
    expect(page.locator(".bell .count")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 360], indirect=True)
def test_life_of_a_connection(portal: Portal, page: Page, browser: Browser) -> None:
    """Each dialog on the way does what it says, at a desktop's and a telephone's width, without a fault of axe."""
    set_up(page, portal)
    pause_and_resume(page)
    choose_a_rhythm(page)
    delete_and_restore(page)
    hand_over(page, browser, portal)
    read_the_bell(page)
    page.get_by_text("Administration", exact=True).first.click()
    page.get_by_role("link", name="Manage Organization").click()
    connect_twice(page, portal)


def test_failure_leads_into_the_instructions(portal: Portal, page: Page) -> None:
    """From the step that failed, one press of a key shows the place in the instructions, in view and in focus."""
    steps.sign_in(page, portal)
    steps.add_platform(page)
    steps.enter_settings(page, {**portal.settings, "API Key": "00000000-0000-4000-8000-000000000000"})
    expect(page.get_by_text("Saved, and not in use until its Systems Check has passed.")).to_be_visible()
    page.get_by_role("button", name="Go on Insightly").click()
    checking = steps.dialog(page, "Systems Check")
    expect(checking.get_by_text("Issue to correct:")).to_be_visible(timeout=20_000)
    steps.looked_at(page, "check-failed")
    where = checking.get_by_role("link", name=re.compile("Where to find this in the instructions"))
    where.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".hint .here")).to_be_focused()
    expect(page.locator(".hint .here")).to_contain_text("API Key")
    steps.looked_at(page, "instructions")

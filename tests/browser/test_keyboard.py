"""The same journey without a mouse: Tab, Enter, Space, Escape and the arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import steps

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Portal

pytestmark = pytest.mark.browser

_SEEN = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Tab until this has the focus; whatever has it on the way shows that it has."""
    expect(wanted).to_be_visible()
    for _ in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
        assert page.evaluate(_SEEN), page.evaluate("document.activeElement.outerHTML")
    pytest.fail(f"Tab does not lead to {wanted}")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def sign_in(page: Page, portal: Portal) -> None:
    page.goto(portal.url)
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(portal.email)
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(portal.password)
    page.keyboard.press("Enter")
    press(page, page.locator("summary", has_text="Administration"))
    press(page, page.get_by_role("link", name="Manage Organization"))


def connect(page: Page, portal: Portal) -> None:
    plus = page.get_by_role("button", name="Add New CRM Platform")
    press(page, plus)
    expect(page.get_by_label("CRM Platform", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(plus).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("CRM Platform", exact=True)).to_be_focused()
    page.keyboard.type("Insightly")
    press(page, page.get_by_role("dialog").get_by_role("button", name="Save"))
    form = steps.dialog(page, "Edit Insightly Connection Settings")
    for label, value in portal.settings.items():
        tab_to(page, form.get_by_label(label, exact=True))
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    expect(form).to_be_hidden()
    expect(plus).to_be_focused()


def check_and_import(page: Page) -> None:
    press(page, page.get_by_role("link", name="Systems Check"))
    checking = steps.dialog(page, "Systems Check")
    expect(checking.get_by_text("Connection successful")).to_be_visible(timeout=20_000)
    press(page, checking.get_by_role("button", name="Import users"), "Space")
    importing = steps.dialog(page, "Import users")
    expect(importing.get_by_role("button", name="Import", exact=True)).to_be_focused(timeout=20_000)
    page.keyboard.press("Enter")
    expect(importing.get_by_text("The users are imported.")).to_be_visible(timeout=20_000)
    expect(importing.locator("footer").get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Systems Check")).to_be_focused()


def choose_by_arrows(page: Page) -> None:
    box = page.get_by_role("combobox", name="CRM user of Front Desk")
    tab_to(page, box)
    page.keyboard.type("okafor")
    offered = page.get_by_role("listbox", name="CRM users").get_by_role("option")
    expect(offered.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(box).not_to_have_value("okafor")
    expect(page.get_by_text("1 unsaved change", exact=True)).to_be_visible()
    tab_to(page, page.get_by_role("button", name="No CRM user for Front Desk"))
    page.keyboard.press("Enter")
    expect(box).to_have_value("")


def test_journey_by_keyboard(portal: Portal, page: Page) -> None:
    """Every step can be taken from the keyboard, the focus is always seen, and it comes back from every dialog."""
    sign_in(page, portal)
    connect(page, portal)
    check_and_import(page)
    press(page, page.get_by_role("button", name="Match them"))
    take_all = page.get_by_role("button", name="Take all certain")
    expect(take_all).to_be_focused()
    choose_by_arrows(page)
    page.locator("#main").focus()
    press(page, take_all)
    page.locator("#main").focus()
    press(page, page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("20 agents mapped.")).to_be_visible()

"""What an admin does, step by step, found by the names that the screen shows and a screen reader says."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Portal

#: Where the pictures of the README are written, if anywhere; and which they are.
SCREENSHOTS = os.environ.get("JACKFIELD_SCREENSHOTS")
PICTURES = {
    "manage-organization-1280",
    "connection-settings-1280",
    "systems-check-1280",
    "user-import-1280",
    "mapping-1280",
    "mapping-400",
}
#: All that axe knows of WCAG 2.0 to 2.2 at A and AA and of good practice; the one rule that it leaves out unasked, too.
EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
#: Of that, what another theme or width can spoil.
LOOKS = {
    "resultTypes": ["violations"],
    "runOnly": ["button-name", "color-contrast", "label", "link-name", "scrollable-region-focusable", "target-size"],
}
_AXE, _AXE_THERE = Axe(), Axe("null")


def faultless(page: Page, name: str, *, within: str | None = None, options: dict[str, Any] = EVERYTHING) -> None:
    """What is seen now, or only what is ``within`` this, has no fault that axe finds."""
    axe = _AXE_THERE if page.evaluate("'axe' in window") else _AXE
    found = axe.run(page, context=within, options=options)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"


_WIDER = """() => {
    const boxes = [document.documentElement, ...document.querySelectorAll("dialog[open], dialog[open] .sheet")];
    return Math.max(...boxes.map(box => box.scrollWidth - box.clientWidth));
}"""


def fits(page: Page, name: str) -> None:
    """What is seen now is no wider than the window, nor what is in a dialog wider than that."""
    overflow = page.evaluate(_WIDER)
    assert overflow <= 0, f"{name} is {overflow} px wider than its place"


#: The scripts are there, and nothing is being fetched or drawn, so nothing is about to take the focus away.
_STILL = """() => document.readyState === "complete" && !document.querySelector(
    ".htmx-request, .htmx-swapping, .htmx-added, .htmx-settling, [aria-busy=true]")"""


def stands_still(page: Page) -> None:
    """Wait until the page is whole: before that its buttons do nothing yet, or not what they are about to do."""
    page.wait_for_function(_STILL)


def looked_at(page: Page, name: str) -> None:
    """What the admin sees now fits into the window, and is kept as a picture if wished; the gallery finds faults."""
    fits(page, name)
    picture = f"{name}-{(page.viewport_size or {'width': 0})['width']}"
    if SCREENSHOTS and picture in PICTURES:
        page.screenshot(path=Path(SCREENSHOTS) / f"{picture}.png")


def dialog(page: Page, title: str) -> Locator:
    """The open dialog of this name."""
    found = page.get_by_role("dialog", name=title)
    expect(found).to_be_visible()
    return found


def arrived(page: Page) -> None:
    """The page Manage Organization is there, scripts and all."""
    expect(page.get_by_role("heading", name="Connected Account and CRM Settings")).to_be_visible()
    stands_still(page)


def sign_in(page: Page, portal: Portal) -> None:
    """From the sign-in to the page Manage Organization."""
    page.goto(portal.url)
    looked_at(page, "sign-in")
    page.get_by_label("E-mail").fill(portal.email)
    page.get_by_label("Password").fill(portal.password)
    page.get_by_role("button", name="Sign in").click()
    arrived(page)


def manage_organization(page: Page) -> None:
    """By the menu, as the article says."""
    page.get_by_text("Administration", exact=True).first.click()
    page.get_by_role("link", name="Manage Organization").click()
    arrived(page)


def add_platform(page: Page) -> None:
    """The plus, the platform, Save: it leads to the settings."""
    page.get_by_role("button", name="Add New CRM Platform").click()
    adding = dialog(page, "Add New CRM Platform")
    adding.get_by_label("CRM Platform", exact=True).select_option(label="Insightly")
    looked_at(page, "add-platform")
    adding.get_by_role("button", name="Save").click()


def fill_in(page: Page, settings: dict[str, str]) -> Locator:
    """The settings by their labels; both addresses are looked at while the form is filled in."""
    form = dialog(page, "Edit Insightly Connection Settings")
    for label, value in settings.items():
        form.get_by_label(label, exact=True).fill(value)
    form.get_by_label("API Key", exact=True).focus()
    return form


def enter_settings(page: Page, settings: dict[str, str]) -> None:
    """Fill in the settings and save them."""
    form = fill_in(page, settings)
    expect(form.locator(".caution")).to_have_count(2)
    expect(form.locator("[aria-invalid]")).to_have_count(0)
    looked_at(page, "connection-settings")
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()


def start_check(page: Page) -> Locator:
    """The dialog Systems Check, with every step on it."""
    page.get_by_role("link", name="Systems Check").click()
    running = dialog(page, "Systems Check")
    expect(running.get_by_text("Requests left for today", exact=True)).to_be_visible()
    return running


def check(page: Page) -> None:
    """Run the Systems Check to its good end."""
    running = start_check(page)
    expect(running.get_by_text("Connection successful")).to_be_visible()
    looked_at(page, "systems-check")


def import_users(page: Page) -> None:
    """From the check's dialog on to the preview of the first import, and with one word to the imported users."""
    page.get_by_role("dialog").get_by_role("button", name="Import users").click()
    importing = dialog(page, "Import users")
    expect(importing.get_by_text("The CRM lists 60 users.")).to_be_visible()
    looked_at(page, "first-import")
    importing.get_by_role("button", name="Import", exact=True).click()
    expect(importing.get_by_text("The users are imported.")).to_be_visible()
    counts = importing.inner_text()
    assert re.search(r"New\s+60\b", counts), counts
    assert [word for word in ("New", "Changed", "Unchanged", "Inactive", "Gone") if word not in counts] == []
    looked_at(page, "user-import")
    importing.locator("footer").get_by_role("button", name="Close").click()
    expect(importing).to_be_hidden()


def connected(page: Page, portal: Portal) -> None:
    """Everything up to the imported users."""
    sign_in(page, portal)
    add_platform(page)
    enter_settings(page, portal.settings)
    check(page)
    import_users(page)


def open_column(page: Page) -> Locator:
    """Open the column by its icon; the button that takes all certain suggestions."""
    expect(page.get_by_role("heading", name="CRM User Mappings")).to_be_visible()
    stands_still(page)
    page.get_by_role("button", name=re.compile("^Edit .*column")).click()
    take_all = page.get_by_role("button", name=re.compile("^Take all certain"))
    expect(take_all).to_be_visible()
    return take_all


def save_mappings(page: Page) -> None:
    """Save in the section Jackfield Administration, and hear how many agents were mapped."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").get_by_text("20 agents mapped.")).to_be_visible()

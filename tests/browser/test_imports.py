"""Imports that are looked at first: preview, decision, history and the list of CRM users, in both themes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import running_demo

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Portal

pytestmark = pytest.mark.browser
_THEMES: Final[tuple[Literal["dark", "light"], ...]] = ("dark", "light")


def looked_at(page: Page, name: str) -> None:
    """In both themes."""
    for theme in _THEMES:
        page.emulate_media(color_scheme=theme)
        steps.looked_at(page, f"{name}-{theme}")


def checked(page: Page, portal: Portal) -> None:
    """A connection whose check has passed, and of whom nobody has been imported yet."""
    steps.sign_in(page, portal)
    steps.add_platform(page)
    steps.enter_settings(page, portal.settings)
    steps.check(page)
    page.keyboard.press("Escape")


def preview(page: Page) -> None:
    """By the keyboard alone: the card, the dialog, whose first choice is to look first."""
    page.get_by_role("link", name="Import users Insightly").press("Enter")
    asking = steps.dialog(page, "Import users")
    expect(asking.get_by_role("button", name="Preview first")).to_be_focused()
    expect(asking.get_by_text("requests are left for today")).to_be_visible()
    looked_at(page, "import-ask")
    page.keyboard.press("Enter")
    expect(asking.get_by_role("button", name="Apply exactly this")).to_be_visible(timeout=20_000)
    looked_at(page, "import-preview")
    asking.get_by_role("link", name="Look through everybody").press("Enter")
    expect(page.get_by_role("heading", name="Preview of an import")).to_be_visible()


def look_through(page: Page) -> None:
    """The groups, and a search that narrows one down while one types, without leaving the field."""
    groups = page.get_by_role("navigation", name="Groups")
    expect(groups.get_by_role("link", name=re.compile("^New"))).to_have_attribute("aria-current", "page")
    looked_at(page, "import-detail")
    groups.get_by_role("link", name=re.compile("^Inactive")).click()
    expect(page.get_by_text("inactive", exact=True).first).to_be_visible()
    box = page.get_by_role("searchbox", name="Search CRM users")
    box.fill("nobody is called so")
    expect(page.get_by_text("Nobody fits.")).to_be_visible()
    expect(box).to_be_focused()


def decide(page: Page) -> None:
    """Apply what was seen; the history tells of it, and lets one say when imports begin and are held."""
    page.get_by_role("button", name="Apply exactly this").click()
    expect(page.get_by_text("60 new, 0 changed")).to_be_visible()
    page.get_by_role("link", name="Imports").click()
    expect(page.get_by_role("row").filter(has_text="Demo Administrator")).to_be_visible()
    looked_at(page, "import-history")
    page.get_by_role("button", name="Import settings").press("Enter")
    form = steps.dialog(page, "Import settings")
    form.get_by_label("Import by itself").select_option(label="Every hour")
    form.get_by_label(re.compile("^Hold an import")).fill("35")
    looked_at(page, "import-settings")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("when more than 35% of the known users are missing")).to_be_visible()
    expect(page.get_by_text("every hour")).to_be_visible()


def crm_users(page: Page, portal: Portal) -> None:
    """The list of CRM users, narrowed down, and a link into the CRM."""
    page.get_by_role("link", name="60 CRM users").click()
    expect(page.get_by_role("heading", name="CRM users")).to_be_visible()
    looked_at(page, "crm-users")
    page.get_by_role("link", name="Without e-mail address").click()
    expect(page.get_by_text("no e-mail address").first).to_be_visible()
    page.get_by_role("searchbox", name="Search CRM users").fill("ingrid")
    expect(page.get_by_role("row")).to_have_count(2)
    link = page.get_by_role("row").get_by_role("link").first
    assert (link.get_attribute("href") or "").startswith(portal.settings["CRM Details Link"])


@pytest.mark.parametrize("width", [1280, 400], indirect=True)
def test_first_import_is_looked_at(portal: Portal, page: Page) -> None:
    """Nothing comes in before the word; afterwards everything can be looked up. No page has an accessibility fault."""
    checked(page, portal)
    preview(page)
    look_through(page)
    decide(page)
    crm_users(page, portal)


def test_progress_is_live_and_can_be_cancelled(tmp_path: Path, page: Page) -> None:
    """The bar knows the total that the CRM tells; Cancel ends the import, and nobody has come in."""
    with running_demo(tmp_path / "home", users=20_000) as portal:
        checked(page, portal)
        page.get_by_role("link", name="Import users Insightly").click()
        importing = steps.dialog(page, "Import users")
        importing.get_by_role("button", name="Import now").click()
        expect(importing.get_by_text(re.compile(r"[1-9]\d* of 20000 users read"))).to_be_visible(timeout=20_000)
        assert importing.get_by_role("progressbar").get_attribute("value")
        looked_at(page, "import-progress")
        importing.get_by_role("button", name="Cancel the import").click()
        expect(importing.get_by_text("The import was cancelled. Nothing was changed.").first).to_be_visible()
        page.goto("about:blank")  # the page asks for no news of a portal that ends

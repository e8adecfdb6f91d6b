"""The mapping of people at work: rows together, filters, the dialogs around the table; by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import steps

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Portal

pytestmark = pytest.mark.browser


def close(page: Page) -> None:
    page.get_by_role("dialog").locator("footer").get_by_role("button", name=re.compile("Close|Cancel")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def pin_two(page: Page) -> None:
    """Tick two rows of the open column, pin them, see them by the filter."""
    for place in (0, 1):
        page.get_by_role("table").get_by_role("checkbox").nth(place).check()
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_role("status").get_by_text("2 agents pinned.")).to_be_visible()
    page.get_by_label("Show", exact=True).select_option("Pinned")
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_role("button", name="Stop editing").click()
    expect(page.get_by_role("row")).to_have_count(3)


def look_around(page: Page) -> None:
    """Every dialog opens, and closes."""
    page.get_by_role("table").get_by_role("link").first.click()
    expect(steps.dialog(page, "History of").get_by_text("pinned").first).to_be_visible()
    close(page)
    for kind, button, title in (
        ("link", "Past saves", "Past saves"),
        ("link", "Alias domains", "Alias domains"),
        ("button", "Show them", "CRM users without an agent"),
    ):
        page.get_by_role("button" if kind == "button" else "link", name=re.compile(button)).first.click()
        steps.dialog(page, title)
        close(page)


def choose_fallback_owner(page: Page) -> None:
    """By the drop-down, which searches on the server; the coverage says what comes of it."""
    page.get_by_role("button", name=re.compile("Choose a fallback owner")).click()
    choosing = steps.dialog(page, "Fallback owner")
    choosing.get_by_role("combobox").fill("okafor")
    choosing.locator("[role=option]").first.click()
    choosing.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile("their calls will be logged under .*Okafor"))).to_be_visible()


def upload(page: Page, file: Path) -> None:
    """A dry run names the bad line; applied is the rest."""
    file.write_text("agent_extension,crm_user_email\n204,-\n999,nobody@example.com\n", encoding="utf-8")
    page.get_by_role("link", name="CSV file").click()
    uploading = steps.dialog(page, "Mappings as a file")
    uploading.locator("input[type=file]").set_input_files(file)
    uploading.get_by_role("button", name="Check the file").click()
    expect(uploading.get_by_text("Line 3: there is no agent “999”")).to_be_visible()
    uploading.get_by_role("button", name="Apply 1 change").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("6 people have no CRM user")).to_be_visible()


@pytest.mark.parametrize("width", [400], indirect=True)
def test_people_are_mapped_in_every_way(portal: Portal, page: Page, tmp_path: Path) -> None:
    """Pins, filters, history, fallback owner and files, at a telephone's width."""
    steps.connected(page, portal)
    steps.open_column(page).click()
    steps.save_mappings(page)
    page.get_by_role("button", name=re.compile("^Edit .*column")).click()
    pin_two(page)
    look_around(page)
    choose_fallback_owner(page)
    upload(page, tmp_path / "mappings.csv")

"""The admin's journey by mouse, followed word for word as the set-up article tells it; test_keyboard has the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import steps

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Portal

pytestmark = pytest.mark.browser


def map_users(page: Page) -> None:
    expect(page.get_by_text("25 people have no CRM user at Insightly; 20 of them can be matched")).to_be_visible()
    take_all = steps.open_column(page)
    expect(page.get_by_text("same e-mail address").first).to_be_visible()
    take_all.click()
    expect(page.get_by_text("20 unsaved changes")).to_be_visible()
    steps.looked_at(page, "mapping")
    steps.save_mappings(page)
    steps.looked_at(page, "mapped")


@pytest.mark.parametrize("width", [1280, 400] if steps.SCREENSHOTS else [400], indirect=True)
def test_journey(portal: Portal, page: Page) -> None:
    """From the sign-in to mapped users, at a telephone's width."""
    steps.sign_in(page, portal)
    steps.manage_organization(page)
    steps.add_platform(page)
    steps.enter_settings(page, portal.settings)
    steps.check(page)
    steps.import_users(page)
    steps.looked_at(page, "manage-organization")
    map_users(page)
    page.reload()
    expect(page.get_by_text("5 people have no CRM user").first).to_be_visible()
    page.get_by_role("button", name=re.compile("Undo")).click()
    expect(page.get_by_text("25 people have no CRM user").first).to_be_visible()

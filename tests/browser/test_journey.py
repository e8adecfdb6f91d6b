"""The admin's journey, followed word for word as the set-up article tells it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import SCREENSHOTS, Portal, running_demo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser



@pytest.fixture(params=[1280, 400])
def width(request: pytest.FixtureRequest) -> int:
    value: int = request.param
    return value


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    with running_demo(tmp_path / "home") as demo:
        yield demo


@pytest.fixture
def page(browser: Browser, width: int) -> Iterator[Page]:
    """A page on which any error of a script, and any blocked or missing resource, fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert troubles == []


def looked_at(page: Page, name: str) -> None:
    """What the admin sees now has no accessibility fault, does not overflow, and is kept as a picture if wished."""
    page.wait_for_timeout(150)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{name} is {overflow} px wider than the window"
    if SCREENSHOTS:
        size = page.viewport_size or {"width": 0}
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{size['width']}.png")


def sign_in(page: Page, portal: Portal) -> None:
    page.goto(portal.url)
    looked_at(page, "sign-in")
    page.get_by_label("E-mail").fill(portal.email)
    page.get_by_label("Password").fill(portal.password)
    page.get_by_role("button", name="Sign in").click()


def manage_organization(page: Page) -> None:
    page.get_by_text("Administration", exact=True).first.click()
    page.get_by_role("link", name="Manage Organization").click()
    expect(page.get_by_role("heading", name="Connected Account and CRM Settings")).to_be_visible()


def dialog(page: Page, title: str) -> Locator:
    found = page.get_by_role("dialog", name=title)
    expect(found).to_be_visible()
    return found


def add_platform(page: Page) -> None:
    page.get_by_role("button", name="Add New CRM Platform").click()
    adding = dialog(page, "Add New CRM Platform")
    adding.get_by_label("CRM Platform", exact=True).select_option(label="Insightly")
    looked_at(page, "add-platform")
    adding.get_by_role("button", name="Save").click()


def enter_settings(page: Page, settings: dict[str, str]) -> None:
    form = dialog(page, "Edit Insightly Connection Settings")
    for label, value in settings.items():
        form.get_by_label(label, exact=True).fill(value)
    looked_at(page, "connection-settings")
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()


def check(page: Page) -> None:
    page.get_by_role("link", name="Systems Check").or_(page.get_by_role("button", name="Systems Check")).first.click()
    running = dialog(page, "Systems Check")
    expect(running.get_by_text("Connection successful")).to_be_visible(timeout=20_000)
    looked_at(page, "systems-check")


def import_users(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Import users").click()
    importing = dialog(page, "Import users")
    expect(importing.get_by_text("New", exact=True)).to_be_visible(timeout=20_000)
    counts = importing.inner_text()
    for word in ("New", "Changed", "Unchanged", "Inactive", "Gone"):
        assert word in counts
    assert re.search(r"New\s+60\b", counts), counts
    looked_at(page, "user-import")
    importing.get_by_role("button", name="Close").first.click()
    expect(importing).to_be_hidden()


def open_column(page: Page) -> None:
    expect(page.get_by_role("heading", name="CRM User Mappings")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Edit .*column")).click()
    expect(page.get_by_role("button", name=re.compile("^Take all certain"))).to_be_visible()


def map_users(page: Page) -> None:
    open_column(page)
    expect(page.get_by_text("same e-mail address").first).to_be_visible()
    page.get_by_role("button", name=re.compile("^Take all certain")).click()
    looked_at(page, "mapping")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile(r"\b20\b.*mapped|mapped.*\b20\b")).first).to_be_visible()
    looked_at(page, "mapped")


def test_journey(portal: Portal, page: Page) -> None:
    """From the sign-in to mapped users, at a desktop's and at a telephone's width, without an accessibility fault."""
    sign_in(page, portal)
    manage_organization(page)
    looked_at(page, "manage-organization")
    add_platform(page)
    enter_settings(page, portal.settings)
    check(page)
    import_users(page)
    map_users(page)
    page.reload()
    expect(page.get_by_text("5 people have no CRM user").first).to_be_visible()
    page.get_by_role("button", name=re.compile("Undo")).click()
    expect(page.get_by_text("25 people have no CRM user").first).to_be_visible()

"""People, sign-in and agents without a mouse, at a telephone's width."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from jackfield_portal.organizations import totp
from tests.browser import steps

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Portal

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("width", [360], indirect=True)]


def menu(page: Page, link: str) -> None:
    """By the menu Administration, or the one of the person."""
    for summary in page.locator("details.menu > summary").all():
        summary.press("Enter")
        found = summary.locator("xpath=..").get_by_role("link", name=link, exact=True)
        if found.count():
            found.press("Enter")
            return
    pytest.fail(f"no menu leads to {link}")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).last.press("Enter")


def code(secret: str, off: int = 0) -> str:
    return totp.code(secret, int(time.time() // totp.SECONDS) + off)


def turn_on_second_factor(page: Page, portal: Portal) -> str:
    """By the page Your account; the app's secret."""
    menu(page, "Your account")
    expect(page.get_by_role("heading", name="Signing in")).to_be_visible()
    press(page, "Turn on the second factor")
    sheet = steps.dialog(page, "Turn on the second factor")
    secret = sheet.locator("code").inner_text().replace(" ", "")
    sheet.get_by_label("Your password").fill(portal.password)
    sheet.get_by_label("Code").fill(code(secret))
    sheet.get_by_label("Code").press("Enter")
    expect(page.get_by_role("dialog", name="The second factor is on")).to_be_visible()
    press(page, "I have kept them")
    expect(page.get_by_text("on, with 10 recovery codes left")).to_be_visible()
    return secret


def sign_in_again(page: Page, portal: Portal, secret: str) -> None:
    """Out, and in with password and code."""
    page.locator("#who > summary").press("Enter")
    page.locator("#who").get_by_role("button", name="Sign out").press("Enter")
    page.get_by_label("E-mail").fill(portal.email)
    page.get_by_label("Password").fill(portal.password)
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    expect(page.get_by_label("Code")).to_be_focused()
    page.keyboard.type(code(secret, 1))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Manage Organization")).to_be_visible()


def test_second_factor(portal: Portal, page: Page) -> None:
    """Turned on by scanning and asked for at the next sign-in; the ways around it are there."""
    page.goto(portal.url)
    steps.sign_in(page, portal)
    sign_in_again(page, portal, turn_on_second_factor(page, portal))
    page.context.clear_cookies()
    page.goto(portal.url)
    page.get_by_role("link", name="Forgotten your password?").press("Enter")
    expect(page.get_by_text("This installation sends no mail.")).to_be_visible()


def join(browser: Browser, link: str, width: int, name: str) -> Page:
    """Open an invitation in another browser, and join."""
    context = browser.new_context(viewport={"width": width, "height": 760})
    page = context.new_page()
    page.goto(link)
    expect(page.get_by_role("heading", name="Join")).to_be_visible()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill("a long enough phrase")
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("heading", name="Manage Organization")).to_be_visible()
    return page


def invite(page: Page, email: str) -> str:
    """Invite an administrator; the link that the dialog shows."""
    press(page, "Invite somebody")
    sheet = steps.dialog(page, "Invite somebody")
    sheet.get_by_label("E-mail").fill(email)
    sheet.get_by_label("Role").select_option(label="Administrator")
    sheet.get_by_role("button", name="Invite").press("Enter")
    shown = steps.dialog(page, "Invitation").get_by_label("Link")
    expect(shown).to_have_value(re.compile("/invitation/"))
    press(page, "Copy link")
    expect(page.get_by_text("Copied.")).to_be_visible()
    link = shown.input_value()
    press(page, "Close")
    return link


def test_people(portal: Portal, page: Page, browser: Browser, width: int) -> None:
    """Invited by link, joined, seen in the list, removed; and the removed sees nothing from then on."""
    steps.sign_in(page, portal)
    menu(page, "People")
    link = invite(page, "nia@example.com")
    expect(page.get_by_role("rowheader", name="nia@example.com")).to_be_visible()
    other = join(browser, link, width, "Nia New")
    page.reload()
    press(page, "Remove Nia New")
    steps.dialog(page, "Remove Nia New")
    press(page, "Remove")
    expect(page.get_by_text("Nia New is no longer a member.")).to_be_visible()
    other.reload()
    expect(other.get_by_text("You do not belong to an organization yet")).to_be_visible()
    other.context.close()


def test_operator_and_switcher(portal: Portal, page: Page) -> None:
    """The operator adds an organization, joins it by its link, and goes from one to the other by the menu."""
    steps.sign_in(page, portal)
    menu(page, "Organizations")
    press(page, "Add organization")
    sheet = steps.dialog(page, "Add organization")
    sheet.get_by_label("Name").fill("Second organization")
    sheet.get_by_label("Administrator's e-mail").fill(portal.email)
    sheet.get_by_role("button", name="Save").press("Enter")
    link = steps.dialog(page, "Invitation").get_by_label("Link").input_value()
    press(page, "Close")
    expect(page.get_by_role("rowheader", name="Second organization")).to_be_visible()
    page.goto(link)
    press(page, "Join")
    expect(page.locator("#who")).to_contain_text("Second organization")
    page.locator("#who > summary").press("Enter")
    page.locator("#who").get_by_role("button", name="Demo organization").press("Enter")
    expect(page.locator("#who > summary")).to_contain_text("Demo organization")


def test_agents_by_csv(portal: Portal, page: Page, tmp_path: Path) -> None:
    """A file is looked at, with its bad line named, then taken; search narrows the list."""
    file = tmp_path / "agents.csv"
    file.write_text("name,email,extension\nZoe Zander,zoe@example.com,901\n,nobody@example.com,902\nFront Desk,,950\n")
    steps.sign_in(page, portal)
    menu(page, "Agents")
    press(page, "Import CSV")
    sheet = steps.dialog(page, "Import agents")
    sheet.get_by_label("CSV file").set_input_files(file)
    sheet.get_by_role("button", name="Look at it").press("Enter")
    expect(page.get_by_text("Line 3:")).to_be_visible()
    press(page, "Take the 2 agents that are in order")
    expect(page.get_by_text("1 agent added, 1 changed. 1 line was left out.")).to_be_visible()
    page.get_by_label("Search agents").fill("zander")
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader")).to_have_text(["Zoe Zander"])

"""What goes wrong on the way, and how the admin goes on from there."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from jackfield import discover
from jackfield.simulation import running
from tests.browser import steps
from tests.browser.conftest import free_port, running_demo

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Dialog, Page

    from tests.browser.conftest import Portal

pytestmark = pytest.mark.browser
WRONG_KEY = "11111111-0000-4000-8000-000000000000"


def test_wrong_key_is_named_copied_and_corrected(portal: Portal, page: Page) -> None:
    """The check ends with the issue, the report for support holds no key, and the corrected key passes."""
    steps.sign_in(page, portal)
    steps.add_platform(page)
    steps.enter_settings(page, {**portal.settings, "API Key": WRONG_KEY})
    checking = steps.start_check(page)
    expect(checking.get_by_text("Issue to correct:")).to_be_visible(timeout=20_000)
    expect(checking.get_by_text("To be corrected in the connection's settings.")).to_be_visible()
    steps.looked_at(page, "issue-to-correct")
    checking.get_by_role("button", name="Copy for support").click()
    expect(checking.get_by_role("status").get_by_text("Copied.")).to_be_visible()
    report: str = page.evaluate("navigator.clipboard.readText()")
    assert ("credentials_refused" in report, WRONG_KEY in report) == (True, False)
    checking.get_by_role("button", name="Edit settings").click()
    form = steps.fill_in(page, {"API Key": portal.settings["API Key"]})
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()
    steps.check(page)


def test_missing_right_is_written_out_and_copied(portal: Portal, page: Page) -> None:
    """Where the key lacks a right, the check ends in a text for the CRM's administrator, ready to be copied."""
    simulator = discover()["insightly"].simulator()
    assert simulator is not None
    options = simulator.options(users=5, knobs=simulator.scenes["without:contact_lookup"])
    with running(simulator, options) as url:
        steps.sign_in(page, portal)
        steps.add_platform(page)
        steps.enter_settings(page, dict(zip(portal.settings, simulator.settings(url, options).values(), strict=True)))
        checking = steps.start_check(page)
        letter = checking.get_by_label("To send to the administrator of Insightly")
        expect(letter).to_be_visible(timeout=20_000)
        steps.looked_at(page, "missing-right")
        checking.get_by_role("button", name="Copy the request for rights").click()
        expect(checking.get_by_role("status").get_by_text("Copied.")).to_be_visible()
        expect(letter).to_be_visible()
    assert "Contacts: Read" in page.evaluate("navigator.clipboard.readText()")


def test_import_under_way_is_cancelled_at_the_first_click(portal: Portal, page: Page) -> None:
    """While the dialog waits for news its button answers all the same; the list takes 12 s, by the CRM's own limit."""
    simulator = discover()["insightly"].simulator()
    assert simulator is not None
    options = simulator.options(users=600, knobs=simulator.scenes["small_pages"])
    with running(simulator, options) as url:
        steps.sign_in(page, portal)
        steps.add_platform(page)
        steps.enter_settings(page, dict(zip(portal.settings, simulator.settings(url, options).values(), strict=True)))
        steps.check(page)
        page.get_by_role("dialog").get_by_role("button", name="Import users").click()
        importing = steps.dialog(page, "Import users")
        expect(importing.get_by_text("users read")).to_be_visible()
        importing.get_by_role("button", name="Cancel the import").click()
        expect(importing.get_by_role("progressbar")).to_have_count(0, timeout=3_000)
        expect(importing.get_by_text("cancelled").first).to_be_visible()


def test_incomplete_form_says_what_to_do_beside_each_field(portal: Portal, page: Page) -> None:
    """An empty form is refused field by field, and the focus goes to the first of them."""
    steps.sign_in(page, portal)
    steps.add_platform(page)
    form = steps.dialog(page, "Edit Insightly Connection Settings")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("This field is needed. Fill it in.")).to_have_count(3)
    expect(form.get_by_label("API Key", exact=True)).to_be_focused()
    expect(form.locator("[aria-invalid=true]")).to_have_count(3)
    steps.looked_at(page, "refused-settings")


def test_ended_session_leads_the_whole_page_to_the_sign_in(portal: Portal, page: Page) -> None:
    """No sign-in page appears inside a dialog, and after signing in the admin is back where he was."""
    steps.sign_in(page, portal)
    steps.add_platform(page)
    form = steps.dialog(page, "Edit Insightly Connection Settings")
    page.context.clear_cookies(name="sessionid")
    form.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(r"/sign-in/\?next="))
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("E-mail").fill(portal.email)
    page.get_by_label("Password").fill(portal.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{portal.url.rstrip('/')}/organization/")


def test_unsaved_mappings_are_guarded(portal: Portal, page: Page) -> None:
    """Leaving the table or the page asks first; who stays loses nothing."""
    steps.connected(page, portal)
    steps.open_column(page).click()
    asked: list[str] = []

    def stay(question: Dialog) -> None:
        asked.append(question.type)
        question.dismiss()

    page.on("dialog", stay)
    page.get_by_role("button", name="Stop editing").click()
    page.get_by_role("link", name="Agents").last.click()
    expect(page.get_by_text("20 unsaved changes")).to_be_visible()
    assert asked == ["confirm", "beforeunload"]
    steps.save_mappings(page)
    page.get_by_role("link", name="Agents").last.click()
    expect(page).to_have_url(re.compile("/agents/$"))


def test_news_is_not_lost_while_the_page_is_drawn_anew(portal: Portal, page: Page) -> None:
    """What changes while the cards and the mappings are being fetched has them fetched once more."""
    steps.sign_in(page, portal)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0]))
    page.evaluate("for (const _ of [1, 2]) document.body.dispatchEvent(new Event('imports-changed'))")
    steps.stands_still(page)
    times = Counter(address.removeprefix(portal.url.rstrip("/")) for address in asked)
    assert (times["/organization/cards/"], times["/mapping/"]) == (2, 2)


def test_second_tab_is_told_that_the_first_was_quicker(portal: Portal, page: Page) -> None:
    """A save over what somebody else has just saved is refused, in words that stay, and the choices stand."""
    steps.connected(page, portal)
    other = page.context.new_page()
    other.goto(portal.url)
    steps.open_column(other).click()
    steps.open_column(page).click()
    steps.save_mappings(other)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").get_by_text("in the meantime. Nothing was saved.")).to_be_visible()
    expect(page.get_by_text("20 unsaved changes")).to_be_visible()


def test_shrunken_list_is_held_for_the_admins_word(tmp_path: Path, page: Page) -> None:
    """A list that has lost most of its users changes nothing until the admin has seen who would go."""
    home, ports = tmp_path / "home", (free_port(), free_port())
    with running_demo(home, ports=ports) as portal:
        steps.connected(page, portal)
        page.goto("about:blank")
    with running_demo(home, ports=ports, users=10) as portal:
        page.goto(portal.url)
        page.get_by_role("link", name="Import users Insightly").click()
        held = steps.dialog(page, "Import users")
        held.get_by_role("button", name="Import now").click()
        expect(held.get_by_role("button", name="Keep what we have")).to_be_focused(timeout=20_000)
        held.get_by_text("users would be marked as gone").click()
        steps.looked_at(page, "held-import")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Decide").click()
        steps.dialog(page, "Import users").get_by_role("button", name="Keep what we have").click()
        expect(page.get_by_text("Everything stays as it was.").first).to_be_visible()

"""What is pressed and entered on a page before one looks at it."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.gallery.world import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.gallery.world import World

_AGENTS = "name,email,extension\nZoe Zander,zoe@example.com,901\n,nobody@example.com,902\nFront Desk,,950\n"
_MAPPINGS = "agent_extension,crm_user_email\n221,-\n202,-\n999,nobody@example.com\n"


def press(page: Page, path: str) -> None:
    """Whatever on the page leads to an address, in whatever menu it is."""
    wanted = page.locator(f'[hx-get="{path}"], [hx-post="{path}"], a[href="{path}"]').first
    wanted.evaluate(
        "it => { for (let d = it.closest('details'); d; d = d.parentElement.closest('details')) d.open = true }"
    )
    wanted.click()


def _sheet(page: Page) -> Locator:
    """The dialog, or the page that has its form."""
    inside = page.locator("#dialog[open] .sheet")
    return inside if inside.count() else page.locator("main")


def _send(page: Page) -> None:
    _sheet(page).locator("footer [type=submit], form > button[type=submit]").last.click()


def _refused(page: Page) -> None:
    expect(_sheet(page).locator(".errorlist, .message.error").filter(visible=True).first).to_be_visible()


def menu(page: Page, world: World) -> None:
    """With the menu of the administration."""
    page.locator("#administration > summary").click()


def own_menu(page: Page, world: World) -> None:
    """With the menu of the person."""
    page.locator("#who > summary").click()


def more(page: Page, world: World) -> None:
    """With what is done seldom to a connection."""
    page.locator(f"#more-of-{world.things['acme']}").click()


def deleted(page: Page, world: World) -> None:
    """With what was deleted."""
    page.locator("#deleted-connections > summary").click()


def unfold(page: Page, world: World) -> None:
    """With what is folded in the dialog."""
    _sheet(page).locator("details > summary").first.click()


def rights(page: Page, world: World) -> None:
    """With the rights that the check has proven."""
    page.locator(".rights > summary").first.click()


def edit_column(page: Page, world: World) -> None:
    """With a column opened."""
    page.get_by_role("button", name=re.compile("^Edit Insightly column")).click()
    expect(page.locator("#mapping-close")).to_be_visible()


def choose(page: Page, world: World) -> None:
    """With the list of CRM users of a row."""
    edit_column(page, world)
    page.get_by_role("combobox", name="CRM user of Front Desk").fill("a")
    expect(page.get_by_role("listbox", name="CRM users").get_by_role("option").first).to_be_visible()


def change(page: Page, world: World) -> None:
    """With choices that are not saved."""
    choose(page, world)
    page.get_by_role("listbox", name="CRM users").get_by_role("option").first.click()
    expect(page.get_by_text("1 unsaved change", exact=True)).to_be_visible()


def rename(page: Page, world: World) -> None:
    """With the message that a dialog has left as it closed."""
    press(page, reverse("connections:rename", args=[world.things["fails"]]))
    page.get_by_label("Name", exact=True).fill("Fails")
    _send(page)
    expect(page.locator("#messages .success")).to_be_visible()


def save(page: Page, world: World) -> None:
    """With what was saved."""
    page.get_by_role("button", name=re.compile("^Edit .* column")).click()
    page.locator("#mapping-take-all").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#mapping-undo")).to_be_visible()


def save_nothing(page: Page, world: World) -> None:
    """The settings, empty."""
    for box in _sheet(page).locator("#settings-form input:not([type=hidden])").all():
        box.fill("")
    page.locator("#settings-save").click()
    _refused(page)


def paste(page: Page, world: World) -> None:
    """One address for both."""
    page.get_by_label("Endpoint", exact=True).fill("https://crm.na1.insightly.com/users/me")
    page.get_by_label("API Key", exact=True).focus()
    expect(page.locator(".said .note").first).to_be_visible()


def make_link(page: Page, world: World) -> None:
    """A link for somebody else."""
    page.locator("#make-link").click()
    expect(page.locator("#secret-link")).to_be_visible()


def send_empty(page: Page, world: World) -> None:
    """The form with nothing in it."""
    sheet = _sheet(page)
    sheet.locator("form").first.evaluate("form => { form.noValidate = true }")
    for box in sheet.locator("input:not([type=hidden], [type=checkbox], [type=radio])").all():
        box.fill("")
    _send(page)
    _refused(page)


def send_bad_agent(page: Page, world: World) -> None:
    """An agent with an address that is none."""
    page.get_by_label("Name", exact=True).fill("Zoe Zander")
    page.get_by_label("E-mail", exact=True).fill("zoe at example")
    _sheet(page).locator("form").evaluate("form => { form.noValidate = true }")
    _send(page)
    _refused(page)
    expect(page.get_by_label("E-mail", exact=True)).to_be_focused()


def refuse_number(page: Page, world: World) -> None:
    """A share of more than everybody."""
    page.get_by_label(re.compile("^Hold an import")).fill("555")
    _sheet(page).locator("form").evaluate("form => { form.noValidate = true }")
    _send(page)
    _refused(page)


def hand_over_nothing(page: Page, world: World) -> None:
    """The page behind a link, with nothing entered."""
    page.get_by_role("button", name="Hand over").click()
    _refused(page)


def set_up_nothing(page: Page, world: World) -> None:
    """The first form, with nothing entered."""
    page.locator("main form").evaluate("form => { form.noValidate = true }")
    page.locator("main [type=submit]").click()
    _refused(page)


def break_database(page: Page, world: World) -> None:
    """Whoever signs in is asked for in a table that is gone."""
    with sqlite3.connect(world.things["database"]) as database:
        database.execute("ALTER TABLE organizations_user RENAME TO organizations_user_that_was")
    database.close()
    page.reload()


def finished(page: Page, world: World) -> None:
    """A check, at its end."""
    expect(page.locator("#check-copy")).to_be_enabled(timeout=20_000)


def begin_import(page: Page, world: World) -> None:
    """A first import that goes on."""
    page.get_by_role("button", name="Preview first").click()
    expect(page.get_by_role("progressbar")).to_be_visible()


def preview_alias(page: Page, world: World) -> None:
    """What an alias would match."""
    page.get_by_label("Alias domain", exact=True).fill("lines.example.com")
    page.get_by_label("is the same as").fill("example.com")
    page.get_by_role("button", name="Show what it would match").click()
    expect(page.get_by_role("button", name="Confirm")).to_be_visible()


def check_mapping_file(page: Page, world: World) -> None:
    """A file of mappings with a line that cannot be taken."""
    page.get_by_label("Connection", exact=True).select_option(value=world.things["insightly"])
    page.get_by_label("CSV file").set_input_files(
        {"name": "mappings.csv", "mimeType": "text/csv", "buffer": _MAPPINGS.encode()}
    )
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("button", name=re.compile("^Apply"))).to_be_visible()


def preview_agents(page: Page, world: World) -> None:
    """A file of agents with a line that cannot be taken."""
    page.get_by_label("CSV file").set_input_files(
        {"name": "agents.csv", "mimeType": "text/csv", "buffer": _AGENTS.encode()}
    )
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Line 3:")).to_be_visible()


def add_organization(page: Page, world: World) -> None:
    """Another organization, with the link for its administrator."""
    page.get_by_label("Name", exact=True).fill("Another Mill Ltd")
    page.get_by_label("Administrator's e-mail").fill("another@example.com")
    _send(page)
    expect(page.locator("#invitation-link")).to_be_visible()


def make_token(page: Page, world: World) -> None:
    """A token, as it is shown once."""
    page.get_by_label("Name", exact=True).fill("Reports")
    _send(page)
    expect(page.get_by_role("heading", name="Token made")).to_be_visible()


def confirm(page: Page, world: World) -> None:
    """What the dialog asks."""
    _send(page)
    expect(page.get_by_role("button", name="Done")).to_be_visible()


def turn_on(page: Page, world: World) -> None:
    """The second factor, with its recovery codes."""
    from tests.browser.test_people import code

    secret = page.locator("#dialog code").inner_text().replace(" ", "")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("Code").fill(code(secret))
    _send(page)
    expect(page.get_by_role("button", name="I have kept them")).to_be_visible()


def _sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_in_wrongly(page: Page, world: World) -> None:
    """With another password."""
    _sign_in(page, "admin@example.com", "another phrase")
    _refused(page)


def first_step(page: Page, world: World) -> None:
    """With the password of somebody who has a second factor."""
    page.goto(f"{world.url}/sign-in/")
    _sign_in(page, "guarded@example.com", PASSWORD)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()


def ask_for_link(page: Page, world: World) -> None:
    """Asked for."""
    page.get_by_label("E-mail").fill("lone@example.com")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("a mail with a link is on its way")).to_be_visible()


def outdated(page: Page, world: World) -> None:
    """From a form that is older than the sign-in."""
    page.context.clear_cookies()
    _sign_in(page, "admin@example.com", PASSWORD)
    expect(page.get_by_role("heading", name="Form out of date")).to_be_visible()

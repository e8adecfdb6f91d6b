"""The whole journey without a mouse, for each platform and in each language, without an accessibility fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from playwright.sync_api import expect

from jackfield import discover
from jackfield.users import UserKind
from tests.browser import steps
from tests.browser.conftest import PATIENCE, USERS
from tests.browser.keyboard import Keyboard
from tests.browser.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Locator, Page

    from jackfield import Connector
    from jackfield.users import CrmUser
    from tests.browser.conftest import Portal

pytestmark = pytest.mark.browser

#: What an admin copies from the browser in which he has the CRM open, and what the two addresses become by it.
PASTED: Final = {
    "insightly": (
        "https://crm.na1.insightly.com/list/Contact/",
        ("https://api.na1.insightly.com/v3.1/", "https://crm.na1.insightly.com/details/"),
    ),
    "connectwise": (
        "https://na.myconnectwise.net/v2026_1/ConnectWise.aspx?locale=en_US",
        ("https://api-na.myconnectwise.net/v4_6_release/apis/3.0/", "https://na.myconnectwise.net/"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Admin:
    """Somebody who connects a CRM by its connector, with what he sees, says and knows of the simulated account."""

    page: Page
    keys: Keyboard
    words: Words
    portal: Portal
    connector: Connector

    @property
    def title(self) -> str:
        """The platform's name, which is also the connection's."""
        return self.connector.platform.title

    @property
    def account(self) -> Sequence[CrmUser]:
        """The users of the simulated account as they truly are."""
        simulator = self.connector.simulator()
        assert simulator is not None and simulator.truth is not None
        return simulator.truth(simulator.options(users=USERS))

    def button(self, english: str, *, within: Locator | None = None, **values: object) -> Locator:
        return (within or self.page).get_by_role("button", name=self.words(english, **values), exact=True)

    def link(self, english: str) -> Locator:
        return self.page.get_by_role("link", name=self.words(english), exact=True)

    def dialog(self, english: str, **values: object) -> Locator:
        return steps.dialog(self.page, self.words(english, **values))

    def told(self, text: str) -> None:
        """The section Jackfield Administration says so, to screen readers as well."""
        expect(self.page.get_by_role("status").get_by_text(text)).to_be_visible()

    def faultless(self, stop: str) -> None:
        """What he has before him at this stop of the journey has no fault that axe finds."""
        steps.faultless(self.page, stop)

    def open(self, english: str) -> None:
        """A page of the menu Administration."""
        self.keys.press(self.page.locator("summary", has_text=self.words("Administration")))
        self.keys.press(self.page.get_by_role("navigation").get_by_role("link", name=self.words(english), exact=True))
        expect(self.page.get_by_role("heading", name=self.words(english), level=1)).to_be_visible()


def sign_in(admin: Admin) -> None:
    page, words = admin.page, admin.words
    page.goto(admin.portal.url)
    expect(page.get_by_label(words("E-mail"))).to_be_focused()
    admin.faultless("sign-in")
    page.keyboard.type(admin.portal.email)
    admin.keys.enter(page.get_by_label(words("Password")), admin.portal.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=words("Connected Account and CRM Settings"))).to_be_visible()
    admin.open("Manage Organization")
    admin.faultless("nothing-connected")


def add_platform(admin: Admin) -> None:
    page = admin.page
    plus, choice = admin.button("Add New CRM Platform"), page.get_by_label(admin.words("CRM Platform"), exact=True)
    admin.keys.press(plus)
    expect(choice).to_be_focused()
    page.keyboard.press("Escape")
    expect(plus).to_be_focused()
    page.keyboard.press("Enter")
    expect(choice).to_be_focused()
    page.keyboard.type(admin.title)
    expect(choice.locator("option:checked")).to_have_text(admin.title)
    admin.faultless("add-platform")
    admin.keys.press(admin.button("Save", within=admin.dialog("Add New CRM Platform")))


def enter_settings(admin: Admin) -> None:
    """The web address fills in both; blanks and a missing slash are repaired; what comes of it is shown each time."""
    form = admin.dialog("Edit %(title)s Connection Settings", title=admin.title)
    addresses = [form.get_by_label(label, exact=True) for label in admin.portal.addresses]
    pasted, become = PASTED[admin.connector.id]
    admin.keys.enter(addresses[0], pasted)
    admin.page.keyboard.press("Tab")
    for box, address in zip(addresses, become, strict=True):
        expect(box).to_have_value(address)
    for label, value in admin.portal.settings.items():
        admin.keys.enter(form.get_by_label(label, exact=True), f"  {value.rstrip('/')} ")
    admin.page.keyboard.press("Tab")
    for box, address in zip(addresses, admin.portal.addresses.values(), strict=True):
        expect(box).to_have_value(address)
    admin.faultless("connection-settings")
    admin.keys.press(admin.button("Save", within=form))
    expect(form).to_be_hidden()
    expect(admin.button("Add New CRM Platform")).to_be_focused()


def check(admin: Admin) -> None:
    """Every step of the connector has its line, and has passed."""
    admin.keys.press(admin.link("Systems Check"))
    checking = admin.dialog("Systems Check")
    expect(checking.get_by_text(admin.words("Connection successful"))).to_be_visible()
    lines = checking.get_by_role("listitem").filter(has_text=admin.words("passed"))
    expect(lines).to_have_count(len(admin.connector.steps()))
    admin.faultless("systems-check")


def import_users(admin: Admin) -> None:
    """A bar shows how far it is; then everybody of the account is counted."""
    page, words = admin.page, admin.words
    with page.expect_response(lambda answer: answer.request.method == "POST") as begun:
        admin.keys.press(admin.button("Import users", within=page.get_by_role("dialog")), "Space")
    assert "<progress" in begun.value.text()
    importing = admin.dialog("Import users")
    expect(importing.get_by_role("button", name=words("Import"), exact=True)).to_be_focused()
    admin.faultless("import-preview")
    page.keyboard.press("Enter")
    expect(importing.get_by_text(words("The users are imported."))).to_be_visible()
    for counted, number in (("New", len(admin.account)), ("Changed", 0), ("Unchanged", 0), ("Gone", 0)):
        place = importing.get_by_role("term").filter(has=page.get_by_text(words(counted), exact=True))
        expect(place.locator("+ dd strong")).to_have_text(str(number))
    admin.faultless("user-import")
    expect(admin.button("Close", within=importing.locator("footer"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(admin.link("Systems Check")).to_be_focused()


def map_one(admin: Admin) -> None:
    """Somebody is found for the first agent by typing, saved, and taken back by Undo."""
    page, words = admin.page, admin.words
    somebody = [user for user in admin.account if user.active and user.kind is UserKind.PERSON][-1]
    admin.keys.press(admin.button("Edit %(name)s column", name=admin.title))
    box = page.get_by_role("table").get_by_role("combobox").first
    expect(box).to_be_focused()
    page.keyboard.type(somebody.name.lower())
    first = page.get_by_role("listbox").get_by_role("option").first
    expect(first.filter(has_text=somebody.name)).to_have_attribute("aria-selected", "true")
    for key in ("ArrowDown", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(box).to_have_value(somebody.name)
    admin.told(words("1 unsaved change"))
    admin.faultless("mapping")
    admin.keys.press(admin.button("Save"))
    admin.told(words.counted("%(n)d agent mapped.", "%(n)d agents mapped.", 1))
    admin.keys.press(admin.button("Undo last save"))
    admin.told(words.counted("The save was undone: %(n)d agent.", "The save was undone: %(n)d agents.", 1))


def map_all_certain(admin: Admin) -> None:
    page, words = admin.page, admin.words
    admin.keys.press(page.get_by_role("button", name=words("Match them")))
    take_all = admin.button("Take all certain (%(n)s)", n=20)
    expect(take_all).to_be_focused()
    expect(page.get_by_text(words("same e-mail address")).first).to_be_visible()
    page.keyboard.press("Enter")
    admin.told(words("%%n unsaved changes").replace("%%n", "20"))  # catalogues double the sign that templates hold
    expect(admin.button("Save")).to_be_focused()
    page.keyboard.press("Enter")
    admin.told(words.counted("%(n)d agent mapped.", "%(n)d agents mapped.", 20))
    admin.faultless("mapped")


def make_token(admin: Admin) -> str:
    """What a telephone system signs in with."""
    admin.open("API tokens")
    admin.keys.press(admin.button("Make a token"))
    making = admin.dialog("Make a token")
    expect(making.get_by_label(admin.words("Name"))).to_be_focused()
    admin.page.keyboard.type("Telephone system")
    admin.faultless("make-token")
    admin.page.keyboard.press("Enter")
    word = admin.dialog("Token made").get_by_label(admin.words("Token"), exact=True)
    expect(word).to_be_focused()
    admin.faultless("token")
    return word.input_value()


def take_calls(admin: Admin, token: str) -> None:
    """A call for an agent finds his CRM user; a caller's number finds the contact and the page that shows him."""
    simulator = admin.connector.simulator()
    assert simulator is not None
    number, (caller,) = next(found for found in simulator.lookups.items() if len(found[1]) == 1)
    known = {user.email: user for user in admin.account}
    signed = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{admin.portal.url}/api/v1/", headers=signed, timeout=PATIENCE / 1000) as rest:
        at = f"connections/{_json(rest, 'connections')['items'][0]['id']}"
        resolved = _json(rest, f"{at}/resolve", extension="201")
        contacts = _json(rest, f"{at}/contacts", number=number)
    agent, user = resolved["agent"], resolved["crm_user"]
    assert (resolved["by"], user["id"]) == ("mapping", known[agent["email"].casefold()].id)
    assert [(each["name"], each["id"]) for each in contacts] == [(caller.name, caller.record.id)]
    assert contacts[0]["url"].startswith(list(admin.portal.addresses.values())[1])
    assert caller.name in httpx.get(contacts[0]["url"], timeout=PATIENCE / 1000).raise_for_status().text


def _json(rest: httpx.Client, address: str, **query: str) -> Any:
    return rest.get(address, params=query).raise_for_status().json()


@pytest.mark.parametrize("language", ["en", "de"], indirect=True)
@pytest.mark.parametrize("platform", PASTED, indirect=True)
def test_journey_by_keyboard(platform: str, language: str, portal: Portal, page: Page) -> None:
    """From the sign-in to the caller's page; the focus is always seen, and it comes back from every dialog."""
    admin = Admin(page=page, keys=Keyboard(page), words=Words(language), portal=portal, connector=discover()[platform])
    sign_in(admin)
    add_platform(admin)
    enter_settings(admin)
    check(admin)
    import_users(admin)
    map_one(admin)
    map_all_certain(admin)
    take_calls(admin, make_token(admin))
